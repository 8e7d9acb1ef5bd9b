//! The stats query document, in the shape of Plausible's Stats API v2.
//!
//! Unknown words are refused while parsing, so that the error can point at them; what needs the site (its zone, its
//! goals) is checked by the server's query compiler.

use serde::de::{self, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// One question about one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What to count; at least one.
    pub metrics: Vec<Metric>,
    /// When.
    pub date_range: DateRange,
    /// What to group by; none gives one row of totals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<Dimension>,
    /// All of them must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// The order of the rows; by the first metric, descending, when absent (time dimensions first, ascending).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderBy>,
    /// Which rows.
    #[serde(default)]
    pub pagination: Pagination,
    /// What else to answer.
    #[serde(default)]
    pub include: Include,
}

/// Body of `POST /sites/{site_id}/queries`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryBatch {
    /// 1 to 20 questions, answered in order.
    pub queries: Vec<Query>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What a query counts.
    Metric, "metric" {
        /// Distinct visitors; a visitor counts once on each local day.
        Visitors = "visitors",
        /// Visits, counted where they began.
        Visits = "visits",
        /// Page views.
        Pageviews = "pageviews",
        /// Page views a visit.
        ViewsPerVisit = "views_per_visit",
        /// Percent of visits with fewer than two page views and no interactive event.
        BounceRate = "bounce_rate",
        /// Mean length of a visit in seconds, visits of zero seconds included.
        VisitDuration = "visit_duration",
        /// Page views and custom events.
        Events = "events",
        /// Percent of the visitors who did what the goal filter asks.
        ConversionRate = "conversion_rate",
        /// Percent within each row's own group.
        GroupConversionRate = "group_conversion_rate",
        /// Percent of all visitors of the range under the same filters.
        Percentage = "percentage",
        /// Mean engaged seconds a visitor spent on a page.
        TimeOnPage = "time_on_page",
        /// Mean of the deepest scroll position, in percent of the page.
        ScrollDepth = "scroll_depth",
        /// Revenue.
        TotalRevenue = "total_revenue",
        /// Revenue a conversion.
        AverageRevenue = "average_revenue",
    }
}

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
    }
}

impl FixedDimension {
    /// True for `time` and its sizes.
    pub const fn is_time(self) -> bool {
        use FixedDimension::*;
        matches!(self, Time | TimeMinute | TimeHour | TimeDay | TimeWeek | TimeMonth)
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

words! {
    /// How a filter compares.
    Operator, "operator" {
        /// Equals one of the values.
        Is = "is",
        /// Equals none of the values.
        IsNot = "is_not",
        /// Contains one of the values.
        Contains = "contains",
        /// Contains none of the values.
        ContainsNot = "contains_not",
        /// Matches one of the RE2 patterns.
        Matches = "matches",
        /// Matches none of the RE2 patterns.
        MatchesNot = "matches_not",
    }
}

/// A condition: `["is","visit:country",["DE","FR"]]`, `["and",[…]]`, `["or",[…]]` or `["not",…]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// A comparison of a dimension with values.
    Compare(Compare),
    /// All hold.
    And(Vec<Filter>),
    /// At least one holds.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compare {
    /// How.
    pub operator: Operator,
    /// What is compared.
    pub dimension: Dimension,
    /// With what; at least one.
    pub values: Vec<String>,
    /// False ignores case; true when absent.
    pub case_sensitive: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Modifiers {
    #[serde(default = "yes")]
    case_sensitive: bool,
}

fn yes() -> bool {
    true
}

impl Filter {
    /// `operator dimension values`, with regard to case.
    pub fn compare(operator: Operator, dimension: impl Into<Dimension>, values: Vec<String>) -> Self {
        Filter::Compare(Compare {
            operator,
            dimension: dimension.into(),
            values,
            case_sensitive: true,
        })
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        match self {
            Filter::Compare(compare) => {
                seq.serialize_element(&compare.operator)?;
                seq.serialize_element(&compare.dimension)?;
                seq.serialize_element(&compare.values)?;
                if !compare.case_sensitive {
                    seq.serialize_element(&Modifiers { case_sensitive: false })?;
                }
            }
            Filter::And(all) => {
                seq.serialize_element("and")?;
                seq.serialize_element(all)?;
            }
            Filter::Or(any) => {
                seq.serialize_element("or")?;
                seq.serialize_element(any)?;
            }
            Filter::Not(inner) => {
                seq.serialize_element("not")?;
                seq.serialize_element(inner)?;
            }
        }
        seq.end()
    }
}

/// The first word of a filter.
enum Head {
    And,
    Or,
    Not,
    Compare(Operator),
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match word.as_str() {
            "and" => Ok(Head::And),
            "or" => Ok(Head::Or),
            "not" => Ok(Head::Not),
            other => Operator::from_word(other)
                .map(Head::Compare)
                .ok_or_else(|| de::Error::custom(format!("unknown operator `{other}`"))),
        }
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FilterVisitor;
        impl<'de> Visitor<'de> for FilterVisitor {
            type Value = Filter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a filter: [operator, dimension, [values]], [\"and\"|\"or\", [filters]] or [\"not\", filter]",
                )
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Filter, A::Error> {
                let missing = |at| de::Error::invalid_length(at, &self);
                let head = seq.next_element::<Head>()?.ok_or_else(|| missing(0))?;
                let filter = match head {
                    Head::And => Filter::And(seq.next_element()?.ok_or_else(|| missing(1))?),
                    Head::Or => Filter::Or(seq.next_element()?.ok_or_else(|| missing(1))?),
                    Head::Not => Filter::Not(Box::new(seq.next_element()?.ok_or_else(|| missing(1))?)),
                    Head::Compare(operator) => {
                        let dimension = seq.next_element()?.ok_or_else(|| missing(1))?;
                        let values = seq.next_element()?.ok_or_else(|| missing(2))?;
                        let case_sensitive = seq.next_element::<Modifiers>()?.is_none_or(|m| m.case_sensitive);
                        Filter::Compare(Compare {
                            operator,
                            dimension,
                            values,
                            case_sensitive,
                        })
                    }
                };
                match seq.next_element::<de::IgnoredAny>() {
                    Ok(None) => Ok(filter),
                    _ => Err(de::Error::custom("too many elements in the filter")),
                }
            }
        }
        deserializer.deserialize_seq(FilterVisitor)
    }
}

/// What rows are ordered by: `["visitors","desc"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBy(pub OrderKey, pub Direction);

/// A metric or a dimension of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderKey {
    /// By the numbers.
    Metric(Metric),
    /// By the names.
    Dimension(Dimension),
}

