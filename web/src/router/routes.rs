//! The pages and their paths. Pure.

use super::query;

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
    /// An invitation, by its token.
    Invitation(String),
    /// The account's own settings.
    Account,
    /// The account's API keys.
    ApiKeys,
    /// A dashboard opened through a share link.
    Share(String),
    /// None of these.
    NotFound,
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
