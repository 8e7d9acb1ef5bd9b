//! Which days of which sites are rolled up: the engine's table of them, kept in memory.
//!
//! A day leaves before the transaction that changes it commits, and enters after the one that rolled it up has. So a question that
//! takes the days from here and finds [`Rolled::generation`] unchanged when it has its answer was answered from days that held.
//!
//! A day carries a set of bits, which say what does not hold on it; their meaning is that of whoever rolls it up.
//!
//! A day that is not over may be running: counted, and brought up to date when it is asked about after events came. It leaves with them as every
//! other day does, but what is counted of it stays until it enters again or stops running.
//!
//! A month whose days are all rolled up may be added up, and leaves with the first of its days that leaves.

use super::statement::Statement;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The bit of a day that is running. Only what can be brought up to date holds on it.
pub const RUNNING: u32 = 1 << 31;

/// The days that are rolled up, each with what does not hold on it, and the months that are added up, each by its first day.
#[derive(Clone, Debug, Default)]
pub struct Rolled {
    days: HashMap<String, BTreeMap<Date, u32>>,
    months: HashMap<String, BTreeSet<Date>>,
    /// With how many events each had when it began to be counted.
    running: HashMap<String, BTreeMap<Date, i64>>,
    /// Days that changed and are not rolled up since.
    waiting: BTreeMap<String, BTreeSet<Date>>,
    generation: u64,
}

/// What an engine has rolled up.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Days of sites, with their bits.
    pub days: Vec<(String, Date, u32)>,
    /// Months of sites.
    pub months: Vec<(String, Date)>,
}

/// Days that are not rolled up any more, and months that are not added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// The days.
    pub days: Vec<Date>,
    /// Those whose counts stay, because they are running.
    pub running: Vec<Date>,
    /// The months.
    pub months: Vec<Date>,
}

/// The days of a period that are rolled up, and its months that are added up, as they were at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    first: Date,
    last: Date,
    known: BTreeMap<Date, u32>,
    months: BTreeSet<Date>,
}

/// First and last dates of stretches of days, in order.
pub type Stretches = Vec<(Date, Date)>;

/// Days of a period, told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Those of months that are added up, where that was asked for.
    pub months: Stretches,
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

/// How a day is counted that goes on.
#[derive(Clone, Debug, Default)]
pub struct RunUp {
    /// How many events the day has, about.
    pub events: i64,
    /// What fills the tables, and `running_visits` with the visits as they are counted.
    pub inserts: Vec<Statement>,
    /// Asks for a number; the day can't be brought up to date unless it is 0.
    pub torn: Statement,
}

