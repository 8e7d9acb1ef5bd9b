//! The files of Plausible's export and their columns, found by their names in the header, so that a file with columns more
//! or fewer is read all the same. Pure.

use crate::events::imported::{ImportedDay, NUMBERS, TEXTS};
use crate::imports::model::Progress;
use crate::ingest::channels::of_totals;
use crate::kit::clock::FIRST_DAY;
use csv::StringRecord;
use jiff::civil::Date;
use std::collections::HashSet;

/// Longer texts are cut.
const MAX_TEXT_BYTES: usize = 2000;
/// No site has so many of anything on a day; sums of such numbers over years stay far from what 64 bits hold.
const MAX_NUMBER: i64 = 1_000_000_000_000;

/// Which days are taken.
#[derive(Debug)]
pub struct Days {
    /// Those that have numbers already are not.
    pub covered: HashSet<Date>,
    /// Nor are those after this one.
    pub last: Date,
}

impl Days {
    /// Counts a row as taken or left out; true when it is taken.
    pub fn note(&self, day: &ImportedDay, progress: &mut Progress) -> bool {
        let tally = &mut progress.tally;
        let count = if day.date < FIRST_DAY {
            &mut tally.past
        } else if day.date > self.last {
            &mut tally.future
        } else if self.covered.contains(&day.date) {
            &mut tally.covered
        } else {
            tally.taken += 1;
            progress.cover(day.date);
            return true;
        };
        *count += 1;
        false
    }
}

/// One kind of file.
#[derive(Debug)]
pub struct Family {
    /// As it stands in the files' names.
    pub name: &'static str,
    /// Columns of theirs and of ours that hold text.
    texts: &'static [(&'static str, &'static str)],
    /// Columns of theirs and of ours that hold sums.
    numbers: &'static [(&'static str, &'static str)],
}

/// Sums of visits that most files have.
const VISITS: &[(&str, &str)] = &[
    ("visitors", "visitors"),
    ("visits", "visits"),
    ("pageviews", "pageviews"),
    ("bounces", "bounces"),
    ("visit_duration", "duration_s"),
];

static FAMILIES: [Family; 10] = [
    Family {
        name: "visitors",
        texts: &[],
        numbers: VISITS,
    },
    Family {
        name: "sources",
        texts: &[
            ("source", "source"),
            ("channel", "channel"),
            ("referrer", "referrer"),
            ("utm_source", "utm_source"),
            ("utm_medium", "utm_medium"),
            ("utm_campaign", "utm_campaign"),
            ("utm_content", "utm_content"),
            ("utm_term", "utm_term"),
        ],
        numbers: VISITS,
    },
    Family {
        name: "pages",
        texts: &[("hostname", "hostname"), ("page", "pathname")],
        numbers: &[
            ("visitors", "visitors"),
            ("visits", "visits"),
            ("pageviews", "pageviews"),
            ("total_scroll_depth", "scroll_depth"),
            ("total_scroll_depth_visits", "scrolled_visits"),
            ("total_time_on_page", "engagement_s"),
            ("total_time_on_page_visits", "engaged_visits"),
        ],
    },
    Family {
        name: "entry_pages",
        texts: &[("entry_page", "entry_page")],
        numbers: &[
            ("visitors", "visitors"),
            ("entrances", "visits"),
            ("pageviews", "pageviews"),
            ("bounces", "bounces"),
            ("visit_duration", "duration_s"),
        ],
    },
    Family {
        name: "exit_pages",
        texts: &[("exit_page", "exit_page")],
        numbers: &[
            ("visitors", "visitors"),
            ("exits", "visits"),
            ("pageviews", "pageviews"),
            ("bounces", "bounces"),
            ("visit_duration", "duration_s"),
        ],
    },
    Family {
        name: "custom_events",
        texts: &[("name", "name"), ("link_url", "link_url"), ("path", "pathname")],
        numbers: &[("visitors", "visitors"), ("events", "events")],
    },
    Family {
        name: "locations",
        texts: &[("country", "country"), ("region", "region"), ("city", "city")],
        numbers: VISITS,
    },
    Family {
        name: "devices",
        texts: &[("device", "device")],
        numbers: VISITS,
    },
    Family {
        name: "browsers",
        texts: &[("browser", "browser"), ("browser_version", "browser_version")],
        numbers: VISITS,
    },
    Family {
        name: "operating_systems",
        texts: &[("operating_system", "os"), ("operating_system_version", "os_version")],
        numbers: VISITS,
    },
];

