//! Medians, ranges and percentiles.

/// The middle of some values and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// `None` of no values.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let median = if sorted.len() % 2 == 1 {
            upper
        } else {
            f64::midpoint(*sorted.get(middle - 1)?, upper)
        };
        Some(Self {
            median,
            least: *sorted.first()?,
            greatest: *sorted.last()?,
        })
    }
}

/// The smallest of `sorted` that `per_cent` of a hundred do not exceed; 0 of nothing.
pub(crate) fn percentile(sorted: &[u32], per_cent: usize) -> u32 {
    let rank = (sorted.len() * per_cent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

/// A count, to be divided.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "what is counted here stays far below 2^52"
)]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A value of at least zero without its fraction, to be counted with.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the fraction is not wanted, and the conversion stops at both ends"
)]
pub(crate) const fn whole(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_of_values_is_the_one_in_the_middle() {
        let spread = Spread::of([0.9, 0.1, 0.4]);

        assert_eq!(
            spread,
            Some(Spread {
                median: 0.4,
                least: 0.1,
                greatest: 0.9
            })
        );
    }

    #[test]
    fn the_median_of_an_even_number_of_values_lies_between_the_two_in_the_middle() {
        let spread = Spread::of([8.0, 1.0, 4.0, 2.0]).unwrap();

        assert!((spread.median - 3.0).abs() < f64::EPSILON);
        assert!((spread.least - 1.0).abs() < f64::EPSILON);
        assert!((spread.greatest - 8.0).abs() < f64::EPSILON);
    }

    #[test]
    fn nothing_has_no_median() {
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let hundred: Vec<u32> = (1..=100).collect();

        assert_eq!(percentile(&hundred, 50), 50);
        assert_eq!(percentile(&hundred, 99), 99);
        assert_eq!(percentile(&[7, 9], 50), 7);
        assert_eq!(percentile(&[7, 9], 99), 9);
        assert_eq!(percentile(&[7], 1), 7);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn the_whole_of_a_value_stops_at_both_ends() {
        assert_eq!(whole(7.9), 7);
        assert_eq!(whole(-1.0), 0);
        assert_eq!(whole(f64::NAN), 0);
    }
}
