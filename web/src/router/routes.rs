//! The pages and their paths. Pure.

use super::query;
use shared::monitor::MonitorKind;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Sign in or sign up.
    Login,
    /// All sites of the account.
    Sites,
    /// One site's dashboard, by domain.
    Dashboard(String),
    /// A site's general settings.
    General(String),
    /// A site's share links.
    ShareLinks(String),
    /// A site's segments.
    Segments(String),
    /// A site's goals.
    Goals(String),
    /// A site's funnels.
    Funnels(String),
    /// What a site does not want counted.
    Shields(String),
    /// A site's notes on days.
    Notes(String),
    /// A site's imports.
    Imports(String),
    /// A site's members.
    People(String),
    /// A page of a site's health.
    Health(String, HealthPage),
    /// An invitation, by its token.
    Invitation(String),
    /// The account's own settings.
    Account,
    /// The account's API keys.
    ApiKeys,
    /// All sites of the account at a glance.
    Overview,
    /// The account's client portals.
    Portals,
    /// How they look.
    WhiteLabel,
    /// Where they answer.
    BrandDomain,
    /// A dashboard opened through a share link.
    Share(String),
    /// None of these.
    NotFound,
}

/// A page of a site's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthPage {
    /// The score with its reasons, and all monitors.
    Overview,
    /// How the score comes about.
    Score,
    /// One monitor: what it found, and its settings.
    Monitor(MonitorKind),
    /// Who is told of incidents.
    Notices,
    /// Times for which checks do not count.
    Maintenance,
}

impl HealthPage {
    /// The page of a word.
    fn of(word: &str) -> Option<Self> {
        match word {
            "score" => Some(Self::Score),
            "notices" => Some(Self::Notices),
            "maintenance" => Some(Self::Maintenance),
            other => MonitorKind::of(other).map(Self::Monitor),
        }
    }

    /// The last segment of its path; empty for the overview.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Score => "score",
            Self::Monitor(kind) => kind.as_str(),
            Self::Notices => "notices",
            Self::Maintenance => "maintenance",
        }
    }
}

/// The page of a path as it stands in the address bar. Domains have a dot, our own words have none.
pub fn route(path: &str) -> Route {
    let segments: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(query::decode)
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [] | ["sites"] => Route::Sites,
        ["login"] => Route::Login,
        ["settings", "account"] => Route::Account,
        ["settings", "api-keys"] => Route::ApiKeys,
        ["overview"] => Route::Overview,
        ["settings", "portal"] => Route::Portals,
        ["settings", "portal", "white-label"] => Route::WhiteLabel,
        ["settings", "portal", "domain"] => Route::BrandDomain,
        ["invitations", token] => Route::Invitation((*token).to_owned()),
        ["share", domain] => Route::Share((*domain).to_owned()),
        [domain] if domain.contains('.') => Route::Dashboard((*domain).to_owned()),
        [domain, "settings", "general"] | [domain, "settings"] if domain.contains('.') => {
            Route::General((*domain).to_owned())
        }
        [domain, "settings", "share-links"] if domain.contains('.') => Route::ShareLinks((*domain).to_owned()),
        [domain, "settings", "people"] if domain.contains('.') => Route::People((*domain).to_owned()),
        [domain, "settings", "goals"] if domain.contains('.') => Route::Goals((*domain).to_owned()),
        [domain, "settings", "funnels"] if domain.contains('.') => Route::Funnels((*domain).to_owned()),
        [domain, "settings", "shields"] if domain.contains('.') => Route::Shields((*domain).to_owned()),
        [domain, "settings", "notes"] if domain.contains('.') => Route::Notes((*domain).to_owned()),
        [domain, "settings", "imports"] if domain.contains('.') => Route::Imports((*domain).to_owned()),
        [domain, "settings", "segments"] if domain.contains('.') => Route::Segments((*domain).to_owned()),
        [domain, "health"] if domain.contains('.') => Route::Health((*domain).to_owned(), HealthPage::Overview),
        [domain, "health", word] if domain.contains('.') => match HealthPage::of(word) {
            Some(page) => Route::Health((*domain).to_owned(), page),
            None => Route::NotFound,
        },
        _ => Route::NotFound,
    }
}

/// False for paths that the server answers itself.
pub fn is_ours(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !matches!(first, "api" | "js" | "healthz" | "readyz" | "metrics")
}

/// The path of a site's dashboard.
pub fn dashboard(domain: &str) -> String {
    format!("/{}", query::encode(domain))
}

/// The path of one of a site's settings pages.
pub fn site_settings(domain: &str, page: &str) -> String {
    format!("/{}/settings/{page}", query::encode(domain))
}

/// The path of a page of a site's health.
pub fn health(domain: &str, page: HealthPage) -> String {
    let word = page.word();
    let slash = if word.is_empty() { "" } else { "/" };
    format!("/{}/health{slash}{word}", query::encode(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_pages() {
        let site = || "example.com".to_owned();
        for (path, page) in [
            ("/", Route::Sites),
            ("/sites", Route::Sites),
            ("/login", Route::Login),
            ("/settings/account", Route::Account),
            ("/settings/api-keys", Route::ApiKeys),
            ("/settings/nothing", Route::NotFound),
            ("/overview", Route::Overview),
            ("/settings/portal", Route::Portals),
            ("/settings/portal/white-label", Route::WhiteLabel),
            ("/settings/portal/domain", Route::BrandDomain),
            ("/example.com", Route::Dashboard(site())),
            ("/example.com/", Route::Dashboard(site())),
            ("/example.com/settings", Route::General(site())),
            ("/example.com/settings/share-links", Route::ShareLinks(site())),
            ("/example.com/settings/people", Route::People(site())),
            ("/invitations/abc", Route::Invitation("abc".to_owned())),
            ("/example.com/settings/segments", Route::Segments(site())),
            ("/example.com/settings/goals", Route::Goals(site())),
            ("/example.com/settings/funnels", Route::Funnels(site())),
            ("/example.com/settings/shields", Route::Shields(site())),
            ("/example.com/settings/imports", Route::Imports(site())),
            ("/example.com/health", Route::Health(site(), HealthPage::Overview)),
            ("/example.com/health/score", Route::Health(site(), HealthPage::Score)),
            (
                "/example.com/health/uptime/",
                Route::Health(site(), HealthPage::Monitor(MonitorKind::Uptime)),
            ),
            (
                "/example.com/health/notices",
                Route::Health(site(), HealthPage::Notices),
            ),
            ("/example.com/health/weather", Route::NotFound),
            ("/example/health", Route::NotFound),
            ("/share/example.com", Route::Share(site())),
            ("/share", Route::NotFound),
            ("/portal/x", Route::NotFound),
            ("/portal", Route::NotFound),
            ("/a/b/c/d", Route::NotFound),
        ] {
            assert_eq!(route(path), page, "{path}");
        }
    }

    #[test]
    fn pages_of_health_lead_back_to_themselves() {
        let monitors = MonitorKind::ALL.map(HealthPage::Monitor);
        for page in [HealthPage::Overview, HealthPage::Score].into_iter().chain(monitors) {
            assert_eq!(
                route(&health("a.example", page)),
                Route::Health("a.example".to_owned(), page)
            );
        }
    }

    #[test]
    fn a_domain_survives_its_path() {
        for domain in [
            "example.com",
            "xn--bcher-kva.example",
            "a b.test",
            "sub.localhost:8080",
            "ü.test",
        ] {
            assert_eq!(route(&dashboard(domain)), Route::Dashboard(domain.to_owned()));
        }
    }
}
