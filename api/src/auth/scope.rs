//! What a request for statistics may see.

use jiff::tz::TimeZone;
use shared::ids::{ShareLinkId, SiteId};
use shared::query::Filter;

/// One site, seen through an optional forced filter. The query compiler asks for one, and only `auth` makes them, so that
/// no statistics are computed for a request that nobody checked.
#[derive(Clone, Debug)]
pub struct Scope {
    site_id: SiteId,
    domain: String,
    zone: TimeZone,
    forced_filter: Option<Filter>,
    link_id: Option<ShareLinkId>,
}

impl Scope {
    /// The scope of a site; called after the key to the door was checked.
    pub(in crate::auth) fn new(site_id: SiteId, domain: String, zone: TimeZone, link_id: Option<ShareLinkId>) -> Self {
        Self {
            site_id,
            domain,
            zone,
            forced_filter: None,
            link_id,
        }
    }

    /// A scope without a request, for unit tests of what needs one.
    #[cfg(test)]
    pub(crate) fn of_site(site_id: &str, zone: TimeZone, forced_filter: Option<Filter>) -> Self {
        let scope = Self::new(SiteId(site_id.to_owned()), "a.example".to_owned(), zone, None);
        Self { forced_filter, ..scope }
    }

    /// The site.
    pub fn site_id(&self) -> &SiteId {
        &self.site_id
    }

    /// The site's domain.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The zone in which days are counted.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A filter that every question gets, whatever it asks.
    pub fn forced_filter(&self) -> Option<&Filter> {
        self.forced_filter.as_ref()
    }

    /// The share link through which the request comes; none for owners and keys.
    pub fn link_id(&self) -> Option<&ShareLinkId> {
        self.link_id.as_ref()
    }
}
