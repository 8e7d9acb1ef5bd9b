//! What the collector hands over: one event, with nothing in it that names a person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::ids::SiteId;

/// The name of a page view.
pub const PAGEVIEW: &str = "pageview";
/// The name of an event that only carries time and scroll depth of a page.
pub const ENGAGEMENT: &str = "engagement";

/// An event on its way into the engine. Its JSON waits in the inbox, so a field may be added, never renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxEvent {
    /// The site.
    pub site_id: SiteId,
    /// When, in Unix ms.
    pub time_ms: i64,
    /// The date in the site's zone at that instant.
    pub local_date: Date,
    /// The visitor's number on that date.
    pub visitor: u64,
    /// The visitor's number on the date before, while that date's salt is there; by it a visit goes on over midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_before: Option<u64>,
    /// `pageview`, `engagement` or a custom name.
    pub name: String,
    /// Hostname of the page.
    pub hostname: String,
    /// Path of the page.
    pub pathname: String,
    /// False for a custom event that leaves a bounce a bounce.
    pub interactive: bool,
    /// Custom properties; keys are distinct.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub props: Vec<(String, String)>,
    /// Revenue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue: Option<Revenue>,
    /// Engaged time on the page; of engagement events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement_ms: Option<i32>,
    /// Deepest scroll position in percent, 0 to 100; of engagement events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scroll_depth: Option<u8>,
    /// What the visit gets if this event begins one.
    #[serde(flatten)]
    pub attributes: Attributes,
}

/// Stands between the keys and the values of properties where they are joined; it is never part of one.
const SEPARATOR: char = '\u{1e}';

impl InboxEvent {
    /// The properties as the engines keep them: each key once, no U+001E anywhere.
    pub fn clean_props(&self) -> Vec<(String, String)> {
        let mut clean: Vec<(String, String)> = Vec::with_capacity(self.props.len());
        for (key, value) in &self.props {
            let key = key.replace(SEPARATOR, "");
            if !clean.iter().any(|(known, _)| *known == key) {
                clean.push((key, value.replace(SEPARATOR, "")));
            }
        }
        clean
    }
}

/// Money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revenue {
    /// Thousandths of the currency's unit.
    pub thousandths: i64,
    /// ISO 4217 code.
    pub currency: String,
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// What is known of a whole visit from its first event on; empty where nothing is known.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Attributes {
            $($(#[$doc])* #[serde(skip_serializing_if = "String::is_empty")] pub $field: String,)*
        }

        impl Attributes {
            /// The columns' names, in the order of [`Attributes::values`].
            pub const COLUMNS: &[&str] = &[$(stringify!($field),)*];

            /// The values, in the order of [`Attributes::COLUMNS`].
            pub fn values(&self) -> [&str; Self::COLUMNS.len()] {
                [$(&self.$field,)*]
            }

            /// Attributes from values in the order of [`Attributes::COLUMNS`]; what is missing stays empty.
            pub fn from_values(values: impl IntoIterator<Item = String>) -> Self {
                let mut values = values.into_iter();
                Self { $($field: values.next().unwrap_or_default(),)* }
            }
        }
    };
}

attributes! {
    /// Where the visit came from, by name.
    source,
    /// Kind of source.
    channel,
    /// Referring host and path.
    referrer,
    /// `utm_source`.
    utm_source,
    /// `utm_medium`.
    utm_medium,
    /// `utm_campaign`.
    utm_campaign,
    /// `utm_content`.
    utm_content,
    /// `utm_term`.
    utm_term,
    /// Name of the advertiser's click parameter in the address: `gclid`, `msclkid`.
    click_id,
    /// ISO 3166-1 alpha-2 code.
    country,
    /// ISO 3166-2 code.
    region,
    /// City name.
    city,
    /// Browser.
    browser,
    /// Browser's version.
    browser_version,
    /// Operating system.
    os,
    /// Operating system's version.
    os_version,
    /// Desktop, Mobile, Tablet or TV.
    device,
    /// Size class of the screen; reserved for a tracker that sends it.
    screen,
}
