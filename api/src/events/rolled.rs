//! Which days of which sites are rolled up: the engine's table of them, kept in memory.
//!
//! A day leaves before the transaction that changes it commits, and enters after the one that rolled it up has. So a question that
//! takes the days from here and finds [`Rolled::generation`] unchanged when it has its answer was answered from days that held.

use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};

/// The days that are rolled up.
#[derive(Clone, Debug, Default)]
pub struct Rolled {
    days: HashMap<String, BTreeSet<Date>>,
    generation: u64,
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

impl Rolled {
    /// Changes whenever a day leaves.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Days that are rolled up now.
    pub fn enter(&mut self, site_id: &str, days: impl IntoIterator<Item = Date>) {
        self.days.entry(site_id.to_owned()).or_default().extend(days);
    }

    /// Days that are not any more; answers those that were.
    pub fn leave(&mut self, site_id: &str, is_meant: impl Fn(Date) -> bool) -> Vec<Date> {
        let Some(days) = self.days.get_mut(site_id) else {
            return Vec::new();
        };
        let gone: Vec<Date> = days.iter().copied().filter(|day| is_meant(*day)).collect();
        if !gone.is_empty() {
            days.retain(|day| !is_meant(*day));
            self.generation += 1;
        }
        gone
    }

    /// Starts over with what the engine has.
    pub fn replace(&mut self, all: impl IntoIterator<Item = (String, Date)>) {
        self.days.clear();
        self.generation += 1;
        for (site_id, day) in all {
            self.days.entry(site_id).or_default().insert(day);
        }
    }

    /// Tells the days of a period apart.
    pub fn split(&self, site_id: &str, first: Date, last: Date) -> Split {
        let mut split = Split::default();
        let known = self.days.get(site_id);
        let mut day = first;
        loop {
            let is_rolled = known.is_some_and(|known| known.contains(&day));
            let stretches = if is_rolled { &mut split.rolled } else { &mut split.raw };
            match stretches.last_mut() {
                Some((_, end)) if end.tomorrow().is_ok_and(|next| next == day) => *end = day,
                _ => stretches.push((day, day)),
            }
            match day.tomorrow() {
                Ok(next) if next <= last => day = next,
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
        rolled.enter("a", [2, 3, 4, 6].map(march));
        let split = rolled.split("a", march(1), march(7));
        assert_eq!(split.rolled, [(march(2), march(4)), (march(6), march(6))]);
        assert_eq!(
            split.raw,
            [(march(1), march(1)), (march(5), march(5)), (march(7), march(7))]
        );
        assert_eq!(rolled.split("b", march(1), march(2)).raw, [(march(1), march(2))]);

        let before = rolled.generation();
        assert_eq!(rolled.leave("a", |day| day == march(9)), []);
        assert_eq!(rolled.generation(), before, "a day that was not there changes nothing");
        assert_eq!(rolled.leave("a", |day| day >= march(4)), [march(4), march(6)]);
        assert_ne!(rolled.generation(), before);
    }
}
