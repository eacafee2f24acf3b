//! The accounts of the printed sample requests, and a few more.

use super::app_subscription::Dashboard;
use super::world::{App, Instagram, MetaWorld, Page, PhoneNumber, Token, User, Waba};

/// The person behind `authentication token`.
pub const SAMPLE_USER: &str = "1022000000000001";
/// The system user behind `user access token`.
pub const SAMPLE_SYSTEM_USER: &str = "1022000000000002";
/// The WhatsApp business account of the sample numbers.
pub const SAMPLE_WABA: &str = "102290129340398";
/// The business that owns it.
pub const SAMPLE_BUSINESS: &str = "506914307656634";

impl MetaWorld {
    /// The app alone.
    pub fn empty() -> Self {
        Self {
            app: App {
                id: "1517776481860111".to_owned(),
                secret: "3f1c9a7e5b2d4860a1b2c3d4e5f60718".to_owned(),
                name: "Hub".to_owned(),
                verify_token: "sandbox verify token".to_owned(),
            },
            pages: Vec::new(),
            users: Vec::new(),
            wabas: Vec::new(),
            tokens: [].into(),
            dashboard: Dashboard::Done,
        }
    }

    /// The accounts of the printed sample requests, and a few more.
    pub fn sample() -> Self {
        let pages = sample_pages();
        let person = pages
            .iter()
            .fold(User::new(SAMPLE_USER, "Ada Lovelace"), |user, page| {
                user.managing(&page.id)
            });
        Self {
            pages,
            users: vec![person, User::new(SAMPLE_SYSTEM_USER, "Hub system user")],
            wabas: vec![Waba {
                id: SAMPLE_WABA.to_owned(),
                name: "Jaspers Market".to_owned(),
                business_id: SAMPLE_BUSINESS.to_owned(),
                numbers: vec![
                    PhoneNumber::new("1234567", "+1 555-078-3881", "Jaspers Market"),
                    PhoneNumber::new("106540352242922", "+49 1512 3456789", "Jaspers Markt"),
                ],
            }],
            tokens: [
                (
                    "authentication token".to_owned(),
                    Token::short_user(SAMPLE_USER),
                ),
                (
                    "user access token".to_owned(),
                    Token::whatsapp_system_user(SAMPLE_SYSTEM_USER, SAMPLE_WABA),
                ),
            ]
            .into(),
            ..Self::empty()
        }
    }
}

fn sample_pages() -> Vec<Page> {
    let account = Instagram {
        id: "ig-account-id".to_owned(),
        username: "mypage1".to_owned(),
        name: "My page 1".to_owned(),
        profile_picture_url: Some("http://example.org/instagram.jpeg".to_owned()),
    };
    let mut shop = Page::new("108201940000001", "Jaspers Market")
        .with_picture("https://example.org/jaspers.jpeg")
        .with_instagram(Instagram {
            id: "17841400000000001".to_owned(),
            username: "jaspersmarket".to_owned(),
            name: "Jaspers Market".to_owned(),
            profile_picture_url: None,
        });
    shop.location = Some("Berlin".to_owned());
    vec![
        Page::new("fb-page-id-1", "my page 1")
            .with_picture("http://example.org/avatar.jpeg")
            .with_instagram(account),
        Page::new("fb-page-id-2", "my page 2"),
        shop,
        Page::new("108201940000002", "Café Grüße ☕"),
    ]
}
