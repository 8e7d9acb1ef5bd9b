//! Which days of which sites are rolled up: the engine's table of them, kept in memory.
//!
//! A day leaves before the transaction that changes it commits, and enters after the one that rolled it up has. So a question that
//! takes the days from here and finds [`Rolled::generation`] unchanged when it has its answer was answered from days that held.
//!
//! A day carries a set of bits, which say what does not hold on it; their meaning is that of whoever rolls it up.

use super::statement::Statement;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// The days that are rolled up, each with what does not hold on it.
#[derive(Clone, Debug, Default)]
pub struct Rolled {
    days: HashMap<String, BTreeMap<Date, u32>>,
    generation: u64,
}

/// The days of a period that are rolled up, as they were at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    first: Date,
    last: Date,
    known: BTreeMap<Date, u32>,
}

/// First and last dates of stretches of days, in order.
pub type Stretches = Vec<(Date, Date)>;

/// Days of a period, told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Those that are rolled up.
    pub rolled: Stretches,
    /// The others.
    pub raw: Stretches,
}

/// How days are rolled up.
#[derive(Clone, Debug, Default)]
pub struct RollUp {
    /// What fills the tables of rolled days.
    pub inserts: Vec<Statement>,
    /// Asked after that: the days on which something does not hold, as ISO dates, and its bits. A day may come several times.
    pub unsteady: Option<Statement>,
}

/// The days of some stretches, counted.
pub fn count(stretches: &Stretches) -> usize {
    let lengths = stretches.iter().map(|(first, last)| (*last - *first).get_days() + 1);
    lengths.filter_map(|length| usize::try_from(length).ok()).sum()
}

impl Rolled {
    /// Changes whenever a day leaves.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Days that are rolled up now.
    pub fn enter(&mut self, site_id: &str, days: impl IntoIterator<Item = (Date, u32)>) {
        self.days.entry(site_id.to_owned()).or_default().extend(days);
    }

    /// Days that are not any more; answers those that were.
    pub fn leave(&mut self, site_id: &str, is_meant: impl Fn(Date) -> bool) -> Vec<Date> {
        let Some(days) = self.days.get_mut(site_id) else {
            return Vec::new();
        };
        let gone: Vec<Date> = days.keys().copied().filter(|day| is_meant(*day)).collect();
        if !gone.is_empty() {
            days.retain(|day, _| !is_meant(*day));
            self.generation += 1;
        }
        gone
    }

    /// Starts over with what the engine has.
    pub fn replace(&mut self, all: impl IntoIterator<Item = (String, Date, u32)>) {
        self.days.clear();
        self.generation += 1;
        for (site_id, day, bits) in all {
            self.days.entry(site_id).or_default().insert(day, bits);
        }
    }

    /// The days of a period, both ends included.
    pub fn within(&self, site_id: &str, first: Date, last: Date) -> Days {
        let known = self.days.get(site_id).filter(|_| first <= last);
        Days {
            first,
            last,
            known: known.map_or_else(BTreeMap::new, |known| {
                known.range(first..=last).map(|(day, bits)| (*day, *bits)).collect()
            }),
        }
    }
}

impl Days {
    /// Tells the days apart; a day that has one of the `unwanted` bits is none of the rolled ones.
    pub fn split(&self, unwanted: u32) -> Split {
        let mut split = Split::default();
        let mut day = self.first;
        loop {
            let is_rolled = self.known.get(&day).is_some_and(|bits| bits & unwanted == 0);
            let stretches = if is_rolled { &mut split.rolled } else { &mut split.raw };
            match stretches.last_mut() {
                Some((_, end)) if end.tomorrow().is_ok_and(|next| next == day) => *end = day,
                _ => stretches.push((day, day)),
            }
            match day.tomorrow() {
                Ok(next) if next <= self.last => day = next,
                _ => return split,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_is_told_apart_by_stretches() {
        let march = |day| date(2026, 3, day);
        let mut rolled = Rolled::default();
        rolled.enter("a", [2, 3, 4, 6].map(|day| (march(day), u32::from(day == 3))));
        let split = rolled.within("a", march(1), march(7)).split(0);
        assert_eq!(split.rolled, [(march(2), march(4)), (march(6), march(6))]);
        assert_eq!(
            split.raw,
            [(march(1), march(1)), (march(5), march(5)), (march(7), march(7))]
        );
        let steady = rolled.within("a", march(2), march(4)).split(1);
        assert_eq!(steady.rolled, [(march(2), march(2)), (march(4), march(4))]);
        assert_eq!(rolled.within("a", march(2), march(4)).split(2).raw, []);
        let elsewhere = rolled.within("b", march(1), march(2)).split(0);
        assert_eq!(elsewhere.raw, [(march(1), march(2))]);

        let before = rolled.generation();
        assert_eq!(rolled.leave("a", |day| day == march(9)), []);
        assert_eq!(rolled.generation(), before, "a day that was not there changes nothing");
        assert_eq!(rolled.leave("a", |day| day >= march(4)), [march(4), march(6)]);
        assert_ne!(rolled.generation(), before);
    }
}
