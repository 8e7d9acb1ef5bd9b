//! What the owner noted for days, at the buckets of the chart. Pure.

use crate::client::json::Json;
use crate::reports::date::Date;
use serde_json::Value;

/// A note at a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The bucket.
    pub at: usize,
    /// What happened.
    pub text: String,
}

/// The notes among annotations that fall into the buckets of `labels`.
pub fn read(labels: &[String], annotations: &[Value]) -> Vec<Note> {
    let note = |annotation: &Value| {
        Some(Note {
            at: bucket(labels, Date::parse(annotation.text("date"))?)?,
            text: annotation.text("text").to_owned(),
        })
    };
    annotations.iter().filter_map(note).collect()
}

/// The first bucket of a day; where buckets are larger than days, the one that the day is in.
fn bucket(labels: &[String], date: Date) -> Option<usize> {
    let day = |label: &String| label.get(..10).and_then(Date::parse);
    let same = labels.iter().position(|label| day(label) == Some(date));
    same.or_else(|| {
        labels
            .iter()
            .rposition(|label| day(label).is_some_and(|day| day < date))
    })
}

/// First and last day of the buckets; the last one may reach beyond its label.
pub fn days(labels: &[String]) -> Option<(Date, Date)> {
    let day = |label: &String| label.get(..10).and_then(Date::parse);
    let (first, last) = (day(labels.first()?)?, day(labels.last()?)?);
    let before = labels
        .len()
        .checked_sub(2)
        .and_then(|at| day(&labels[at]))
        .unwrap_or(last);
    // A bucket is at most as long as a month.
    let reach = (last.days() - before.days()).clamp(1, 31) - 1;
    Some((first, last.plus_days(reach)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn notes_stand_at_their_buckets() {
        let days = labels(&["2026-01-01", "2026-01-02", "2026-01-03"]);
        let hours = labels(&["2026-01-01T00:00:00+01:00", "2026-01-01T01:00:00+01:00"]);
        let weeks = labels(&["2025-12-29", "2026-01-05"]);
        for (labels, date, at) in [
            (&days, "2026-01-02", Some(1)),
            (&days, "2025-12-31", None),
            (&hours, "2026-01-01", Some(0)),
            (&weeks, "2026-01-03", Some(0)),
            (&weeks, "2026-01-05", Some(1)),
            (&weeks, "2026-01-09", Some(1)),
        ] {
            assert_eq!(bucket(labels, Date::parse(date).expect("a date")), at, "{date}");
        }
    }

    #[test]
    fn the_last_bucket_may_be_a_week() {
        let date = |text| Date::parse(text).expect("a date");
        for (texts, last) in [
            (labels(&["2025-12-29", "2026-01-05"]), "2026-01-11"),
            (labels(&["2026-01-01", "2026-01-02"]), "2026-01-02"),
            (labels(&["2026-01-01"]), "2026-01-01"),
        ] {
            assert_eq!(days(&texts).map(|(_, last)| last), Some(date(last)), "{texts:?}");
        }
    }
}
