//! The second factor: time-based one-time codes (TOTP, RFC 6238) and recovery codes.

use serde::{Deserialize, Serialize};

/// A secret that is not in force before `PUT /me/totp` proves that it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpSetup {
    /// The secret in base32, to type into an authenticator: SHA-1, six digits, 30 seconds.
    pub secret: String,
    /// The same as an `otpauth://` URL.
    pub otpauth_url: String,
    /// The URL as a QR code: an SVG image as a `data:` URL.
    pub qr: String,
}

/// Body of `PUT /me/totp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// The six digits that the authenticator shows.
    pub code: String,
}

/// Body of calls that ask for the password once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPassword {
    /// The account's password.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub password: String,
}

/// Codes that sign in in place of an authenticator's, each once. They are shown in this answer only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Ten codes, as in `k3v9q-7mx2a`.
    pub recovery_codes: Vec<String>,
}
