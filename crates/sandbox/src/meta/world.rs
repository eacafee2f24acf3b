//! What Meta knows: the app, people, pages, WhatsApp business accounts and tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use super::app_subscription::Dashboard;

/// What Meta knows when the sandbox starts.
#[derive(Clone)]
pub struct MetaWorld {
    /// The hub's app.
    pub app: App,
    /// Pages, each with its place in nobody's list until a user gets a role on it.
    pub pages: Vec<Page>,
    /// People and system users.
    pub users: Vec<User>,
    /// WhatsApp business accounts.
    pub wabas: Vec<Waba>,
    /// Tokens by their text.
    pub tokens: BTreeMap<String, Token>,
    /// What the app was set up for in Meta's dashboard.
    pub dashboard: Dashboard,
}

impl fmt::Debug for MetaWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens: Vec<_> = self.tokens.values().collect();
        f.debug_struct("MetaWorld")
            .field("app", &self.app)
            .field("pages", &self.pages)
            .field("users", &self.users)
            .field("wabas", &self.wabas)
            .field("tokens", &tokens)
            .field("dashboard", &self.dashboard)
            .finish()
    }
}

/// An app in Meta's dashboard.
#[derive(Clone)]
pub struct App {
    /// The app id.
    pub id: String,
    /// The app secret.
    pub secret: String,
    /// Its name.
    pub name: String,
    /// The verify token of its webhook, `sources.facebook.webhook_secret`.
    pub verify_token: String,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A Facebook page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The page id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where the shop is: `Berlin`.
    pub location: Option<String>,
    /// The address of its picture; `None` shows Meta's silhouette.
    pub picture: Option<String>,
    /// The Instagram account that is linked to it.
    pub instagram: Option<Instagram>,
}

impl Page {
    /// A page without picture and Instagram account.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            location: None,
            picture: None,
            instagram: None,
        }
    }

    /// The same with a picture.
    #[must_use]
    pub fn with_picture(mut self, url: impl Into<String>) -> Self {
        self.picture = Some(url.into());
        self
    }

    /// The same with a linked Instagram account.
    #[must_use]
    pub fn with_instagram(mut self, account: Instagram) -> Self {
        self.instagram = Some(account);
        self
    }
}

/// An Instagram business account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instagram {
    /// The account id.
    pub id: String,
    /// The name behind the `@`.
    pub username: String,
    /// The name people see.
    pub name: String,
    /// The address of its picture.
    pub profile_picture_url: Option<String>,
}

/// A person, or a system user of a business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Page id and what the user may do there, in the order of `/me/accounts`.
    pub roles: Vec<(String, BTreeSet<String>)>,
}

impl User {
    /// A user without any page.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            roles: Vec::new(),
        }
    }

    /// The same as a full manager of a page.
    #[must_use]
    pub fn managing(mut self, page_id: impl Into<String>) -> Self {
        self.roles.push((page_id.into(), all_tasks()));
        self
    }
}

/// What a user with full control of a page may do.
pub(crate) fn all_tasks() -> BTreeSet<String> {
    [
        "ADVERTISE",
        "ANALYZE",
        "CREATE_CONTENT",
        "MANAGE",
        "MESSAGING",
        "MODERATE",
    ]
    .map(ToOwned::to_owned)
    .into()
}

/// A WhatsApp business account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waba {
    /// The id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The business that owns it.
    pub business_id: String,
    /// Its numbers.
    pub numbers: Vec<PhoneNumber>,
}

/// A WhatsApp number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber {
    /// The phone number id.
    pub id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// The name that Meta verified.
    pub verified_name: String,
    /// `GREEN`, `YELLOW` or `RED`.
    pub quality_rating: String,
    /// `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`.
    pub code_verification_status: String,
    /// `CONNECTED`, `PENDING` …
    pub status: String,
}

impl PhoneNumber {
    /// A verified, connected number.
    pub fn new(
        id: impl Into<String>,
        display_phone_number: impl Into<String>,
        verified_name: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            display_phone_number: display_phone_number.into(),
            verified_name: verified_name.into(),
            quality_rating: "GREEN".to_owned(),
            code_verification_status: "VERIFIED".to_owned(),
            status: "CONNECTED".to_owned(),
        }
    }
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A person's.
    User,
    /// A system user's.
    SystemUser,
    /// The page's with this id, on behalf of the user.
    Page(String),
}

/// A token before it is issued: its life begins when the sandbox starts or when it is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose it is.
    pub kind: TokenKind,
    /// The user who got it.
    pub user_id: String,
    /// The app it was given to; `None` is the hub's own.
    pub app_id: Option<String>,
    /// The permissions.
    pub scopes: BTreeSet<String>,
    /// By permission, the only accounts it is good for; without an entry it is good for all.
    pub targets: BTreeMap<String, BTreeSet<String>>,
    /// How long it lives; `None` is for ever.
    pub lifetime: Option<Duration>,
}

impl Token {
    /// How long a token from a login lives.
    pub const SHORT: Duration = Duration::from_hours(2);
    /// How long an exchanged user token lives: 60 days, less what the exchange took.
    pub const LONG: Duration = Duration::from_secs(5_183_944);

    /// A person's token as a login gives it: short, with every permission that the hub asks for.
    pub fn short_user(user_id: impl Into<String>) -> Self {
        Self {
            kind: TokenKind::User,
            user_id: user_id.into(),
            app_id: None,
            scopes: [
                "business_management",
                "instagram_basic",
                "instagram_manage_messages",
                "pages_manage_metadata",
                "pages_messaging",
                "pages_read_engagement",
                "pages_show_list",
            ]
            .map(ToOwned::to_owned)
            .into(),
            targets: BTreeMap::new(),
            lifetime: Some(Self::SHORT),
        }
    }

    /// A system user's token for one WhatsApp business account; it never expires.
    pub fn whatsapp_system_user(user_id: impl Into<String>, waba_id: &str) -> Self {
        let scopes: BTreeSet<String> = [
            "whatsapp_business_management",
            "whatsapp_business_messaging",
        ]
        .map(ToOwned::to_owned)
        .into();
        Self {
            kind: TokenKind::SystemUser,
            user_id: user_id.into(),
            app_id: None,
            targets: scopes
                .iter()
                .map(|scope| (scope.clone(), [waba_id.to_owned()].into()))
                .collect(),
            scopes,
            lifetime: None,
        }
    }

    /// The same without one permission.
    #[must_use]
    pub fn without(mut self, scope: &str) -> Self {
        self.scopes.remove(scope);
        self.targets.remove(scope);
        self
    }
}

/// Why a token died before its time; the provider tells by its subcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// The user removed the app: 458.
    AppRemoved,
    /// The user has to pass a check at Facebook: 459.
    Checkpoint,
    /// The user changed the password: 460.
    PasswordChanged,
    /// The user's session was ended: 467.
    SessionEnded,
}
