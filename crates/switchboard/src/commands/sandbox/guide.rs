//! What to try, ready to paste.

use std::net::SocketAddr;

use switchboard_sandbox::Sandbox;

use super::CONTROL;

pub(super) fn what_to_try(address: SocketAddr, sandbox: &Sandbox) -> String {
    let call = |path: &str, body: &str| {
        format!("  curl -s http://{address}/{path} -H 'content-type: application/json' -d '{body}'")
    };
    [
        format!("\nThe hub serves on http://{address}; all providers are simulated. Paste in another terminal:\n"),
        "Which Facebook pages could be connected?".to_owned(),
        call("channels.facebook.explore", r#"{"auth_token":"authentication token"}"#),
        "\nConnect one, and accounts of other sources:".to_owned(),
        call("channels.facebook.connect", r#"{"page_id":"fb-page-id-1","page_token":"authentication token"}"#),
        call("channels.instagram.connect", r#"{"page_id":"fb-page-id-1","account_id":"ig-account-id","page_token":"authentication token"}"#),
        call("channels.whatsapp.connect", r#"{"phone_number_id":"1234567","user_token":"user access token","name":"Customer support hotline"}"#),
        call("channels.google.connect", r#"{"gbm_id":"gbm-id","name":"My custom name for this location"}"#),
        call("channels.twilio.sms.connect", r#"{"phone_number":"+491234567","name":"SMS for receipts"}"#),
        call("channels.twilio.whatsapp.connect", r#"{"phone_number":"+491234567","name":"WhatsApp Marketing"}"#),
        call("channels.viber.connect", "{}"),
        call("channels.chatplugin.connect", r#"{"name":"website-identifier-42"}"#),
        "\nLet customers write to them:".to_owned(),
        say_command(sandbox, "facebook \"Is it still available?\""),
        say_command(sandbox, "whatsapp --kind image --from \"Grace Hopper\""),
        "\nSee them all, then let one go:".to_owned(),
        call("channels.list", "{}"),
        call("channels.facebook.disconnect", r#"{"channel_id":"THE-ID-FROM-THE-LIST"}"#),
        format!("\nThe API, readable:          http://{address}/docs"),
        format!("Provoke a provider's fault: {}", fault_call(sandbox)),
        "Stop with Ctrl-C; nothing is kept.\n".to_owned(),
    ]
    .join("\n")
}

fn say_command(sandbox: &Sandbox, what: &str) -> String {
    match sandbox.control_url() {
        CONTROL => format!("  switchboard sandbox say {what}"),
        other => format!("  switchboard sandbox say {what} --control {other}"),
    }
}

fn fault_call(sandbox: &Sandbox) -> String {
    format!(
        "\n  curl -s {}/sandbox.faults -d '{}'",
        sandbox.control_url(),
        r#"{"provider":"meta","operation":"get_page","fault":"rate_limited","times":1}"#
    )
}
