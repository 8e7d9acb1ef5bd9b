//! The programs that the web app is built as.
//!
//! What a recipient's phone loads must stay small, however many pages an owner has: shared dashboards, portals, an account's own
//! dashboards, its pages, an account's portals, a site's settings (in two parts) and its health are compiled apart, and a step from one to another loads a page.
//! The server and all programs ask here, so that they agree. Pure.

/// The pages of a site's settings that are about its numbers.
const MEASURING: [&str; 5] = ["goals", "funnels", "shields", "notes", "imports"];

/// A program of the web app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// The dashboard behind a share link, and nothing that only an account can see.
    Share,
    /// The dashboards of an account's sites.
    Dashboard,
    /// Sign-in, the list of sites, the account's own settings, and what an invited person is asked.
    Account,
    /// A site's settings: itself, and who sees it.
    Settings,
    /// The settings of what a site measures: [`MEASURING`].
    Measuring,
    /// A site's health: the score, its monitors, and who is told.
    Health,
    /// What a client sees behind a portal's link.
    Portal,
    /// An account's portals, how they look, and all of its sites at a glance.
    Agency,
}

impl App {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Share,
        Self::Dashboard,
        Self::Account,
        Self::Settings,
        Self::Measuring,
        Self::Health,
        Self::Portal,
        Self::Agency,
    ];

    /// The name of its page and its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Dashboard => "dashboard",
            Self::Account => "account",
            Self::Settings => "settings",
            Self::Measuring => "measuring",
            Self::Health => "health",
            Self::Portal => "portal",
            Self::Agency => "agency",
        }
    }

    /// The program that shows a path: `/share/…` is shared, `/portal/…` a portal, `/<domain>` a dashboard, `/<domain>/settings/…` are settings,
    /// `/<domain>/health/…` is health. A domain has a dot, our own words have none.
    pub fn of(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty()).take(3);
        let first = parts.next().unwrap_or_default();
        match parts.next() {
            Some("settings") if parts.next().is_some_and(|page| MEASURING.contains(&page)) => Self::Measuring,
            Some("settings") => Self::Settings,
            Some("portal") if first == "settings" => Self::Agency,
            Some("health") if first.contains('.') => Self::Health,
            _ if first == "share" => Self::Share,
            _ if first == "portal" => Self::Portal,
            _ if first == "overview" => Self::Agency,
            _ if first.contains('.') => Self::Dashboard,
            _ => Self::Account,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::App;

    #[test]
    fn a_path_names_its_program() {
        for (program, paths) in [
            (
                App::Settings,
                ["/a.example/settings", "/a.example/settings/share-links"].as_slice(),
            ),
            (
                App::Measuring,
                &["/a.example/settings/goals", "/a.example/settings/imports/"],
            ),
            (
                App::Account,
                &[
                    "",
                    "/",
                    "/login",
                    "/sites",
                    "/settings",
                    "/settings/account",
                    "/settings/goals",
                    "/invitations/abc",
                    "/a/b/settings",
                    "/a/health",
                ],
            ),
            (
                App::Dashboard,
                &["/a.example", "/settings.example", "/a.example/invitations"],
            ),
            (
                App::Health,
                &[
                    "/a.example/health",
                    "/a.example/health/uptime",
                    "/a.example/health/notices/",
                ],
            ),
            (App::Portal, &["/portal/abc", "/portal/abc/"]),
            (
                App::Agency,
                &["/overview", "/settings/portal", "/settings/portal/domain"],
            ),
            (App::Share, &["/share/a.example", "/share", "/share/health"]),
        ] {
            for path in paths {
                assert_eq!(App::of(path), program, "{path}");
            }
        }
    }
}
