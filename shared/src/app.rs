//! The two programs that the web app is built as.
//!
//! What a recipient's phone loads must stay small, however many settings there are: dashboards and settings are
//! compiled apart, and a step from one to the other loads a page. The server and both programs ask here, so that
//! they agree. Pure.

/// A program of the web app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Sign-in, the list of sites and every dashboard.
    Dashboard,
    /// All settings, of the account and of its sites, and what an invited person is asked.
    Settings,
}

impl App {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dashboard, Self::Settings];

    /// The name of its page and its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Settings => "settings",
        }
    }

    /// The program that shows a path: `/settings/…`, `/<domain>/settings/…` and `/invitations/…` are settings.
    pub fn of(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty()).take(2);
        let first = parts.next().unwrap_or_default();
        match matches!(first, "settings" | "invitations") || parts.next() == Some("settings") {
            true => Self::Settings,
            false => Self::Dashboard,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::App;

    #[test]
    fn settings_are_told_from_everything_else() {
        for path in [
            "/settings",
            "/settings/account",
            "/a.example/settings",
            "/a.example/settings/share-links",
            "/invitations/abc",
        ] {
            assert_eq!(App::of(path), App::Settings, "{path}");
        }
        for path in [
            "",
            "/",
            "/login",
            "/sites",
            "/a.example",
            "/share/a.example",
            "/a/b/settings",
            "/settings.example",
            "/a.example/invitations",
        ] {
            assert_eq!(App::of(path), App::Dashboard, "{path}");
        }
    }
}
