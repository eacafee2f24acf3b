//! What keeps a figure from being better, as far as processor time tells.

use crate::shares::Shares;

/// The share of all cores above which they are called full: the kernel's own work for the network is
/// in nobody's account.
const FULL: f64 = 0.85;

/// What a measurement was bound by.
pub(super) fn of(shares: &Shares, cores: f64) -> &'static str {
    let busy = shares.busy();
    let most = shares.server.max(shares.postgres.unwrap_or_default());
    if busy < cores * FULL {
        return "waiting, or one thread";
    }
    if shares.others > most.max(shares.generator) {
        "processors, most of them other programs'"
    } else if shares.generator > most {
        "processors, most of them the load's"
    } else if shares.postgres.is_some_and(|postgres| postgres >= most) {
        "processors, most of them PostgreSQL's"
    } else {
        "processors, most of them the server's"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(server: f64, postgres: Option<f64>, generator: f64) -> Shares {
        Shares {
            server,
            postgres,
            generator,
            ..Shares::default()
        }
    }

    #[test]
    fn idle_cores_mean_that_somebody_waits() {
        assert_eq!(of(&shares(1.0, None, 0.2), 2.0), "waiting, or one thread");
        assert_eq!(
            of(&shares(0.5, Some(0.5), 0.2), 2.0),
            "waiting, or one thread"
        );
    }

    #[test]
    fn full_cores_are_named_after_who_fills_them() {
        let bound = |shares| of(&shares, 2.0);
        assert!(bound(shares(1.3, None, 0.6)).ends_with("the server's"));
        assert!(bound(shares(0.8, None, 1.0)).ends_with("the load's"));
        assert!(bound(shares(0.5, Some(1.0), 0.4)).ends_with("PostgreSQL's"));
        let disturbed = Shares {
            others: 1.5,
            ..shares(0.3, None, 0.2)
        };
        assert!(bound(disturbed).ends_with("other programs'"));
    }
}
