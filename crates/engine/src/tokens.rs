//! Tokens that the hub itself gives out: to custom sources and to visitors of the web chat.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_domain::{ChannelId, ConversationId, Secret, Source, Timestamp, TokenId};
use uuid::Uuid;

use crate::Vault;

/// How long a visitor's token is good for.
const VISIT: Duration = Duration::from_hours(1);

/// How long a visitor can come back.
const RESUME: Duration = Duration::from_hours(7 * 24);

/// Signs and reads tokens: JSON web tokens (RFC 7519) signed with HMAC-SHA-256. Each kind has a key of
/// its own, so that none can stand for another.
pub(crate) struct Tokens {
    sources: Key,
    visits: Key,
    resumes: Key,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(***)")
    }
}

struct Key {
    sign: EncodingKey,
    read: DecodingKey,
}

impl Key {
    fn new(vault: &Vault, purpose: &str) -> Self {
        let key = vault.key_for(purpose);
        Self {
            sign: EncodingKey::from_secret(&key),
            read: DecodingKey::from_secret(&key),
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    fn sign<T: Serialize>(&self, claims: &T) -> Secret {
        let token = encode(&Header::new(Algorithm::HS256), claims, &self.sign)
            .expect("claims are text and numbers, and an HMAC takes any key");
        Secret::new(token)
    }

    /// The claims of a token that this key has signed. Whether it has run out is for the caller, who
    /// has the hub's clock.
    fn read<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        decode::<T>(token, &self.read, &rules)
            .ok()
            .map(|token| token.claims)
    }
}

/// A visitor of the web chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The channel they chat on.
    pub channel: ChannelId,
    /// Their conversation, which begins with their first message.
    pub conversation: ConversationId,
}

#[derive(Serialize, Deserialize)]
struct SourceClaims {
    jti: Uuid,
    sub: String,
    iat: i64,
    principal: String,
}

#[derive(Serialize, Deserialize)]
struct VisitClaims {
    sub: Uuid,
    conversation_id: Uuid,
    channel_id: Uuid,
    iat: i64,
    exp: i64,
}

#[derive(Serialize, Deserialize)]
struct ResumeClaims {
    resume_conversation_id: Uuid,
    resume_channel_id: Uuid,
    exp: i64,
}

impl Tokens {
    pub(crate) fn new(vault: &Vault) -> Self {
        Self {
            sources: Key::new(vault, "switchboard tokens of custom sources"),
            visits: Key::new(vault, "switchboard tokens of visits"),
            resumes: Key::new(vault, "switchboard tokens of visitors who come back"),
        }
    }

    /// A token for a custom source, with the claims that Airy gives. It does not run out.
    pub(crate) fn of_source(&self, source: &Source, id: TokenId, now: Timestamp) -> Secret {
        let name = format!("source_app:{}", source.as_str());
        let principal = json!({
            "name": name,
            "data": { "source": source.as_str() },
            "roles": null
        });
        self.sources.sign(&SourceClaims {
            jti: id.as_uuid(),
            sub: name,
            iat: now.as_seconds(),
            principal: principal.to_string(),
        })
    }

    /// The custom source that a token was given to, and which token it is.
    pub(crate) fn read_source(&self, token: &str) -> Option<(Source, TokenId)> {
        let claims: SourceClaims = self.sources.read(token)?;
        let source = claims.sub.strip_prefix("source_app:")?;
        Some((Source::new(source), TokenId::from_uuid(claims.jti)))
    }

    pub(crate) fn of_visit(&self, visitor: Visitor, now: Timestamp) -> Secret {
        self.visits.sign(&VisitClaims {
            sub: visitor.conversation.as_uuid(),
            conversation_id: visitor.conversation.as_uuid(),
            channel_id: visitor.channel.as_uuid(),
            iat: now.as_seconds(),
            exp: now.after(VISIT).as_seconds(),
        })
    }

    pub(crate) fn read_visit(&self, token: &str, now: Timestamp) -> Option<Visitor> {
        let claims: VisitClaims = self.visits.read(token)?;
        (now.as_seconds() < claims.exp).then(|| Visitor {
            channel: ChannelId::from_uuid(claims.channel_id),
            conversation: ConversationId::from_uuid(claims.conversation_id),
        })
    }

    pub(crate) fn of_resume(&self, visitor: Visitor, now: Timestamp) -> Secret {
        self.resumes.sign(&ResumeClaims {
            resume_conversation_id: visitor.conversation.as_uuid(),
            resume_channel_id: visitor.channel.as_uuid(),
            exp: now.after(RESUME).as_seconds(),
        })
    }

    pub(crate) fn read_resume(&self, token: &str, now: Timestamp) -> Option<Visitor> {
        let claims: ResumeClaims = self.resumes.read(token)?;
        (now.as_seconds() < claims.exp).then(|| Visitor {
            channel: ChannelId::from_uuid(claims.resume_channel_id),
            conversation: ConversationId::from_uuid(claims.resume_conversation_id),
        })
    }
}
