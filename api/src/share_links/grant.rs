//! What a recipient of a protected link holds after unlocking it. Pure but for sealing.
//!
//! A grant names its link, the link's version and its own end; it is worth nothing without the live row, which is looked
//! up at each call.

use crate::kit::seal::Seal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What tells a grant from a token.
const PREFIX: &str = "vg_";
/// What a grant is sealed for, so that nothing else that is sealed passes for one.
const CONTEXT: &str = "share grant v1";
/// Longer texts are not looked at.
const MAX_BYTES: usize = 512;
/// A grant ends by itself after so long.
pub const LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The link that was unlocked.
    pub link_id: String,
    /// The link's version at that time.
    pub version: i64,
    /// When it ends (Unix ms).
    pub expires_at: i64,
}

/// True for a text that says of itself that it is a grant.
pub fn is_one(given: &str) -> bool {
    given.starts_with(PREFIX)
}

impl Grant {
    /// The text that the recipient sends.
    pub fn seal(&self, seal: &Seal) -> String {
        let plain = format!("{} {} {}", self.link_id, self.version, self.expires_at);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(seal.seal(CONTEXT, &plain)))
    }

    /// The grant of a text; none when a byte of it is not ours.
    pub fn open(seal: &Seal, given: &str) -> Option<Self> {
        if given.len() > MAX_BYTES {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(given.strip_prefix(PREFIX)?).ok()?;
        let plain = seal.open(CONTEXT, &sealed)?;
        let mut parts = plain.split(' ');
        Some(Self {
            link_id: parts.next()?.to_owned(),
            version: parts.next()?.parse().ok()?,
            expires_at: parts.next()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_ours_to_the_last_byte() {
        let seal = Seal::new(&[7; 32]);
        let grant = Grant {
            link_id: "lnk_1".to_owned(),
            version: 3,
            expires_at: 1_773_144_000_000,
        };
        let text = grant.seal(&seal);
        assert!(is_one(&text) && !is_one("0123456789ab"));
        assert_eq!(Grant::open(&seal, &text), Some(grant));
        assert_eq!(Grant::open(&Seal::new(&[8; 32]), &text), None, "another server's");
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            // The last character may carry unused bits; the decoder refuses those.
            assert_eq!(Grant::open(&seal, &other), None, "byte {at}");
        }
    }
}
