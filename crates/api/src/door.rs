//! Keeps what is being taken in within bounds.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::body::{self, Watch};
use crate::error::{ApiError, Code};

/// Largest call of a provider that is read: WhatsApp's calls may have 3 MB.
pub(crate) const LIMIT: usize = 4 * 1024 * 1024;

/// How long a body may take. Providers give up sooner.
const PACE: Pace = Pace {
    between_parts: Duration::from_secs(5),
    whole: Duration::from_secs(20),
};

/// Bytes of bodies that are being read or wait to be stored, at most; more wait unread.
const AT_A_TIME: usize = 64 * 1024 * 1024;

/// What [`AT_A_TIME`] is counted in.
const PIECE: usize = 1024;

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Longest time between two parts.
    between_parts: Duration,
    /// Longest time for all of it.
    whole: Duration,
}

/// Keeps what is being taken in within bounds.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    room: Arc<Semaphore>,
    pace: Pace,
}

impl Default for Door {
    fn default() -> Self {
        Self::with_room_for(AT_A_TIME, PACE)
    }
}

impl Door {
    fn with_room_for(bytes: usize, pace: Pace) -> Self {
        Self {
            room: Arc::new(Semaphore::new(bytes / PIECE)),
            pace,
        }
    }

    /// Begins to take a body in, which has no room yet: what somebody announces takes none, what has
    /// arrived does.
    pub(crate) fn open(&self) -> Guest {
        Guest {
            door: self.clone(),
            room: None,
            bytes: 0,
            until: Instant::now() + self.pace.whole,
        }
    }
}

/// A body that is being taken in. Its room is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Guest {
    door: Door,
    room: Option<OwnedSemaphorePermit>,
    /// How much of it has arrived.
    bytes: usize,
    until: Instant,
}

impl Guest {
    /// Waits until there is room for what has arrived, before more of it is read.
    async fn makes_room_for(&mut self, arrived: usize) -> Result<(), ApiError> {
        let pieces = |bytes: usize| bytes.min(LIMIT).div_ceil(PIECE);
        let had = pieces(self.bytes);
        self.bytes = self.bytes.saturating_add(arrived);
        let missing = u32::try_from(pieces(self.bytes) - had).unwrap_or(u32::MAX);
        let more = match Arc::clone(&self.door.room).try_acquire_many_owned(missing) {
            Ok(more) => more,
            Err(_full) => {
                let more = Arc::clone(&self.door.room).acquire_many_owned(missing);
                Box::pin(timeout_at(self.until, more))
                    .await
                    .map_err(|_elapsed| crowded())?
                    .map_err(|_closed| crowded())?
            }
        };
        match &mut self.room {
            Some(room) => room.merge(more),
            None => self.room = Some(more),
        }
        Ok(())
    }
}

impl Watch for Guest {
    async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, ApiError> {
        // What came with the head is there, and needs no clock: what waits with one is large, and kept apart.
        let part = if let Some(part) = body::next_part(body).now_or_never() {
            part?
        } else {
            let pause = Instant::now() + self.door.pace.between_parts;
            Box::pin(timeout_at(self.until.min(pause), body::next_part(body)))
                .await
                .map_err(|_elapsed| too_slow())??
        };
        if let Some(part) = &part {
            self.makes_room_for(part.len()).await?;
        }
        Ok(part)
    }
}

fn too_slow() -> ApiError {
    let (between, whole) = (PACE.between_parts.as_secs(), PACE.whole.as_secs());
    ApiError::new(
        Code::BodyTooSlow,
        format!(
            "The body did not arrive in time: it may pause for {between} s and take {whole} s in all."
        ),
    )
}

fn crowded() -> ApiError {
    ApiError::new(
        Code::RequestTimeout,
        "The hub is taking in as many calls as it has room for; deliver it again.",
    )
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use http::HeaderMap;

    use super::*;

    const NO_TIME: Pace = Pace {
        between_parts: Duration::ZERO,
        whole: Duration::ZERO,
    };

    #[tokio::test]
    async fn room_is_taken_for_what_has_arrived_and_given_back() {
        let door = Door::with_room_for(3 * PIECE, NO_TIME);
        let mut first = door.open();
        first.makes_room_for(1).await.unwrap();
        first.makes_room_for(PIECE).await.unwrap();
        assert_eq!(door.room.available_permits(), 1);

        let mut second = door.open();
        second.makes_room_for(PIECE).await.unwrap();
        let refused = second.makes_room_for(1).await.unwrap_err();
        drop(first);
        let mut third = door.open();
        third.makes_room_for(2 * PIECE).await.unwrap();

        assert_eq!(refused.code(), Code::RequestTimeout);
        drop((second, third));
        assert_eq!(door.room.available_permits(), 3);
    }

    #[tokio::test]
    async fn a_body_that_pauses_or_takes_too_long_is_given_up() {
        let patient = Duration::from_hours(1);
        for (between_parts, whole) in [(Duration::ZERO, patient), (patient, Duration::ZERO)] {
            let pace = Pace {
                between_parts,
                whole,
            };
            let silence = stream::pending::<Result<Bytes, Infallible>>();
            let body = Body::from_stream(silence);

            let mut guest = Door::with_room_for(AT_A_TIME, pace).open();
            let read = body::read_watched(&HeaderMap::new(), body, LIMIT, &mut guest).await;

            assert_eq!(read.unwrap_err().code(), Code::BodyTooSlow);
        }
    }
}
