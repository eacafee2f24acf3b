//! Reads a moment: milliseconds since 1970, or an ISO 8601 date or time.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// From when to when a text lasts, both milliseconds included: a date lasts its whole day, a time
/// without seconds its minute. Without a zone it is UTC.
pub(super) fn span(text: &str) -> Option<(i64, i64)> {
    if let Ok(millis) = text.parse() {
        return Some((millis, millis));
    }
    let Some((day, clock)) = text.split_once(['T', 't', ' ']) else {
        let start = days(text)? * DAY;
        return Some((start, start + DAY - 1));
    };
    let (clock, zone) = zoned(clock)?;
    let (millis, length) = time_of_day(clock)?;
    let start = days(day)? * DAY + millis - zone;
    Some((start, start + length - 1))
}

/// Days since 1970 of `2020-10-25`.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months_before = usize::try_from(month.checked_sub(1)?).ok()?;
    if year < 1 || !(1..=*lengths.get(months_before)?).contains(&day) {
        return None;
    }
    let whole_years = year - 1;
    let leap_days = whole_years / 4 - whole_years / 100 + whole_years / 400;
    let this_year: i64 = lengths.iter().take(months_before).sum();
    Some(whole_years * 365 + leap_days + this_year + day - 1 - DAYS_BEFORE_1970)
}

/// From the first of January of the year 1 to that of 1970.
const DAYS_BEFORE_1970: i64 = 719_162;

/// Parts the zone from a time of day, and how far it is ahead of UTC.
fn zoned(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(sign) = clock.rfind(['+', '-']) else {
        return Some((clock, 0));
    };
    let (clock, zone) = clock.split_at_checked(sign)?;
    let direction = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let hours = number(hours, 2).filter(|hours| *hours < 24)?;
    let minutes = number(minutes, 2).filter(|minutes| *minutes < 60)?;
    Some((clock, direction * (hours * HOUR + minutes * MINUTE)))
}

/// Milliseconds since midnight of `21:24`, `21:24:54` or `21:24:54.560`, and how long that lasts.
fn time_of_day(clock: &str) -> Option<(i64, i64)> {
    let mut parts = clock.splitn(3, ':');
    let hours = number(parts.next()?, 2).filter(|hours| *hours < 24)?;
    let minutes = number(parts.next()?, 2).filter(|minutes| *minutes < 60)?;
    let start = hours * HOUR + minutes * MINUTE;
    let Some(seconds) = parts.next() else {
        return Some((start, MINUTE));
    };
    let (seconds, fraction) = match seconds.split_once('.') {
        None => (seconds, None),
        Some((seconds, fraction)) => (seconds, Some(fraction)),
    };
    let seconds = number(seconds, 2).filter(|seconds| *seconds < 60)?;
    let start = start + seconds * SECOND;
    match fraction {
        None => Some((start, SECOND)),
        Some(digits) => Some((start + thousandths(digits)?, 1)),
    }
}

/// Up to nine digits after the point; what is finer than a millisecond is cut off.
fn thousandths(digits: &str) -> Option<i64> {
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    number(digits, digits.len())?;
    number(format!("{digits:0<3}").get(..3)?, 3)
}

fn number(digits: &str, length: usize) -> Option<i64> {
    let right = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| digits.parse().ok()).flatten()
}