/// How a day that goes on is brought up to date.
#[derive(Clone, Debug, Default)]
pub struct CatchUp {
    /// What finds what is new, by `running_new`: the events since, and their visits.
    pub find: Vec<Statement>,
    /// Asks for a number after that; the day stops running unless it is 0.
    pub torn: Statement,
    /// What brings the tables up to date.
    pub change: Vec<Statement>,
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
        let rolled = self.days.entry(site_id.to_owned()).or_default();
        rolled.extend(days);
        if let Some(waiting) = self.waiting.get_mut(site_id) {
            waiting.retain(|day| !rolled.contains_key(day));
        }
    }

    /// A day is running from now on, with so many events, and is rolled up.
    pub fn run(&mut self, site_id: &str, day: Date, events: i64) {
        self.running.entry(site_id.to_owned()).or_default().insert(day, events);
        self.catch_up(site_id, day);
    }

    /// A running day is up to date, and rolled up.
    pub fn catch_up(&mut self, site_id: &str, day: Date) {
        self.enter(site_id, [(day, RUNNING)]);
    }

    /// True when a day is running.
    pub fn is_running(&self, site_id: &str, day: Date) -> bool {
        self.running.get(site_id).is_some_and(|days| days.contains_key(&day))
    }

    /// Set when a day is running and not rolled up, because events came since it was: how many it had when it began to be counted.
    pub fn behind(&self, site_id: &str, day: Date) -> Option<i64> {
        let is_there = self.days.get(site_id).is_some_and(|days| days.contains_key(&day));
        let events = self.running.get(site_id)?.get(&day)?;
        (!is_there).then_some(*events)
    }

    /// Days stop running; answers those that were. Whether they are rolled up is another matter.
    pub fn stop_running(&mut self, site_id: &str, is_meant: impl Fn(Date) -> bool) -> Vec<Date> {
        let Some(running) = self.running.get_mut(site_id) else {
            return Vec::new();
        };
        let stopped: Vec<Date> = running.keys().copied().filter(|day| is_meant(*day)).collect();
        running.retain(|day, _| !is_meant(*day));
        stopped
    }

    /// All running days.
    pub fn running(&self) -> impl Iterator<Item = (&str, Date)> {
        self.running
            .iter()
            .flat_map(|(site_id, days)| days.keys().map(move |day| (site_id.as_str(), *day)))
    }

    /// Days that change, whether they are rolled up or not.
    pub fn wait(&mut self, site_id: &str, days: impl IntoIterator<Item = Date>) {
        self.waiting.entry(site_id.to_owned()).or_default().extend(days);
    }

    /// The days that changed and are not rolled up since, of each site up to a last one.
    pub fn waiting(&self, last_of: impl Fn(&str) -> Option<Date>) -> Vec<(String, Date)> {
        let of_site = |(site_id, days): (&String, &BTreeSet<Date>)| {
            let last = last_of(site_id).unwrap_or(Date::MIN);
            let days: Vec<_> = days.range(..=last).map(|day| (site_id.clone(), *day)).collect();
            days
        };
        self.waiting.iter().flat_map(of_site).collect()
    }

    /// A month that is added up now.
    pub fn enter_month(&mut self, site_id: &str, month: Date) {
        self.months.entry(site_id.to_owned()).or_default().insert(month);
    }

    /// Days that are not any more, and their months; answers those that were.
    pub fn leave(&mut self, site_id: &str, is_meant: impl Fn(Date) -> bool) -> Gone {
        if let Some(waiting) = self.waiting.get_mut(site_id) {
            waiting.retain(|day| !is_meant(*day));
        }
        let Some(days) = self.days.get_mut(site_id) else {
            return Gone::default();
        };
        let gone: Vec<Date> = days.keys().copied().filter(|day| is_meant(*day)).collect();
        if gone.is_empty() {
            return Gone::default();
        }
        days.retain(|day, _| !is_meant(*day));
        self.generation += 1;
        let touched: BTreeSet<Date> = gone.iter().map(|day| day.first_of_month()).collect();
        let months = self.months.get_mut(site_id).map(|months| {
            let gone = months.intersection(&touched).copied().collect();
            months.retain(|month| !touched.contains(month));
            gone
        });
        let running = self.running.get(site_id);
        let (running, gone) = gone
            .into_iter()
            .partition(|day| running.is_some_and(|running| running.contains_key(day)));
        Gone {
            days: gone,
            running,
            months: months.unwrap_or_default(),
        }
    }

    /// Starts over with what the engine has.
    pub fn replace(&mut self, known: Known) {
        *self = Self {
            generation: self.generation + 1,
            ..Self::default()
        };
        for (site_id, day, bits) in known.days {
            self.days.entry(site_id).or_default().insert(day, bits);
        }
        for (site_id, month) in known.months {
            self.months.entry(site_id).or_default().insert(month);
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
            months: self.months.get(site_id).map_or_else(BTreeSet::new, |months| {
                let is_within = |month: &&Date| **month >= first && month.last_of_month() <= last;
                months.iter().filter(is_within).copied().collect()
            }),
        }
    }
}

impl Days {
    /// Tells the days apart; a day that has one of the `unwanted` bits is none of the rolled ones.
    pub fn split(&self, unwanted: u32) -> Split {
        self.tell_apart(unwanted, &BTreeSet::new())
    }

    /// The same, and apart from the days those of months that are added up, all of whose days have none of the bits of `unwanted`.
    pub fn split_by_months(&self, unwanted: u32) -> Split {
        let holds = |month: &Date| {
            let mut days = self.known.range(*month..=month.last_of_month());
            days.all(|(_, bits)| bits & unwanted == 0)
        };
        let months = self.months.iter().copied().filter(holds);
        self.tell_apart(unwanted, &months.collect())
    }

