//! Date ranges.

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// When: a named range, two dates, or two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateRange {
    /// Today.
    Day,
    /// The last 24 hours.
    Last24h,
    /// So many whole days that end yesterday.
    Days(u32),
    /// The month so far.
    Month,
    /// So many months with the current one.
    Months(u32),
    /// The year so far.
    Year,
    /// Since the first event.
    All,
    /// The last five minutes.
    Realtime,
    /// Two dates (`YYYY-MM-DD`, both included, in the site's zone) or two RFC 3339 instants (end not included).
    Custom(String, String),
}

impl DateRange {
    /// The range of a word: `day`, `24h`, `Nd`, `month`, `Nmo`, `year`, `all`, `realtime`.
    pub fn from_word(word: &str) -> Option<Self> {
        let count = |digits: &str, most: u32| {
            let plain = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse::<u32>().ok().filter(|n| plain && (1..=most).contains(n))
        };
        match word {
            "day" => Some(DateRange::Day),
            "24h" => Some(DateRange::Last24h),
            "month" => Some(DateRange::Month),
            "year" => Some(DateRange::Year),
            "all" => Some(DateRange::All),
            "realtime" => Some(DateRange::Realtime),
            _ => match (word.strip_suffix("mo"), word.strip_suffix('d')) {
                (Some(months), _) => count(months, 1200).map(DateRange::Months),
                (None, Some(days)) => count(days, 9999).map(DateRange::Days),
                (None, None) => None,
            },
        }
    }
}

impl Serialize for DateRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            DateRange::Day => serializer.serialize_str("day"),
            DateRange::Last24h => serializer.serialize_str("24h"),
            DateRange::Days(n) => serializer.collect_str(&format_args!("{n}d")),
            DateRange::Month => serializer.serialize_str("month"),
            DateRange::Months(n) => serializer.collect_str(&format_args!("{n}mo")),
            DateRange::Year => serializer.serialize_str("year"),
            DateRange::All => serializer.serialize_str("all"),
            DateRange::Realtime => serializer.serialize_str("realtime"),
            DateRange::Custom(from, to) => [from, to].serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for DateRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RangeVisitor;
        impl<'de> Visitor<'de> for RangeVisitor {
            type Value = DateRange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date range: a word such as \"28d\" or two dates")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<DateRange, E> {
                DateRange::from_word(word).ok_or_else(|| E::custom(format!("unknown date range `{word}`")))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<DateRange, A::Error> {
                let from = seq.next_element()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
                let to = seq.next_element()?.ok_or_else(|| de::Error::invalid_length(1, &self))?;
                match seq.next_element::<de::IgnoredAny>()? {
                    None => Ok(DateRange::Custom(from, to)),
                    Some(_) => Err(de::Error::invalid_length(3, &self)),
                }
            }
        }
        deserializer.deserialize_any(RangeVisitor)
    }
}
