//! What a request for statistics may see.

use super::turns::{Turn, Turns};
use crate::error::{Error, Result};
use jiff::tz::TimeZone;
use shared::ids::{ShareLinkId, SiteId};
use shared::problem::ProblemCode;
use shared::query::Filter;
use shared::query_result::ForcedSegment;
use std::time::Duration;

const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// One site, seen through an optional forced filter. The query compiler asks for one, and only `auth` makes them, so that
/// no statistics are computed for a request that nobody checked.
#[derive(Clone, Debug)]
pub struct Scope {
    site_id: SiteId,
    domain: String,
    zone: TimeZone,
    segment: Option<ForcedSegment>,
    forced_filter: Option<Filter>,
    link: Option<(ShareLinkId, Turns)>,
}

impl Scope {
    /// The scope of a site; called after the key to the door was checked.
    pub(in crate::auth) fn new(site_id: SiteId, domain: String, zone: TimeZone) -> Self {
        Self {
            site_id,
            domain,
            zone,
            segment: None,
            forced_filter: None,
            link: None,
        }
    }

    /// The same seen through a share link, within its segment.
    pub(in crate::auth) fn through_link(
        mut self,
        link_id: ShareLinkId,
        segment: Option<ForcedSegment>,
        turns: Turns,
    ) -> Self {
        self.forced_filter = segment.as_ref().map(|segment| Filter::And(segment.filters.clone()));
        self.segment = segment;
        self.link = Some((link_id, turns));
        self
    }

    /// A scope without a request, for unit tests of what needs one.
    #[cfg(test)]
    pub(crate) fn of_site(site_id: &str, zone: TimeZone, forced_filter: Option<Filter>) -> Self {
        let scope = Self::new(SiteId(site_id.to_owned()), "a.example".to_owned(), zone);
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

    /// The segment of the forced filter, to tell the recipient.
    pub fn segment(&self) -> Option<&ForcedSegment> {
        self.segment.as_ref()
    }

    /// The share link through which the request comes; none for owners and keys.
    pub fn link_id(&self) -> Option<&ShareLinkId> {
        self.link.as_ref().map(|(link_id, _)| link_id)
    }

    /// Waits until one more question may be computed for this scope's link, as long as a question may take itself:
    /// `query_timeout` then. Owners never wait here.
    pub async fn turn(&self) -> Result<Option<Turn>> {
        let Some((_, turns)) = &self.link else {
            return Ok(None);
        };
        let turn = tokio::time::timeout(LONGEST_WAIT, turns.take()).await;
        turn.map(Some)
            .map_err(|_| Error::new(ProblemCode::QueryTimeout).retry_after(5))
    }
}
