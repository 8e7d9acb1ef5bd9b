//! From what was sent to what is stored. Pure: the address and the user agent go in, and only a number comes out.

use super::agent::Agent;
use super::channels::{Clues, channel};
use super::page::{Page, Referrer, clean};
use super::payload::{GivenRevenue, Payload};
use super::place::Place;
use super::{redact, sources};
use crate::error::Error;
use crate::events::event::{Attributes, ENGAGEMENT, InboxEvent, PAGEVIEW, Revenue};
use crate::shields::Shields;
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::shield::DropReason;
use std::net::IpAddr;

/// Properties of an event; more are left out.
const MAX_PROPS: usize = 30;
const MAX_KEY_BYTES: usize = 300;
const MAX_VALUE_BYTES: usize = 2000;
const MAX_NAME_BYTES: usize = 120;
/// Nobody looks at one page for longer without leaving it.
const MAX_ENGAGEMENT_MS: f64 = 24.0 * 3600.0 * 1000.0;
/// More is no price.
const MAX_THOUSANDTHS: f64 = 1e15;

/// Whose event it is, and when.
#[derive(Clone, Debug)]
pub struct Context {
    /// The site.
    pub site_id: SiteId,
    /// Unix ms.
    pub time_ms: i64,
    /// The date in the site's zone.
    pub local_date: Date,
    /// The visitor's number on that date.
    pub visitor: u64,
    /// The visitor's number on the date before, while its salt is there.
    pub visitor_before: Option<u64>,
}

/// What does not depend on the site, so that it is worked out once for an event of several sites.
#[derive(Clone, Debug)]
pub struct Normalized {
    name: String,
    page: Page,
    interactive: bool,
    props: Vec<(String, String)>,
    revenue: Option<Revenue>,
    engagement_ms: Option<i32>,
    scroll_depth: Option<u8>,
    attributes: Attributes,
}

/// Checks an event and cuts it to what is stored.
pub fn normalize(payload: Payload, agent: &Agent, place: Place) -> Result<Normalized, Error> {
    let name = clean(payload.name.trim());
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        let detail = format!("a name has 1 to {MAX_NAME_BYTES} bytes");
        return Err(Error::field(
            "/name",
            if name.is_empty() { "required" } else { "too_long" },
            detail,
        ));
    }
    let page = Page::of(&payload.url, payload.h)?;
    let referrer = payload
        .referrer
        .as_deref()
        .and_then(|address| Referrer::of(address, &page.hostname));
    let engages = name == ENGAGEMENT;
    Ok(Normalized {
        interactive: name == PAGEVIEW || payload.interactive.unwrap_or(true),
        props: payload.props.into_iter().filter_map(prop).take(MAX_PROPS).collect(),
        revenue: payload
            .revenue
            .filter(|_| !engages && name != PAGEVIEW)
            .map(revenue)
            .transpose()?,
        engagement_ms: engages.then(|| payload.e.unwrap_or(0.0).clamp(0.0, MAX_ENGAGEMENT_MS) as i32),
        scroll_depth: payload
            .sd
            .filter(|depth| engages && (0.0..=100.0).contains(depth))
            .map(|depth| depth as u8),
        attributes: attributes(&page, referrer.as_ref(), agent, place),
        name,
        page,
    })
}

impl Normalized {
    /// Why a site leaves it out, if it does.
    pub fn objection(&self, shields: &Shields, address: IpAddr) -> Option<DropReason> {
        shields.objection(
            address,
            &self.attributes.country,
            &self.page.hostname,
            &self.page.pathname,
        )
    }

    /// The event of one site.
    pub fn event(&self, context: Context) -> InboxEvent {
        InboxEvent {
            site_id: context.site_id,
            time_ms: context.time_ms,
            local_date: context.local_date,
            visitor: context.visitor,
            visitor_before: context.visitor_before,
            name: self.name.clone(),
            hostname: self.page.hostname.clone(),
            pathname: self.page.pathname.clone(),
            interactive: self.interactive,
            props: self.props.clone(),
            revenue: self.revenue.clone(),
            engagement_ms: self.engagement_ms,
            scroll_depth: self.scroll_depth,
            attributes: self.attributes.clone(),
        }
    }
}

fn attributes(page: &Page, referrer: Option<&Referrer>, agent: &Agent, place: Place) -> Attributes {
    let source = match (page.tag.as_str(), referrer) {
        ("", None) => None,
        ("", Some(referrer)) => Some(sources::of_host(&referrer.host)),
        (tag, _) => Some(sources::of_tag(tag)),
    };
    let name = source.as_ref().map_or("", |source| source.name.as_str());
    let channel = channel(Clues {
        source: name,
        kind: source.as_ref().and_then(|source| source.kind),
        medium: &page.utm_medium,
        campaign: &page.utm_campaign,
        click_id: if page.is_search_ad() { &page.click_id } else { "" },
        has_referrer: referrer.is_some(),
    });
    Attributes {
        source: name.to_owned(),
        channel: channel.to_owned(),
        referrer: referrer.map_or(String::new(), |referrer| referrer.address.clone()),
        utm_source: page.utm_source.clone(),
        utm_medium: page.utm_medium.clone(),
        utm_campaign: page.utm_campaign.clone(),
        utm_content: page.utm_content.clone(),
        utm_term: page.utm_term.clone(),
        click_id: page.click_id.clone(),
        country: place.country,
        region: place.region,
        city: place.city,
        browser: agent.browser.clone(),
        browser_version: agent.browser_version.clone(),
        os: agent.os.clone(),
        os_version: agent.os_version.clone(),
        device: agent.device.to_owned(),
        screen: String::new(),
    }
}

/// A property as it is stored; none when nothing of it is left.
fn prop((key, value): (String, String)) -> Option<(String, String)> {
    let key = clean(key.trim());
    let value = clean(&value);
    let key = key[..key.floor_char_boundary(MAX_KEY_BYTES)].to_owned();
    let value = if redact::is_secret_key(&key) {
        redact::REDACTED.to_owned()
    } else {
        redact::address(&value)
    };
    let value = value[..value.floor_char_boundary(MAX_VALUE_BYTES)].to_owned();
    (!key.is_empty() && !value.is_empty()).then_some((key, value))
}

fn revenue(given: GivenRevenue) -> Result<Revenue, Error> {
    let amount: f64 = given
        .amount
        .trim()
        .parse()
        .map_err(|_| Error::field("/revenue/amount", "invalid", "the amount must be a decimal number"))?;
    let thousandths = (amount * 1000.0).round();
    if !thousandths.is_finite() || thousandths.abs() > MAX_THOUSANDTHS {
        return Err(Error::field(
            "/revenue/amount",
            "out_of_range",
            "the amount is too large",
        ));
    }
    let currency = given.currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::field(
            "/revenue/currency",
            "invalid",
            "the currency must be an ISO 4217 code such as EUR",
        ));
    }
    Ok(Revenue {
        thousandths: thousandths as i64,
        currency,
    })
}