/// The family of a file, by its name: `imported_pages_20240101_20241231.csv`, with or without folders and days.
pub fn family_of(path: &str) -> Option<&'static Family> {
    let name = path
        .rsplit('/')
        .next()?
        .strip_prefix("imported_")?
        .strip_suffix(".csv")?;
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    FAMILIES.iter().find(|family| family.name == bare)
}

/// Where a file's columns are: theirs, then the place of ours.
#[derive(Debug)]
pub struct Columns {
    date: usize,
    texts: Vec<(usize, usize)>,
    numbers: Vec<(usize, usize)>,
}

impl Family {
    /// Finds the columns in a header.
    pub fn columns(&self, header: &StringRecord) -> Result<Columns, String> {
        let find = |name: &str| {
            header
                .iter()
                .position(|column| column.trim_start_matches('\u{feff}') == name)
        };
        let places = |pairs: &[(&str, &str)], ours: &[&str]| {
            let pairs = pairs
                .iter()
                .filter_map(|(theirs, own)| Some((find(theirs)?, ours.iter().position(|name| name == own)?)));
            pairs.collect::<Vec<_>>()
        };
        let columns = Columns {
            date: find("date").ok_or("there is no column `date`")?,
            texts: places(self.texts, &TEXTS),
            numbers: places(self.numbers, &NUMBERS),
        };
        if columns.texts.is_empty() && !self.texts.is_empty() {
            return Err(format!("there is no column `{}`", self.texts[0].0));
        }
        Ok(columns)
    }

    /// A row's totals.
    pub fn day(&'static self, columns: &Columns, record: &StringRecord) -> Result<ImportedDay, String> {
        let cell = |at: usize| record.get(at).ok_or("a column is missing");
        let date = cell(columns.date)?;
        let mut day = ImportedDay {
            date: date.parse::<Date>().map_err(|_| "the date can't be read")?,
            family: self.name,
            ..ImportedDay::default()
        };
        for (theirs, ours) in &columns.texts {
            let text = cell(*theirs)?;
            text[..text.floor_char_boundary(MAX_TEXT_BYTES)].clone_into(&mut day.texts[*ours]);
        }
        for (theirs, ours) in &columns.numbers {
            let number = cell(*theirs)?.trim().parse::<i64>().ok().filter(|number| *number >= 0);
            let number = number.ok_or("a number can't be read")?;
            if number > MAX_NUMBER {
                return Err("a number is too large".to_owned());
            }
            day.numbers[*ours] = number;
        }
        match self.name {
            "sources" => name_channel(&mut day),
            "locations" => drop_city_number(&mut day),
            _ => {}
        }
        Ok(day)
    }
}

fn at(name: &str) -> usize {
    TEXTS.iter().position(|text| *text == name).expect("the column is ours")
}

/// Plausible exports cities as numbers of a gazetteer that we do not carry.
fn drop_city_number(day: &mut ImportedDay) {
    let city = &mut day.texts[at("city")];
    if city.bytes().all(|byte| byte.is_ascii_digit()) {
        city.clear();
    }
}

/// Exports without channels get ours, by source and medium.
fn name_channel(day: &mut ImportedDay) {
    if day.texts[at("channel")].is_empty() {
        let (source, medium) = (&day.texts[at("source")], &day.texts[at("utm_medium")]);
        day.texts[at("channel")] = of_totals(source, medium, &day.texts[at("utm_campaign")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (path, family) in [
            ("imported_visitors_20240101_20241231.csv", Some("visitors")),
            ("export/imported_entry_pages.csv", Some("entry_pages")),
            (
                "imported_operating_systems_20240101_20240102.csv",
                Some("operating_systems"),
            ),
            ("imported_pages_20240101_20240102.csv.txt", None),
            ("__MACOSX/._imported_pages.csv", None),
            ("readme.txt", None),
        ] {
            assert_eq!(family_of(path).map(|family| family.name), family, "{path}");
        }
    }
}
