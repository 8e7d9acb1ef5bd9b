//! Dimensions.

use crate::words::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// What rows are grouped or filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// A dimension with a fixed name.
    Fixed(FixedDimension),
    /// `event:props:<key>`.
    Prop(String),
}

words! {
    /// The dimensions with fixed names.
    FixedDimension, "dimension" {
        /// Path of a page.
        Page = "event:page",
        /// Hostname of a page.
        Hostname = "event:hostname",
        /// Name of an event.
        EventName = "event:name",
        /// A goal of the site.
        Goal = "event:goal",
        /// Currency of an event's revenue.
        Currency = "event:currency",
        /// First page of a visit.
        EntryPage = "visit:entry_page",
        /// Last page of a visit.
        ExitPage = "visit:exit_page",
        /// Where the visit came from, by name.
        Source = "visit:source",
        /// Kind of source: organic search, social, email, …
        Channel = "visit:channel",
        /// Referring URL without scheme and query.
        Referrer = "visit:referrer",
        /// `utm_medium`.
        UtmMedium = "visit:utm_medium",
        /// `utm_source`.
        UtmSource = "visit:utm_source",
        /// `utm_campaign`.
        UtmCampaign = "visit:utm_campaign",
        /// `utm_content`.
        UtmContent = "visit:utm_content",
        /// `utm_term`.
        UtmTerm = "visit:utm_term",
        /// Desktop, Mobile, Tablet, …
        Device = "visit:device",
        /// Browser.
        Browser = "visit:browser",
        /// Browser's major and minor version.
        BrowserVersion = "visit:browser_version",
        /// Operating system.
        Os = "visit:os",
        /// Operating system's version.
        OsVersion = "visit:os_version",
        /// ISO 3166-1 alpha-2 code.
        Country = "visit:country",
        /// ISO 3166-2 code.
        Region = "visit:region",
        /// City name.
        City = "visit:city",
        /// Buckets of a size that fits the range.
        Time = "time",
        /// Minutes.
        TimeMinute = "time:minute",
        /// Hours.
        TimeHour = "time:hour",
        /// Days.
        TimeDay = "time:day",
        /// Weeks that begin on Monday.
        TimeWeek = "time:week",
        /// Months.
        TimeMonth = "time:month",
        /// Hours of the week of the site's zone: `1-00` is the first hour of Monday, `7-23` the last of Sunday.
        TimeHourOfWeek = "time:hour_of_week",
    }
}

impl FixedDimension {
    /// True for `time` and its sizes.
    pub const fn is_time(self) -> bool {
        use FixedDimension::*;
        matches!(
            self,
            Time | TimeMinute | TimeHour | TimeDay | TimeWeek | TimeMonth | TimeHourOfWeek
        )
    }
}

impl Dimension {
    /// True for `time` and its sizes.
    pub fn is_time(&self) -> bool {
        matches!(self, Dimension::Fixed(fixed) if fixed.is_time())
    }

    /// The dimension of a word; the key of a property has 1 to 300 bytes.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.strip_prefix("event:props:") {
            Some(key) if !key.is_empty() && key.len() <= 300 => Some(Dimension::Prop(key.to_owned())),
            Some(_) => None,
            None => FixedDimension::from_word(word).map(Dimension::Fixed),
        }
    }
}

impl From<FixedDimension> for Dimension {
    fn from(fixed: FixedDimension) -> Self {
        Dimension::Fixed(fixed)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dimension::Fixed(fixed) => f.write_str(fixed.as_str()),
            Dimension::Prop(key) => write!(f, "event:props:{key}"),
        }
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Dimension::from_word(&word).ok_or_else(|| de::Error::custom(format!("unknown dimension `{word}`")))
    }
}
