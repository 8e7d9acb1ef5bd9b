//! Which parts of the server may name which. Inside `api` the arrows point downward:
//! main, cli, app → routes → auth, http → service → store, events → db → kit, error.

use super::{File, Finding, paths};

/// The folders of `api/src` that are no slices.
const FOUNDATION: [&str; 7] = ["auth", "config", "db", "egress", "events", "http", "kit"];

/// What a foundation folder may not name. Slices it may not name either, unless it stands in `MAY_NAME_SLICES`.
const NOT_BELOW: [(&str, &[&str]); 5] = [
    ("kit", &["auth", "db", "egress", "events", "http"]),
    ("config", &["auth", "db", "egress", "events", "http"]),
    ("db", &["auth", "egress", "events", "http"]),
    ("egress", &["auth", "db", "events", "http"]),
    ("events", &["auth", "egress", "http"]),
];

/// Access is resolved from sessions, keys, links and sites; pages carry what a link or a brand says of itself.
const MAY_NAME_SLICES: [&str; 2] = ["auth", "http"];

/// What `http` parses and a service takes: plain values that know no request.
const VALUES_OF_HTTP: [&str; 2] = ["client_address", "page"];

/// Which slice may call which other slice's service or model. A new arrow is a decision: add it here, with its reason.
const SLICE_EDGES: [(&str, &[&str]); 21] = [
    // A session names its browser as visits do; signing up may accept an invitation.
    ("accounts", &["audit", "ingest", "members", "sites"]),
    ("annotations", &["audit", "reports", "sites"]),
    ("api_keys", &["accounts", "audit", "sites"]),
    ("audit", &[]),
    // Days that are rolled up are counted anew.
    ("backups", &["reports"]),
    // The brand of a shared dashboard is asked with its link.
    ("branding", &["audit", "share_links"]),
    ("funnels", &["audit", "goals", "reports", "sites"]),
    // A goal that a segment names stays.
    ("goals", &["audit", "segments", "sites"]),
    ("idempotency", &[]),
    // A request of a log is cut and counted as an event is.
    ("imports", &["audit", "ingest", "sites"]),
    ("ingest", &["goals", "shields", "sites"]),
    // Whom a site told is not its next owner's matter.
    ("members", &["accounts", "audit", "notices", "sites"]),
    // Days of the score are the site's own, as visits count them. What is told of an incident is written with it.
    ("monitors", &["audit", "ingest", "notices", "sites"]),
    // Addresses and codes are what accounts have too; mails may carry a brand's name.
    ("notices", &["accounts", "audit", "branding", "sites"]),
    ("overview", &["monitors", "reports", "sites"]),
    // Links for many sites at once. The groups of an account are counted while it is held.
    (
        "portals",
        &["accounts", "audit", "branding", "monitors", "share_links", "sites"],
    ),
    ("reports", &["goals", "segments", "sites"]),
    ("segments", &["audit", "reports", "share_links", "sites"]),
    ("share_links", &["audit", "idempotency", "segments", "sites"]),
    ("shields", &["audit", "ingest", "sites"]),
    // What is erased must not be brought back by an import that runs.
    (
        "sites",
        &[
            "accounts",
            "audit",
            "imports",
            "ingest",
            "monitors",
            "notices",
            "share_links",
            "shields",
        ],
    ),
];

/// Finds arrows that point upward or sideways.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let Some((here, rest)) = file.path.strip_prefix("api/src/").and_then(|at| at.split_once('/')) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for path in paths::of(&file.text) {
        let [root, there, then @ ..] = &path.segments[..] else {
            continue;
        };
        if root != "crate" || there == here {
            continue;
        }
        if let Some(reason) = objection(here, rest, there, then.first().map(String::as_str)) {
            findings.push(Finding::new(file, path.line, reason));
        }
    }
    findings
}

fn objection(here: &str, file: &str, there: &str, part: Option<&str>) -> Option<String> {
    let there_is_slice = is_slice(there);
    if FOUNDATION.contains(&here) {
        let banned = NOT_BELOW
            .iter()
            .find(|(name, _)| *name == here)
            .map_or(&[][..], |(_, banned)| banned);
        let is_up = banned.contains(&there) || there_is_slice && !MAY_NAME_SLICES.contains(&here);
        if is_up {
            return Some(format!("{here} names {there}: arrows point downward"));
        }
    }
    if there_is_slice && part == Some("store") {
        return Some(format!("names the store of {there}: call its service or model"));
    }
    if there == "http"
        && !part.is_some_and(|part| VALUES_OF_HTTP.contains(&part))
        && is_part(file, &["service", "store", "model"])
    {
        return Some("a service, store or model does not know HTTP".to_owned());
    }
    if is_slice(here) && there_is_slice {
        let edges = SLICE_EDGES
            .iter()
            .find(|(name, _)| *name == here)
            .map_or(&[][..], |(_, edges)| edges);
        if !edges.contains(&there) {
            return Some(format!(
                "{here} names {there}: no such arrow in xtask/src/tidy/edges.rs"
            ));
        }
    }
    None
}

/// Whether a top-level name is a slice: those that the table knows, so that a new one is entered when it is needed.
fn is_slice(name: &str) -> bool {
    SLICE_EDGES.iter().any(|(slice, _)| *slice == name)
}

fn is_part(file: &str, names: &[&str]) -> bool {
    let head = file.split(['/', '.']).next().unwrap_or_default();
    names.contains(&head)
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    #[test]
    fn arrows_point_downward() {
        let cases = [
            ("api/src/kit/ids.rs", "use crate::db::Db;", 1),
            ("api/src/kit/ids.rs", "use crate::error::Error;", 0),
            ("api/src/db/connect.rs", "use crate::sites::model::Site;", 1),
            ("api/src/auth/access.rs", "use crate::sites::service;", 0),
            ("api/src/auth/access.rs", "use crate::sites::store;", 1),
            ("api/src/share_links/service.rs", "use crate::{sites::model, audit};", 0),
            (
                "api/src/share_links/service.rs",
                "use crate::sites::{self, store::find};",
                1,
            ),
            ("api/src/share_links/service.rs", "use crate::http::Json;", 1),
            ("api/src/share_links/routes.rs", "use crate::http::Json;", 0),
            ("api/src/audit/service.rs", "use crate::sites::model;", 1),
            (
                "api/src/sites/service.rs",
                "use super::store; use crate::sites::store;",
                0,
            ),
            ("api/src/app.rs", "use crate::sites::store;", 0),
        ];
        for (path, text, expected) in cases {
            let file = File {
                path: path.to_owned(),
                text: text.to_owned(),
            };
            assert_eq!(check(&file).len(), expected, "{path}: {text}");
        }
    }
}
