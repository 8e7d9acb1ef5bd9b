//! The table of rights: what each door asks of a key, a role and a recipient.

use shared::api_key::ApiScope;
use shared::site::Role;

/// What a door asks.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    /// An API key needs this scope.
    pub scope: ApiScope,
    /// A person needs at least this role on the site.
    pub role: Role,
    /// True when a recipient's share link opens it.
    pub by_link: bool,
}

/// A right as a type, so that a handler's signature names it.
pub trait Needs {
    /// The right.
    const RIGHT: Right;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident { $scope:ident, $role:ident, by_link: $by_link:literal })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Needs for $name {
                const RIGHT: Right = Right { scope: ApiScope::$scope, role: Role::$role, by_link: $by_link };
            }
        )*
    };
}

rights! {
    /// See a site's own fields.
    ReadSite { SitesRead, Viewer, by_link: false }
    /// Add, change, reset, delete a site.
    ManageSite { SitesWrite, Owner, by_link: false }
    /// See for how long events are kept.
    ReadRetention { SitesRead, Owner, by_link: false }
    /// See shields, and what was left out.
    ReadShields { SitesRead, Owner, by_link: false }
    /// Create, delete shields.
    ManageShields { SitesWrite, Owner, by_link: false }
    /// See share links with their tokens.
    ReadLinks { LinksRead, Owner, by_link: false }
    /// Create, change, revoke share links.
    ManageLinks { LinksWrite, Owner, by_link: false }
    /// See segments.
    ReadSegments { SitesRead, Viewer, by_link: false }
    /// Create, change, delete segments.
    ManageSegments { SitesWrite, Owner, by_link: false }
    /// See imports.
    ReadImports { SitesRead, Owner, by_link: false }
    /// Give files to import, remove imports.
    ManageImports { SitesWrite, Owner, by_link: false }
    /// See how a site is: its score, checks, incidents.
    ReadHealth { SitesRead, Viewer, by_link: false }
    /// See what is checked.
    ReadMonitors { SitesRead, Owner, by_link: false }
    /// Set what is checked, check now.
    ManageMonitors { SitesWrite, Owner, by_link: false }
    /// See whom a site tells of incidents, and what became of it.
    ReadNotices { SitesWrite, Owner, by_link: false }
    /// Set whom a site tells, see what is signed with.
    ManageNotices { SitesWrite, Owner, by_link: false }
    /// See portals with their tokens.
    ReadPortals { LinksRead, Owner, by_link: false }
    /// Turn portals on and off, make and revoke their tokens.
    ManagePortals { LinksWrite, Owner, by_link: false }
    /// See an account's brand and its own domain.
    ReadBranding { LinksRead, Owner, by_link: false }
    /// Change an account's brand and its own domain.
    ManageBranding { LinksWrite, Owner, by_link: false }
    /// See all sites of an account at a glance.
    ReadOverview { StatsRead, Owner, by_link: false }
    /// Create, change, delete goals and funnels.
    ManageGoals { SitesWrite, Owner, by_link: false }
    /// Create, change, delete annotations.
    ManageAnnotations { SitesWrite, Owner, by_link: false }
    /// See who did what.
    ReadAudit { SitesRead, Owner, by_link: false }
    /// Ask for statistics.
    ReadReports { StatsRead, Viewer, by_link: true }
    /// See, invite and remove members, transfer the site; handlers ask for a person besides.
    ManageMembers { SitesWrite, Owner, by_link: false }
}