    /// The months of the period that can be added up and are not: each by its first day.
    pub fn missing_months(&self) -> Vec<Date> {
        let months: BTreeSet<Date> = self.known.keys().map(|day| day.first_of_month()).collect();
        let is_whole = |month: &Date| {
            let days = self.known.range(*month..=month.last_of_month()).count();
            days == usize::try_from(month.days_in_month()).unwrap_or(0)
        };
        months.difference(&self.months).copied().filter(is_whole).collect()
    }

    fn tell_apart(&self, unwanted: u32, months: &BTreeSet<Date>) -> Split {
        let mut split = Split::default();
        let mut day = self.first;
        loop {
            let is_rolled = self.known.get(&day).is_some_and(|bits| bits & unwanted == 0);
            let stretches = match is_rolled {
                true if months.contains(&day.first_of_month()) => &mut split.months,
                true => &mut split.rolled,
                false => &mut split.raw,
            };
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
        assert_eq!(rolled.leave("a", |day| day == march(9)), Gone::default());
        assert_eq!(rolled.generation(), before, "a day that was not there changes nothing");
        assert_eq!(rolled.leave("a", |day| day >= march(4)).days, [march(4), march(6)]);
        assert_ne!(rolled.generation(), before);
    }

    #[test]
    fn a_day_that_changed_waits_until_it_is_rolled_up() {
        let march = |day| date(2026, 3, day);
        let mut rolled = Rolled::default();
        rolled.wait("a", [1, 2, 9].map(march));
        rolled.wait("b", [march(1)]);
        let of_a = |rolled: &Rolled| rolled.waiting(|site_id| (site_id == "a").then_some(march(8)));
        assert_eq!(of_a(&rolled), [("a".to_owned(), march(1)), ("a".to_owned(), march(2))]);
        rolled.enter("a", [(march(2), 0)]);
        assert_eq!(of_a(&rolled), [("a".to_owned(), march(1))]);
        // Its rows are gone.
        rolled.leave("a", |day| day < march(2));
        assert_eq!(of_a(&rolled), []);
    }

    #[test]
    fn a_month_is_added_up_of_all_of_its_days_and_leaves_with_the_first_that_leaves() {
        let days = |from: Date, to: Date| from.series(jiff::Span::new().days(1)).take_while(move |day| *day <= to);
        let (february, march) = (date(2026, 2, 1), date(2026, 3, 1));
        let mut rolled = Rolled::default();
        rolled.enter("a", days(date(2026, 2, 2), date(2026, 4, 3)).map(|day| (day, 0)));
        let year = |rolled: &Rolled| rolled.within("a", date(2026, 1, 1), date(2026, 12, 31));
        assert_eq!(year(&rolled).missing_months(), [march]);
        let of_march = |first, last| {
            rolled
                .within("a", date(2026, 3, first), date(2026, 3, last))
                .missing_months()
        };
        assert_eq!(of_march(1, 31), [march]);
        assert_eq!((of_march(1, 30), of_march(2, 31)), (vec![], vec![]));

        rolled.enter_month("a", march);
        assert_eq!(year(&rolled).missing_months(), []);
        let split = year(&rolled).split_by_months(0);
        assert_eq!(split.months, [(march, date(2026, 3, 31))]);
        let before_and_after = [
            (date(2026, 2, 2), date(2026, 2, 28)),
            (date(2026, 4, 1), date(2026, 4, 3)),
        ];
        assert_eq!(split.rolled, before_and_after);
        assert_eq!(year(&rolled).split(0).months, []);
        let part = rolled.within("a", march, date(2026, 3, 30)).split_by_months(0);
        assert_eq!((part.months, part.rolled), (vec![], vec![(march, date(2026, 3, 30))]));

        rolled.enter("a", [(february, 0)]);
        rolled.enter_month("a", february);
        let gone = rolled.leave("a", |day| day == date(2026, 3, 31));
        assert_eq!((gone.days, gone.months), (vec![date(2026, 3, 31)], vec![march]));
        let split = year(&rolled).split_by_months(0);
        assert_eq!(split.months, [(february, date(2026, 2, 28))]);
        assert_eq!(year(&rolled).missing_months(), []);
    }
}
