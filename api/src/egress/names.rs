//! What names lead to.

use super::Egress;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{RData, RecordType};

/// The CNAME record of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alias {
    /// It leads to this name: lower-case, without the trailing dot.
    To(String),
    /// There is none.
    None,
    /// The name servers did not answer.
    Unanswered,
}

impl Egress {
    /// Looks up the CNAME record of a name, anew each time: somebody may just have added it.
    pub async fn alias(&self, name: &str) -> Alias {
        self.resolver().clear_cache();
        match self.resolver().lookup(format!("{name}."), RecordType::CNAME).await {
            Ok(found) => found
                .answers()
                .iter()
                .find_map(|record| match &record.data {
                    RData::CNAME(target) => Some(target.to_utf8()),
                    _ => None,
                })
                .map_or(Alias::None, |target| {
                    Alias::To(target.trim_end_matches('.').to_ascii_lowercase())
                }),
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => Alias::None,
            Err(_) => Alias::Unanswered,
        }
    }
}
