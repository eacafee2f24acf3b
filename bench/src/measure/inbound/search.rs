//! The highest rate that is borne.

/// How often a rate is tried.
const TRIES: u32 = 7;

/// How far the highest rate that is borne and the lowest that is not may lie apart in the end, in
/// hundredths.
const CLOSE: u64 = 110;

/// Begins at `start`, goes up while `holds`, or down until it does, and closes in on where the two
/// meet. `None` if none of the rates was borne.
pub(super) fn highest(
    start: u64,
    mut holds: impl FnMut(u64) -> anyhow::Result<bool>,
) -> anyhow::Result<Option<u64>> {
    let mut rate = start.max(1);
    let (mut borne, mut too_much) = (None::<u64>, None::<u64>);
    for _try in 0..TRIES {
        if holds(rate)? {
            borne = Some(rate);
        } else {
            too_much = Some(rate);
        }
        rate = match (borne, too_much) {
            (Some(borne), Some(too_much)) => {
                if too_much.saturating_mul(100) <= borne.saturating_mul(CLOSE) {
                    break;
                }
                u64::midpoint(borne, too_much)
            }
            (Some(borne), None) => borne.saturating_mul(130).div_ceil(100),
            (None, _) => (rate / 2).max(1),
        };
    }
    Ok(borne)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found of a server that bears up to `limit`, and the rates that were tried.
    fn found(start: u64, limit: u64) -> (Option<u64>, Vec<u64>) {
        let mut tried = Vec::new();
        let best = highest(start, |rate| {
            tried.push(rate);
            Ok(rate <= limit)
        });
        (best.unwrap(), tried)
    }

    #[test]
    fn it_goes_up_and_closes_in_on_the_first_rate_that_is_too_much() {
        let (best, tried) = found(1_000, 1_200);

        assert_eq!(tried, [1_000, 1_300, 1_150, 1_225]);
        assert_eq!(best, Some(1_150));
    }

    #[test]
    fn it_goes_down_to_a_rate_that_is_borne_and_up_again() {
        let (best, tried) = found(1_000, 400);

        assert_eq!(tried, [1_000, 500, 250, 375, 437, 406]);
        assert_eq!(best, Some(375));
    }

    #[test]
    fn it_ends_whatever_the_server_bears() {
        assert_eq!(found(1_000, u64::MAX).1.len(), 7);
        assert_eq!(found(1_000, 0).0, None);
        assert_eq!(found(1_000, 0).1.len(), 7);
    }

    #[test]
    fn a_measurement_that_fails_is_not_a_rate_that_is_too_much() {
        assert!(highest(5, |_rate| anyhow::bail!("the hub is gone")).is_err());
    }
}
