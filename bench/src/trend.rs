//! Whether something grows.

/// A value at a time, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) at: f64,
    pub(crate) value: f64,
}

/// How much the value grows in a second: the slope of the straight line that lies closest to the points
/// by the sum of squares. `None` of points at fewer than two times.
pub(crate) fn slope(points: &[Point]) -> Option<f64> {
    let count = points.iter().fold(0.0, |count, _point| count + 1.0);
    let mean = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (time, value) = (mean(|point| point.at), mean(|point| point.value));
    let (mut together, mut spread) = (0.0, 0.0);
    for point in points {
        let distance = point.at - time;
        together += distance * (point.value - value);
        spread += distance * distance;
    }
    // Of no points both sums are zero and both means are no numbers.
    (spread > 0.0).then(|| together / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(f64, f64)]) -> Vec<Point> {
        values
            .iter()
            .map(|&(at, value)| Point { at, value })
            .collect()
    }

    #[test]
    fn a_straight_line_has_its_slope() {
        let line: Vec<_> = (0..40)
            .map(|n| (f64::from(n), 7.0 + 2.5 * f64::from(n)))
            .collect();

        let slope = slope(&points(&line)).unwrap();

        assert!((slope - 2.5).abs() < 1e-9, "{slope}");
    }

    #[test]
    fn what_goes_up_and_down_does_not_grow() {
        let wave = points(&[(20.0, 0.0), (30.0, 900.0), (40.0, 900.0), (50.0, 0.0)]);

        assert!(slope(&wave).unwrap().abs() < 1e-9);
    }

    #[test]
    fn the_line_lies_between_points_that_are_not_on_one() {
        // By hand: means 1 and 4/3, sums 1 and 2.
        let slope = slope(&points(&[(0.0, 1.0), (1.0, 1.0), (2.0, 2.0)])).unwrap();

        assert!((slope - 0.5).abs() < 1e-9, "{slope}");
    }

    #[test]
    fn one_moment_has_no_slope() {
        assert_eq!(slope(&[]), None);
        assert_eq!(slope(&points(&[(3.0, 1.0)])), None);
        assert_eq!(slope(&points(&[(3.0, 1.0), (3.0, 9.0)])), None);
    }
}
