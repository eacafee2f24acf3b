//! What the simulators know when they start.

use crate::google::GoogleWorld;
use crate::meta::MetaWorld;
use crate::twilio::TwilioWorld;
use crate::viber::ViberWorld;

/// What the simulators know when they start. The default is [`World::sample`].
#[derive(Clone, Debug)]
pub struct World {
    /// Meta's part.
    pub meta: MetaWorld,
    /// Twilio's part.
    pub twilio: TwilioWorld,
    /// Google's part.
    pub google: GoogleWorld,
    /// Viber's part.
    pub viber: ViberWorld,
}

impl World {
    /// Every account that the printed sample requests of the channels API name, and a few more.
    pub fn sample() -> Self {
        Self {
            meta: MetaWorld::sample(),
            twilio: TwilioWorld::sample(),
            google: GoogleWorld::sample(),
            viber: ViberWorld::sample(),
        }
    }

    /// The hub's own credentials and nothing that they could connect, except Viber's one account,
    /// which is its credential.
    pub fn empty() -> Self {
        Self {
            meta: MetaWorld::empty(),
            twilio: TwilioWorld::empty(),
            google: GoogleWorld::empty(),
            viber: ViberWorld::sample(),
        }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::sample()
    }
}
