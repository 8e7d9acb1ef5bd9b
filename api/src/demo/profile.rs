//! What kind of site: its pages, where its visitors come from, and what they do.

/// Where a visit comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// How often.
    pub weight: u32,
    /// Name of the source; empty for none.
    pub source: &'static str,
    /// Channel.
    pub channel: &'static str,
    /// Referring host and path; empty for none.
    pub referrer: &'static str,
    /// Campaign; empty for none.
    pub campaign: &'static str,
    /// Medium; empty for none.
    pub medium: &'static str,
}

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Path.
    pub path: &'static str,
    /// How often a visit begins here.
    pub entry: u32,
    /// How often it is the next page.
    pub next: u32,
}

/// A kind of site.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Visits on a day, a year ago.
    pub visits_a_day: i64,
    /// How much more there are now, in percent.
    pub growth_percent: i64,
    /// Visits on a Saturday or Sunday, in percent of the other days.
    pub weekend_percent: i64,
    /// Visits that look at another page after each one, in percent.
    pub stay_percent: i64,
    /// Pages.
    pub pages: &'static [Page],
    /// Origins.
    pub origins: &'static [Origin],
    /// A custom event of some visits, and in how many percent of them.
    pub event: (&'static str, i64),
    /// The property of that event, and its values.
    pub prop: (&'static str, &'static [&'static str]),
}

const fn page(path: &'static str, entry: u32, next: u32) -> Page {
    Page { path, entry, next }
}

const fn origin(weight: u32, source: &'static str, channel: &'static str, referrer: &'static str) -> Origin {
    Origin {
        weight,
        source,
        channel,
        referrer,
        campaign: "",
        medium: "",
    }
}

const fn campaign(
    weight: u32,
    source: &'static str,
    channel: &'static str,
    campaign: &'static str,
    medium: &'static str,
) -> Origin {
    Origin {
        weight,
        source,
        channel,
        referrer: "",
        campaign,
        medium,
    }
}

const PRODUCT_PAGES: &[Page] = &[
    page("/", 52, 14),
    page("/pricing", 9, 24),
    page("/features", 6, 20),
    page("/docs/getting-started", 8, 14),
    page("/docs/import", 3, 6),
    page("/docs/api", 4, 7),
    page("/blog/why-we-count-less", 10, 3),
    page("/blog/spring-release", 7, 4),
    page("/about", 1, 5),
    page("/signup", 2, 16),
    page("/login", 4, 3),
];

const PRODUCT_ORIGINS: &[Origin] = &[
    origin(34, "", "Direct", ""),
    origin(27, "Google", "Organic Search", "google.com"),
    origin(6, "DuckDuckGo", "Organic Search", "duckduckgo.com"),
    origin(4, "Bing", "Organic Search", "bing.com"),
    origin(6, "Hacker News", "Organic Social", "news.ycombinator.com"),
    origin(5, "Reddit", "Organic Social", "reddit.com/r/selfhosted"),
    origin(3, "LinkedIn", "Organic Social", "linkedin.com"),
    origin(4, "ChatGPT", "AI Assistants", "chatgpt.com"),
    origin(5, "GitHub", "Referral", "github.com"),
    origin(2, "alternatives.example", "Referral", "alternatives.example/privacy"),
    campaign(3, "Newsletter", "Email", "spring-release", "email"),
    campaign(3, "Google", "Paid Search", "brand", "cpc"),
];

const MAGAZINE_PAGES: &[Page] = &[
    page("/", 24, 16),
    page("/stories/the-last-ferry", 16, 10),
    page("/stories/a-city-without-cars", 18, 11),
    page("/stories/bread-of-the-north", 9, 9),
    page("/stories/letters-from-the-alps", 7, 8),
    page("/photos/harbour-at-dawn", 6, 9),
    page("/topics/travel", 4, 12),
    page("/topics/food", 4, 10),
    page("/newsletter", 1, 6),
    page("/about", 1, 3),
];

const MAGAZINE_ORIGINS: &[Origin] = &[
    origin(22, "", "Direct", ""),
    origin(24, "Google", "Organic Search", "google.com"),
    origin(16, "Facebook", "Organic Social", "facebook.com"),
    origin(9, "Instagram", "Organic Social", "instagram.com"),
    origin(6, "Pinterest", "Organic Social", "pinterest.com"),
    origin(4, "X", "Organic Social", "t.co"),
    origin(3, "YouTube", "Organic Video", "youtube.com"),
    origin(4, "Flipboard", "Organic Social", "flipboard.com"),
    campaign(9, "Newsletter", "Email", "sunday-letter", "email"),
    campaign(3, "Facebook", "Paid Social", "summer-stories", "paid_social"),
];

impl Profile {
    /// A small software product.
    pub const fn product() -> Self {
        Self {
            visits_a_day: 95,
            growth_percent: 130,
            weekend_percent: 52,
            stay_percent: 52,
            pages: PRODUCT_PAGES,
            origins: PRODUCT_ORIGINS,
            event: ("Signup", 4),
            prop: ("plan", &["free", "free", "free", "team", "business"]),
        }
    }

    /// A magazine of stories.
    pub const fn magazine() -> Self {
        Self {
            visits_a_day: 60,
            growth_percent: 45,
            weekend_percent: 128,
            stay_percent: 38,
            pages: MAGAZINE_PAGES,
            origins: MAGAZINE_ORIGINS,
            event: ("Newsletter", 3),
            prop: ("topic", &["travel", "food", "photos"]),
        }
    }
}
