//! Which registry is asked for a domain: IANA's list (RFC 9224), built in and renewed once a week.

use super::super::store::registrations as store;
use crate::egress::Request;
use crate::error::{Error, Result};
use crate::state::State;
use serde::{Deserialize, Serialize};
use url::Url;

/// The list as it was when Vitrine was built.
const BUILT_IN: &str = include_str!("../../../assets/registries/rdap.json");
const NAME: &str = "rdap";
const DAY_MS: i64 = 86_400_000;
/// A list is renewed after so long; when that fails, it is tried again after a day.
const LIFE_MS: i64 = 7 * DAY_MS;

/// IANA's list: domains, and the servers that tell of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Registries {
    services: Vec<(Vec<String>, Vec<String>)>,
}

impl Registries {
    fn read(text: &str) -> Option<Self> {
        let read = serde_json::from_str::<Self>(text).ok()?;
        (!read.services.is_empty()).then_some(read)
    }

    /// The server for a domain, by the longest of its suffixes that the list has; an encrypted one if there is one.
    fn server_of(&self, domain: &str) -> Option<Url> {
        let suffixes = domain.match_indices('.').map(|(at, _)| &domain[at + 1..]);
        let servers = suffixes
            .filter_map(|suffix| {
                let has = |domains: &[String]| domains.iter().any(|domain| domain.eq_ignore_ascii_case(suffix));
                self.services.iter().find(|(domains, _)| has(domains))
            })
            .map(|(_, servers)| servers)
            .next()?;
        let is_encrypted = |server: &&String| server.starts_with("https:");
        let server = servers.iter().find(is_encrypted).or_else(|| servers.first())?;
        // What follows is added to it.
        Url::parse(&format!("{}/", server.trim_end_matches('/'))).ok()
    }
}

/// The server that is asked for a domain; none when its registry has none.
pub async fn server_of(state: &State, domain: &str) -> Result<Option<Url>> {
    if let Err(error) = renew(state).await {
        tracing::warn!(cause = %crate::error::chain(&error), "the list of registries is not renewed");
    }
    let stored = {
        let mut conn = state.db.read().await?;
        store::find_list(&mut conn.link(), NAME).await?
    };
    let registries = stored
        .as_deref()
        .and_then(Registries::read)
        .or_else(|| Registries::read(BUILT_IN));
    Ok(registries.and_then(|registries| registries.server_of(domain)))
}

/// Fetches the list when it is a week old, or was never fetched.
async fn renew(state: &State) -> Result<()> {
    let Ok(url) = Url::parse(&state.config.monitors.rdap_bootstrap) else {
        return Ok(());
    };
    let now = state.clock.now_ms();
    let mut tx = state.db.begin().await?;
    let is_ours = store::reserve_list(&mut tx.link(), NAME, now, now - LIFE_MS, now - DAY_MS).await? == 1;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let answer = state.egress.fetch(Request::get(url)).await.map_err(Error::internal)?;
    let is_whole = answer.status == 200 && !answer.truncated;
    let Some(registries) = Registries::read(&answer.text()).filter(|_| is_whole) else {
        return Err(Error::internal("the answer is no list of registries"));
    };
    let services = serde_json::to_string(&registries).map_err(Error::internal)?;
    let mut tx = state.db.begin().await?;
    store::keep_list(&mut tx.link(), NAME, &services, now).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_can_be_read() {
        let registries = Registries::read(BUILT_IN).unwrap();
        let server = |domain| registries.server_of(domain).map(String::from);
        assert_eq!(
            server("example.com").as_deref(),
            Some("https://rdap.verisign.com/com/v1/")
        );
        assert_eq!(server("example.de"), None);
        assert_eq!(server("com"), None);
        for (_, servers) in &registries.services {
            assert!(servers.iter().all(|server| Url::parse(server).is_ok()), "{servers:?}");
        }
    }

    #[test]
    fn the_longest_suffix_and_an_encrypted_server_are_taken() {
        let text = r#"{"version":"1.0","services":[[["Example"],["http://a.test/rdap"]],
            [["sub.example"],["http://b.test/","https://b.test/v1"]],[["none"],[]],[["odd"],["no url"]]]}"#;
        let registries = Registries::read(text).unwrap();
        let server = |domain| registries.server_of(domain).map(String::from);
        assert_eq!(server("x.example").as_deref(), Some("http://a.test/rdap/"));
        assert_eq!(server("x.sub.example").as_deref(), Some("https://b.test/v1/"));
        assert_eq!(server("x.none"), None);
        assert_eq!(server("x.odd"), None);
        for wrong in ["", "<html>", "{}", r#"{"services":[]}"#, r#"{"services":[["a","b"]]}"#] {
            assert!(Registries::read(wrong).is_none(), "{wrong}");
        }
    }
}
