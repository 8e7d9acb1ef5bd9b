//! Which crates may be named where. A crate named in one place is a crate that can be replaced.

use super::{File, Finding, paths};

struct Rule {
    /// Where the rule holds: paths that begin so.
    within: &'static str,
    /// The crates that it is about.
    crates: &'static [&'static str],
    /// Where under `within` they may be named all the same.
    may: fn(&str) -> bool,
    reason: &'static str,
}

const RULES: [Rule; 9] = [
    Rule {
        within: "api/src/",
        crates: &["sqlx"],
        // The durable inbox is an SQLite file of its own.
        may: |at| at.starts_with("db/") || at.starts_with("events/inbox") || is_part(at, "store"),
        reason: "only db/, events/inbox and a slice's store name it",
    },
    Rule {
        within: "api/src/",
        crates: &["duckdb", "clickhouse"],
        may: |at| at.starts_with("events/"),
        reason: "only events/ names it",
    },
    Rule {
        within: "api/src/",
        crates: &[
            "hickory_resolver",
            "http_body_util",
            "hyper",
            "hyper_util",
            "reqwest",
            "tokio_rustls",
        ],
        // Whatever goes out passes the guard. What the operator names, a collector of traces, does not.
        may: |at| at.starts_with("egress/") || at == "telemetry/export.rs",
        reason: "only egress/ names it",
    },
    Rule {
        within: "api/src/",
        crates: &[
            "hyper_rustls",
            "opentelemetry",
            "opentelemetry_http",
            "opentelemetry_otlp",
            "opentelemetry_sdk",
            "tracing_opentelemetry",
        ],
        may: |at| at == "telemetry/export.rs",
        reason: "only telemetry/export.rs names it",
    },
    Rule {
        within: "api/src/",
        crates: &["actix_web", "actix_http", "actix_governor"],
        may: speaks_http,
        reason: "only http/, auth/, spa/, routes and the files that assemble the app name it",
    },
    Rule {
        within: "api/src/",
        crates: &["utoipa_actix_web"],
        // A slice's mod.rs lists its routes.
        may: |at| speaks_http(at) || at.ends_with("/mod.rs"),
        reason: "only routes and a slice's mod.rs name it",
    },
    Rule {
        within: "web/src/",
        crates: &["gloo_net"],
        may: |at| at.starts_with("client/") || at == "client.rs",
        reason: "only client/ names it",
    },
    Rule {
        within: "shared/src/",
        crates: &[
            "actix_web",
            "leptos",
            "sqlx",
            "tokio",
            "jiff",
            "reqwest",
            "gloo_net",
            "web_sys",
        ],
        may: |_| false,
        reason: "shared is serde only",
    },
    Rule {
        within: "web/src/ui/",
        crates: &["shared"],
        may: |_| false,
        reason: "a component of ui/ knows no DTOs",
    },
];

/// What a pure file must not name.
const IMPURE: [&str; 6] = ["sqlx", "actix_web", "tokio", "duckdb", "reqwest", "clickhouse"];

/// Finds crates named where they must not be.
pub(super) fn check(file: &File) -> Vec<Finding> {
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    let paths = paths::of(&file.text);
    let mut findings = Vec::new();
    for rule in &RULES {
        let Some(at) = file.path.strip_prefix(rule.within) else {
            continue;
        };
        if (rule.may)(at) {
            continue;
        }
        for krate in rule.crates {
            for path in paths.iter().filter(|path| path.reaches(krate)) {
                findings.push(Finding::new(
                    file,
                    path.line,
                    format!("names `{krate}`: {}", rule.reason),
                ));
            }
        }
    }
    if file.path.ends_with("/model.rs") || file.path.contains("/model/") {
        for krate in IMPURE {
            for path in paths.iter().filter(|path| path.reaches(krate)) {
                findings.push(Finding::new(
                    file,
                    path.line,
                    format!("names `{krate}`: a model is pure"),
                ));
            }
        }
    }
    findings
}

/// Whether a file of the server may know HTTP: handlers, what they stand on, and what assembles the app.
fn speaks_http(at: &str) -> bool {
    let folders = ["auth/", "cli/", "http/", "spa/"];
    let handlers = [
        "share_links/compat.rs",
        "share_links/embed.rs",
        "share_links/manage.rs",
        "share_links/open.rs",
    ];
    let is_top = !at.contains('/');
    is_top || folders.iter().any(|folder| at.starts_with(folder)) || handlers.contains(&at) || is_part(at, "routes")
}

/// Whether a path is the part of a slice that lies in `<name>.rs` or in the folder `<name>/`.
fn is_part(at: &str, name: &str) -> bool {
    at.ends_with(&format!("/{name}.rs")) || at.contains(&format!("/{name}/"))
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    #[test]
    fn a_crate_is_named_only_where_it_may_be() {
        let cases = [
            ("api/src/sites/service.rs", "use sqlx::query;", 1),
            ("api/src/sites/store.rs", "use sqlx::query;", 0),
            ("api/src/sites/store/list.rs", "use sqlx::query;", 0),
            ("api/src/events/inbox.rs", "use sqlx::query;", 0),
            ("api/src/events/duckdb.rs", "use ::duckdb::Connection;", 0),
            ("api/src/reports/service.rs", "fn f() { duckdb::Connection::open() }", 1),
            (
                "api/src/reports/service.rs",
                "fn f(duckdb: Duckdb) { duckdb.open() } // duckdb::Connection",
                0,
            ),
            ("api/src/sites/routes.rs", "use actix_web::web;", 0),
            ("api/src/sites/service.rs", "use actix_web::web;", 1),
            ("api/src/sites/model.rs", "use {sqlx::query, tokio::fs};", 3),
            ("web/src/client/mod.rs", "use gloo_net::http;", 0),
            ("web/src/sites/mod.rs", "use gloo_net::http;", 1),
            ("shared/src/site.rs", "use tokio::fs;", 1),
            ("tests/it/sites.rs", "use sqlx::query;", 0),
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