impl Serialize for OrderKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            OrderKey::Metric(metric) => metric.serialize(serializer),
            OrderKey::Dimension(dimension) => dimension.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OrderKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Metric::from_word(&word)
            .map(OrderKey::Metric)
            .or_else(|| Dimension::from_word(&word).map(OrderKey::Dimension))
            .ok_or_else(|| de::Error::custom(format!("unknown metric or dimension `{word}`")))
    }
}

words! {
    /// Ascending or descending.
    Direction, "direction" {
        /// Smallest first.
        Asc = "asc",
        /// Largest first.
        Desc = "desc",
    }
}

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Pagination {
    /// At most so many rows; 1 to 10,000.
    pub limit: u32,
    /// Skip so many rows; at most 1,000,000.
    pub offset: u32,
}

impl Default for Pagination {
    fn default() -> Self {
        Pagination {
            limit: 10_000,
            offset: 0,
        }
    }
}

/// What else to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Include {
    /// Answer every time label of the range in `meta.time_labels`, also those without rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub time_labels: bool,
    /// Answer the number of rows without pagination in `meta.total_rows`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_rows: bool,
    /// Answer each row's numbers of another range beside its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// What to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Which range.
    pub mode: ComparisonMode,
    /// Two dates, both included; with `custom` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_range: Option<(String, String)>,
    /// Move the other range by a few days so that it begins on the same weekday.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_day_of_week: bool,
}

words! {
    /// Which range to compare with.
    ComparisonMode, "comparison mode" {
        /// The range of the same length just before.
        PreviousPeriod = "previous_period",
        /// The same dates a year before.
        YearOverYear = "year_over_year",
        /// The dates in `date_range`.
        Custom = "custom",
    }
}

#[cfg(feature = "openapi")]
mod schema {
    //! Schemas of the types with a wire form of their own.

    use super::{DateRange, Dimension, Filter, OrderBy};
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
    use utoipa::{PartialSchema, ToSchema};

    fn text(description: &str) -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
    }

    impl PartialSchema for Dimension {
        fn schema() -> RefOr<Schema> {
            text("A fixed dimension (`event:page`, `visit:source`, `time:day`, …) or `event:props:<key>`.")
                .examples(["visit:source"])
                .into()
        }
    }
    impl ToSchema for Dimension {}

    impl PartialSchema for DateRange {
        fn schema() -> RefOr<Schema> {
            OneOfBuilder::new()
                .item(
                    text("A named range; `Nd` are whole days that end yesterday.").pattern(Some(
                        "^(day|24h|month|year|all|realtime|[1-9][0-9]{0,3}d|[1-9][0-9]{0,2}mo)$",
                    )),
                )
                .item(
                    ArrayBuilder::new()
                        .items(text("A date (`YYYY-MM-DD`) or an RFC 3339 instant."))
                        .min_items(Some(2))
                        .max_items(Some(2))
                        .description(Some("Two dates, both included, or two instants.")),
                )
                .examples(["28d"])
                .into()
        }
    }
    impl ToSchema for DateRange {}

    impl PartialSchema for Filter {
        fn schema() -> RefOr<Schema> {
            ArrayBuilder::new()
                .items(RefOr::T(Schema::AllOf(Default::default())))
                .min_items(Some(2))
                .max_items(Some(4))
                .description(Some(
                    "`[operator, dimension, [values…], {\"case_sensitive\": false}?]`, `[\"and\"|\"or\", [filters…]]` or `[\"not\", filter]`; \
                     operators: `is`, `is_not`, `contains`, `contains_not`, `matches`, `matches_not`.",
                ))
                .into()
        }
    }
    impl ToSchema for Filter {}

    impl PartialSchema for OrderBy {
        fn schema() -> RefOr<Schema> {
            ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(Type::String))
                .min_items(Some(2))
                .max_items(Some(2))
                .description(Some("A metric or dimension of the query, and `asc` or `desc`."))
                .into()
        }
    }
    impl ToSchema for OrderBy {}
}
