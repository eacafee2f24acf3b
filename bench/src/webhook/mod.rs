//! Webhooks of WhatsApp: written once, made different from each other with few bytes, signed.
//!
//! A text message as Meta sends it (developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components,
//! read 2026-11-22), with a text of some thirty letters.

mod template;

use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::{Context as _, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use self::template::{Field, Template};

/// The number that receives, in the sandbox.
pub(crate) const PHONE_NUMBER_ID: &str = "1234567";

/// Bytes of every body.
const LENGTH: usize = 448;

/// People who write.
const SENDERS: u64 = 5_000;

/// A request with places for what differs.
#[derive(Clone)]
pub(crate) struct Webhook {
    template: Template,
    key: Hmac<Sha256>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// What makes some webhooks different, worked out before they are sent.
#[derive(Debug)]
pub(crate) struct Signed {
    /// The number of the first.
    pub(crate) first: u64,
    /// Seconds of the epoch, in all of them.
    seconds: u64,
    signatures: Vec<[u8; 32]>,
}

impl Webhook {
    /// For a server whose app has that secret.
    pub(crate) fn new(address: SocketAddr, app_secret: &str) -> anyhow::Result<Self> {
        let (before, after) = parts("");
        let spare = LENGTH
            .checked_sub(before.len() + after.len())
            .context("the webhook has no room for a text")?;
        let text: String = "so it goes ".chars().cycle().take(spare).collect();
        let (before, after) = parts(&text);
        let body = before + &after;
        let head = format!(
            "POST /whatsapp HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             x-hub-signature-256: sha256={}\r\ncontent-length: {}\r\n\r\n",
            Field::Signature.hole(),
            body.len(),
        );
        Ok(Self {
            template: Template::new(head, &body)?,
            key: Hmac::new_from_slice(app_secret.as_bytes())?,
        })
    }

    /// Signs the webhooks with `count` numbers from `first` on.
    pub(crate) fn signed(&self, first: u64, count: u64) -> anyhow::Result<Signed> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a message is as old as the request that brings it"
        )]
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let mut template = self.template.clone();
        let mut signed = Signed {
            first,
            seconds: now.as_secs(),
            signatures: Vec::with_capacity(usize::try_from(count)?),
        };
        for number in first..first + count {
            fill(&mut template, number, signed.seconds)?;
            let mut signature = self.key.clone();
            signature.update(template.body());
            signed
                .signatures
                .push(signature.finalize().into_bytes().into());
        }
        Ok(signed)
    }

    /// The bytes to send for one that was signed.
    pub(crate) fn numbered(&mut self, signed: &Signed, number: u64) -> anyhow::Result<&[u8]> {
        let signature = number
            .checked_sub(signed.first)
            .and_then(|index| signed.signatures.get(usize::try_from(index).ok()?))
            .with_context(|| format!("webhook {number} was not signed"))?;
        fill(&mut self.template, number, signed.seconds)?;
        self.template.hexadecimal(Field::Signature, signature)?;
        Ok(self.template.bytes())
    }
}

fn fill(template: &mut Template, number: u64, seconds: u64) -> anyhow::Result<()> {
    template.digits(Field::Message, number)?;
    template.digits(Field::Sender, sender(number))?;
    template.digits(Field::Seconds, seconds)
}

/// Who writes the message with that number: anybody, in an order that looks like chance.
pub(crate) fn sender(number: u64) -> u64 {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % SENDERS
}

/// How many people have written these messages.
pub(crate) fn senders(numbers: &[u64]) -> anyhow::Result<u64> {
    let mut seen = vec![false; usize::try_from(SENDERS)?];
    for number in numbers {
        let place = seen.get_mut(usize::try_from(sender(*number))?);
        *place.context("a sender is below the number of senders")? = true;
    }
    let count = seen.into_iter().filter(|seen| *seen).count();
    ensure!(count > 0 || numbers.is_empty(), "somebody has written");
    Ok(u64::try_from(count)?)
}

/// What stands before the end of the text, with it, and what follows.
fn parts(text: &str) -> (String, String) {
    let sender = Field::Sender.hole();
    let before = format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":\"102290129340398\",\
         \"changes\":[{{\"value\":{{\"messaging_product\":\"whatsapp\",\"metadata\":{{\
         \"display_phone_number\":\"15550783881\",\"phone_number_id\":\"{PHONE_NUMBER_ID}\"}},\
         \"contacts\":[{{\"profile\":{{\"name\":\"Ada\"}},\"wa_id\":\"4915{sender}\"}}],\
         \"messages\":[{{\"from\":\"4915{sender}\",\"id\":\"wamid.HBgL{}\",\"timestamp\":\"{}\",\
         \"type\":\"text\",\"text\":{{\"body\":\"{text}",
        Field::Message.hole(),
        Field::Seconds.hole(),
    );
    (before, "\"}}]},\"field\":\"messages\"}]}]}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook() -> Webhook {
        Webhook::new(([127, 0, 0, 1], 8080).into(), "app secret").unwrap()
    }

    fn text(webhook: &mut Webhook, signed: &Signed, number: u64) -> String {
        String::from_utf8(webhook.numbered(signed, number).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_body_is_json_of_one_length_with_its_own_id_and_sender() {
        let mut webhook = webhook();
        let signed = webhook.signed(7, 2).unwrap();

        for number in [8, 7] {
            let request = text(&mut webhook, &signed, number);
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            let value = &body["entry"][0]["changes"][0]["value"];
            let message = &value["messages"][0];

            assert!(head.contains("\r\ncontent-length: 448"), "{head}");
            assert_eq!(request.len(), head.len() + 4 + LENGTH);
            assert_eq!(value["metadata"]["phone_number_id"], PHONE_NUMBER_ID);
            assert_eq!(message["id"], format!("wamid.HBgL{number:016}"));
            assert_eq!(message["from"], format!("4915{:08}", sender(number)));
            assert_eq!(message["from"], value["contacts"][0]["wa_id"]);
            assert_eq!(message["timestamp"], format!("{:010}", signed.seconds));
        }
    }

    #[test]
    fn the_signature_is_that_of_the_body() {
        let mut webhook = webhook();
        let signed = webhook.signed(0, 3).unwrap();

        for number in 0..3 {
            let request = text(&mut webhook, &signed, number);
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            let (_, signature) = head.split_once("x-hub-signature-256: sha256=").unwrap();
            let signature = hex::decode(&signature[..64]).unwrap();
            let mut expected = Hmac::<Sha256>::new_from_slice(b"app secret").unwrap();
            expected.update(body.as_bytes());

            assert!(expected.verify_slice(&signature).is_ok());
        }
    }

    #[test]
    fn what_was_not_signed_is_not_sent() {
        let mut webhook = webhook();
        let signed = webhook.signed(5, 1).unwrap();

        assert!(webhook.numbered(&signed, 4).is_err());
        assert!(webhook.numbered(&signed, 6).is_err());
    }

    #[test]
    fn senders_take_turns_without_an_order_and_all_of_them_write() {
        let numbers: Vec<u64> = (0..100_000).collect();

        assert_eq!(senders(&numbers).unwrap(), SENDERS);
        assert_eq!(senders(&[3]).unwrap(), 1);
        assert_eq!(senders(&[]).unwrap(), 0);
        let next = numbers
            .windows(2)
            .filter(|two| sender(two[1]) == sender(two[0]) + 1);
        assert!(next.count() < 100);
    }
}
