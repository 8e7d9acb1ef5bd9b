//! The kinds of shields in words. Pure.

use shared::shield::{DropReason, ShieldKind};

/// The heading of a kind.
pub fn title(kind: ShieldKind) -> &'static str {
    match kind {
        ShieldKind::Ip => "Addresses",
        ShieldKind::Country => "Countries",
        ShieldKind::Page => "Pages",
        ShieldKind::Hostname => "Hostnames",
    }
}

/// What a kind does.
pub fn meaning(kind: ShieldKind) -> &'static str {
    match kind {
        ShieldKind::Ip => "Visits from these addresses are not counted: your own, for example, or your office's.",
        ShieldKind::Country => "Visits from these countries are not counted.",
        ShieldKind::Page => {
            "Views of these pages are not counted. * stands for anything within a part of the path, ** for anything at all."
        }
        ShieldKind::Hostname => {
            "Only these hosts are counted. Without any here, all are; with the first one, everything from other hosts is left out. * stands for anything."
        }
    }
}

/// Why events were left out, with what tells.
pub fn reason(reason: DropReason) -> (&'static str, &'static str) {
    match reason {
        DropReason::Bot => ("Robots", "their user agent says what they are"),
        DropReason::Ip => ("Addresses", "listed above"),
        DropReason::Country => ("Countries", "listed above"),
        DropReason::Page => ("Pages", "listed above"),
        DropReason::Hostname => ("Hostnames", "not listed above"),
    }
}
