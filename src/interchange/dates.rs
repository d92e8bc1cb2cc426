//! Dates and times as records write them: ISO 8601 (2019), `2024-02-01T08:00:00+02:00`, and what is
//! usual beside it: a space for the `T`, no seconds, no zone, slashes or points for the hyphens. The
//! year stands first; where it stands last, day and month cannot be told apart in general.

/// A moment by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Microseconds since 1970 began: in Greenwich, or wherever the file is from where it names no
    /// zone.
    pub micros: i64,
    /// Whether it names its zone.
    pub zone: bool,
}

/// Reads a date, if the text begins as one does; where it cannot be told which day is meant, what to
/// do.
pub fn read(text: &str) -> Option<Result<Date, String>> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || is_mark(c))).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    let mark = day.chars().find(|c| is_mark(*c))?;
    let parts: Vec<&str> = day.split(mark).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let lengths = [first.len(), second.len(), third.len()];
    let numbers: Option<Vec<i64>> = parts.iter().map(|part| part.parse().ok()).collect();
    let [a, b, c] = numbers?.try_into().ok()?;
    match lengths {
        [4, 1..=2, 1..=2] => Some(complete(a, b, c, rest)),
        [1..=2, 1..=2, 2 | 4] => {
            let year = if lengths[2] == 2 { c + 2000 } else { c };
            let iso = |month: i64, day: i64| {
                (month <= 12 && day <= 31).then(|| format!("{year:04}-{month:02}-{day:02}"))
            };
            Some(Err(match (iso(b, a), iso(a, b)) {
                (Some(one), Some(other)) if one != other => format!(
                    "Write the year first: {one} if the day stands first here, {other} if the month."
                ),
                (Some(one), _) | (None, Some(one)) => format!("Write the year first: {one}."),
                (None, None) => USUAL.to_owned(),
            }))
        }
        _ => None,
    }
}

const USUAL: &str = "Write it as 2024-01-31 14:30:00.";

fn is_mark(letter: char) -> bool {
    matches!(letter, '-' | '/' | '.')
}

/// The day, with the time of the day that the rest of the text says.
fn complete(year: i64, month: i64, day: i64, rest: &str) -> Result<Date, String> {
    let wrong = || USUAL.to_owned();
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err("There are twelve months: write it as 2024-01-31 14:30:00.".to_owned()),
    };
    if !(1..=length).contains(&day) {
        return Err(format!("The month has {length} days: write one of them."));
    }
    let (clock, zone) = match rest.strip_prefix(['T', 't']).unwrap_or(rest).trim() {
        "" => (0, None),
        time => {
            // What is behind the digits is the zone.
            let end = time.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',')));
            let (time, zone) = time.split_at(end.unwrap_or(time.len()));
            (time_of_day(time).ok_or_else(wrong)?, offset(zone.trim()).ok_or_else(wrong)?)
        }
    };
    let seconds = days(year, month, day) * 86_400 - zone.unwrap_or(0) * 60;
    Ok(Date { micros: seconds * 1_000_000 + clock, zone: zone.is_some() })
}

/// `14:30`, `14:30:05` or `14:30:05.25` in microseconds.
fn time_of_day(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let parts: Option<Vec<i64>> = whole
        .split(':')
        .map(|part| (1..=2).contains(&part.len()).then(|| part.parse().ok()).flatten())
        .collect();
    let (hours, minutes, seconds) = match *parts?.as_slice() {
        [hours, minutes] if fraction.is_empty() => (hours, minutes, 0),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    // A minute may have a leap second.
    if hours > 23 || minutes > 59 || seconds > 60 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros)
}

/// How many minutes a zone is before Greenwich; `Some(None)` where none is named.
fn offset(text: &str) -> Option<Option<i64>> {
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" => return Some(Some(0)),
        _ => {}
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits: String = text.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => (digits.get(..2)?, digits.get(2..)?),
        _ => return None,
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 18 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes)))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar: those of the years before it, which begin
/// in March so that the day of a leap year comes last, and those of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Of the months from March on, five have 153 days.
    before + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> i64 {
        read(text).unwrap().unwrap_or_else(|remedy| panic!("{text}: {remedy}")).micros / 1_000_000
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        // As any Unix clock has them.
        for (text, expected) in [
            ("1970-01-01", 0),
            ("2000-02-29 00:00", 951_782_400),
            ("2024-01-01 08:00", 1_704_096_000),
            ("2024-01-01T08:00:00", 1_704_096_000),
            ("2024-01-01T08:00:00Z", 1_704_096_000),
            ("2024-01-01T10:00:00+02:00", 1_704_096_000),
            ("2024-01-01T00:30-0730", 1_704_096_000),
            ("2024/1/1 8:00:00.999", 1_704_096_000),
            ("2024.01.01 08:00:00,5 UTC", 1_704_096_000),
            ("2038-01-19 03:14:08", 2_147_483_648),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(read("1970-01-01 00:00:00.25").unwrap().unwrap().micros, 250_000);
        // A year has 365 or 366 days, one behind the other.
        let of_year = |year: i64| seconds(&format!("{year}-12-31")) / 86_400;
        for year in 1900..2105 {
            let leap = year % 4 == 0 && year != 1900 && year != 2100;
            assert_eq!(of_year(year) - of_year(year - 1), 365 + i64::from(leap), "{year}");
        }
    }

    #[test]
    fn zones_are_known_where_they_are_named() {
        for (text, zone) in [("2024-01-01 08:00", false), ("2024-01-01T08:00Z", true)] {
            assert_eq!(read(text).unwrap().unwrap().zone, zone);
        }
    }

    #[test]
    fn what_cannot_be_told_is_refused_with_what_to_write() {
        for (text, words) in [
            (
                "01/02/2024 10:00",
                "2024-02-01 if the day stands first here, 2024-01-02 if the month",
            ),
            ("31.12.2024", "Write the year first: 2024-12-31."),
            ("12/31/24", "Write the year first: 2024-12-31."),
            ("2024-13-01", "twelve months"),
            ("2023-02-29", "28 days"),
            ("2024-01-01 25:00", "2024-01-31 14:30:00"),
            ("2024-01-01 8:00 PM", "2024-01-31 14:30:00"),
            ("2024-01-01 08:00 CEST", "2024-01-31 14:30:00"),
            ("2024-01-01 08", "2024-01-31 14:30:00"),
            ("50/60/2024", "2024-01-31 14:30:00"),
        ] {
            let remedy = read(text).unwrap().unwrap_err();
            assert!(remedy.contains(words), "{text}: {remedy}");
        }
        for text in ["", "5", "1.5 h", "-3", "x", "1-2", "2024-01", "1.2.3.4"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
