//! The cards of the dashboard and their tabs, as data.

use super::card::{CardSpec, Kind, Tab};
use shared::query::FixedDimension as Fixed;

/// The cards in their order.
pub static CARDS: [&CardSpec; 5] = [&SOURCES, &PAGES, &LOCATIONS, &DEVICES, &BEHAVIOUR];

/// A tab of plain lists.
const fn lists(label: &'static str, choices: &'static [(&'static str, Fixed)]) -> Tab {
    Tab {
        label,
        choices,
        kind: Kind::List,
    }
}

/// Where visits come from.
static SOURCES: CardSpec = CardSpec {
    key: "sources",
    title: "Sources",
    first: 1,
    wide: false,
    tabs: &[
        lists("Channels", &[("Channel", Fixed::Channel)]),
        lists("Sources", &[("Source", Fixed::Source)]),
        lists("Referrers", &[("Referrer", Fixed::Referrer)]),
        lists(
            "Campaigns",
            &[
                ("UTM campaign", Fixed::UtmCampaign),
                ("UTM source", Fixed::UtmSource),
                ("UTM medium", Fixed::UtmMedium),
                ("UTM content", Fixed::UtmContent),
                ("UTM term", Fixed::UtmTerm),
            ],
        ),
    ],
};

/// What they look at.
static PAGES: CardSpec = CardSpec {
    key: "pages",
    title: "Pages",
    first: 0,
    wide: false,
    tabs: &[
        lists("Top", &[("Page", Fixed::Page)]),
        lists("Entry", &[("Entry page", Fixed::EntryPage)]),
        lists("Exit", &[("Exit page", Fixed::ExitPage)]),
        lists("Hostnames", &[("Hostname", Fixed::Hostname)]),
    ],
};

/// Where they are.
static LOCATIONS: CardSpec = CardSpec {
    key: "locations",
    title: "Locations",
    first: 1,
    wide: false,
    tabs: &[
        Tab {
            label: "Map",
            choices: &[("Country", Fixed::Country)],
            kind: Kind::Map,
        },
        lists("Countries", &[("Country", Fixed::Country)]),
        lists("Regions", &[("Region", Fixed::Region)]),
        lists("Cities", &[("City", Fixed::City)]),
    ],
};

/// What they use.
static DEVICES: CardSpec = CardSpec {
    key: "devices",
    title: "Devices",
    first: 0,
    wide: false,
    tabs: &[
        lists(
            "Browsers",
            &[("Browser", Fixed::Browser), ("Browser version", Fixed::BrowserVersion)],
        ),
        lists(
            "Systems",
            &[("System", Fixed::Os), ("System version", Fixed::OsVersion)],
        ),
        lists("Sizes", &[("Device", Fixed::Device)]),
    ],
};

/// What they do; stays away from sites whose visitors only look at pages.
static BEHAVIOUR: CardSpec = CardSpec {
    key: "behaviour",
    title: "Conversions",
    first: 1,
    wide: true,
    tabs: &[
        lists("Goals", &[("Goal", Fixed::Goal)]),
        lists("Events", &[("Event", Fixed::EventName)]),
        Tab {
            label: "Properties",
            choices: &[],
            kind: Kind::Properties,
        },
        Tab {
            label: "Funnels",
            choices: &[],
            kind: Kind::Funnels,
        },
        Tab {
            label: "Revenue",
            choices: &[
                ("Source", Fixed::Source),
                ("Channel", Fixed::Channel),
                ("UTM campaign", Fixed::UtmCampaign),
                ("Page", Fixed::Page),
                ("Country", Fixed::Country),
                ("Goal", Fixed::Goal),
            ],
            kind: Kind::Revenue,
        },
    ],
};
