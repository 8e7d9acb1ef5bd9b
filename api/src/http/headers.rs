//! Security headers, by surface. One table decides them for every answer, errors included.

use crate::state::State;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The kinds of pages and calls, which differ in who may cache, frame and read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Calls under `/api/v1` for owners and scripts.
    Api,
    /// Resolve, unlock and every other call of a recipient's.
    PublicApi,
    /// `POST /api/event`.
    Events,
    /// `/js/script.js`.
    Tracker,
    /// The interactive API document.
    Docs,
    /// `/healthz`, `/readyz`, `/metrics`.
    Health,
    /// Files with a hash in their name.
    Asset,
    /// `/share/…`: the app for recipients.
    ShareShell,
    /// `/portal/…`: the app for clients.
    PortalShell,
    /// What a client's portal asks for.
    Portal,
    /// Logos of brands.
    Logo,
    /// Every other page: the app for owners.
    OwnerShell,
}

impl Surface {
    /// The surface of a path.
    pub fn of_path(path: &str) -> Self {
        let under = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match path {
            "/api/event" => Surface::Events,
            "/healthz" | "/readyz" | "/metrics" => Surface::Health,
            _ if under("/js") => Surface::Tracker,
            _ if under("/api/docs") => Surface::Docs,
            _ if under("/api/v1/share") => Surface::PublicApi,
            _ if under("/api/v1/portal") => Surface::Portal,
            _ if under("/api") => Surface::Api,
            _ if under("/assets") => Surface::Asset,
            _ if under("/share") => Surface::ShareShell,
            _ if under("/portal") => Surface::PortalShell,
            _ if under("/logos") => Surface::Logo,
            _ => Surface::OwnerShell,
        }
    }

    fn rows(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Surface::Api => &[
                ("cache-control", "no-store, private"),
                (
                    "content-security-policy",
                    "default-src 'none'; frame-ancestors 'none'; sandbox",
                ),
                ("cross-origin-resource-policy", "same-origin"),
                ("referrer-policy", "no-referrer"),
                ("vary", "Authorization, Cookie, Origin"),
            ],
            Surface::PublicApi | Surface::Portal => &[
                ("cache-control", "no-store"),
                (
                    "content-security-policy",
                    "default-src 'none'; frame-ancestors 'none'; sandbox",
                ),
                ("cross-origin-resource-policy", "same-origin"),
                ("referrer-policy", "no-referrer"),
                ("vary", "Authorization, Cookie, Origin"),
                ("x-robots-tag", "noindex"),
            ],
            Surface::Events => &[
                ("access-control-allow-origin", "*"),
                ("access-control-expose-headers", "Retry-After, X-Vitrine-Dropped"),
                ("cache-control", "no-store"),
                ("cross-origin-resource-policy", "cross-origin"),
            ],
            Surface::Tracker => &[
                ("access-control-allow-origin", "*"),
                ("cross-origin-resource-policy", "cross-origin"),
            ],
            Surface::Docs => &[
                ("cache-control", "no-cache"),
                (
                    "content-security-policy",
                    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                ),
                ("referrer-policy", "same-origin"),
                ("x-frame-options", "DENY"),
            ],
            Surface::Health => &[("cache-control", "no-store")],
            Surface::Asset => &[("cross-origin-resource-policy", "same-origin")],
            Surface::Logo => &[
                ("content-security-policy", "default-src 'none'; sandbox"),
                ("cross-origin-resource-policy", "cross-origin"),
            ],
            Surface::ShareShell | Surface::PortalShell => &[
                ("cache-control", "no-store"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", PERMISSIONS),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("x-robots-tag", "noindex, nofollow, noarchive"),
            ],
            Surface::OwnerShell => &[
                ("cache-control", "no-cache"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", PERMISSIONS),
                ("referrer-policy", "same-origin"),
                ("x-frame-options", "DENY"),
            ],
        }
    }
}

/// Marks the page of a share link or a portal that other sites may frame; its policy names them. [`apply`] then leaves out what would
/// forbid any framing.
pub fn allow_framing(headers: &mut HeaderMap) {
    for (name, value) in [
        ("cross-origin-resource-policy", "cross-origin"),
        ("origin-agent-cluster", "?1"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// What forbids framing, or means nothing within a frame.
const ONLY_UNFRAMED: [&str; 2] = ["cross-origin-opener-policy", "x-frame-options"];

const PERMISSIONS: &str =
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()";

/// Sets what the surface asks for, unless the handler has set it.
pub fn apply(state: &State, surface: Surface, headers: &mut HeaderMap) {
    let is_page = matches!(surface, Surface::ShareShell | Surface::PortalShell);
    let is_framed = is_page && headers.contains_key("origin-agent-cluster");
    let mut set = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set("x-content-type-options", "nosniff");
    if state.config.is_https() {
        set("strict-transport-security", "max-age=31536000");
    }
    for (name, value) in surface.rows() {
        if !(is_framed && ONLY_UNFRAMED.contains(name)) {
            set(name, value);
        }
    }
}
