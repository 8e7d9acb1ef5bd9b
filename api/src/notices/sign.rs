//! Signatures of webhooks, by the Standard Webhooks specification. Pure but for randomness.

use crate::kit::secret::{bytes, keyed_hash};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

const PREFIX: &str = "whsec_";

/// A new secret: 24 random bytes.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes::<24>()))
}

/// The value of `webhook-signature`; none when the secret is none.
pub fn signature(secret: &str, id: &str, timestamp_s: i64, body: &str) -> Option<String> {
    let key = BASE64_STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let signed = keyed_hash(&key, format!("{id}.{timestamp_s}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64_STANDARD.encode(signed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_what_other_libraries_expect() {
        let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let made = signature(secret, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body);
        assert_eq!(made.as_deref(), Some("v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="));
        assert_eq!(signature("C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg", 1, body), None);
        assert!(signature(&new_secret(), "msg", 1, body).is_some());
    }
}
