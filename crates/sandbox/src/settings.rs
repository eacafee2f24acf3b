//! The settings with which a hub uses the sandbox.

use crate::Sandbox;

impl Sandbox {
    /// The settings with which a hub uses the sandbox: full name and value. WhatsApp's are left to
    /// fall back to Facebook's.
    pub fn settings(&self) -> Vec<(String, String)> {
        let app = self.meta.app();
        let account = self.twilio.account();
        [
            ("sources.facebook.app_id", app.id),
            ("sources.facebook.app_secret", app.secret),
            ("sources.facebook.webhook_secret", app.verify_token),
            ("sources.facebook.api_url", self.meta.url().to_owned()),
            ("sources.google.service_account", self.google.key_file()),
            ("sources.google.partner_key", self.google.partner_key()),
            ("sources.google.api_url", self.google.url().to_owned()),
            ("sources.twilio.account_sid", account.sid),
            ("sources.twilio.auth_token", account.auth_token),
            ("sources.twilio.api_url", self.twilio.url().to_owned()),
            (
                "sources.twilio.messaging_url",
                self.twilio.messaging_url().to_owned(),
            ),
            ("sources.viber.auth_token", self.viber.auth_token()),
            ("sources.viber.api_url", self.viber.url().to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}
