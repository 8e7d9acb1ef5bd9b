//! Time-based one-time codes (RFC 6238): SHA-1, six digits, 30 seconds, because every authenticator knows these.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret, Totp};

/// 160 bits, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
const ISSUER: &str = "Vitrine";
/// Codes of the step before and the step after are taken too (RFC 6238, section 5.2): clocks differ.
const SKEW_STEPS: u16 = 1;
const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;

/// An account's authenticator.
#[derive(Debug)]
pub struct Authenticator(Totp);

impl Authenticator {
    /// The authenticator of a fresh secret.
    pub fn new(email: &str, secret: &[u8; SECRET_BYTES]) -> Self {
        Self::build(email, Secret::from(*secret))
    }

    /// The authenticator of a secret in base32; `None` when it is none.
    pub fn from_base32(email: &str, secret: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(secret).ok()?;
        Some(Self::build(email, secret))
    }

    fn build(email: &str, secret: Secret) -> Self {
        let totp = Builder::new()
            .with_secret(secret)
            .with_digits(DIGITS)
            .with_skew(SKEW_STEPS)
            .with_step_duration(STEP_SECONDS)
            .with_issuer(Some(ISSUER))
            // The label's own separator; only an address with an IPv6 literal has one.
            .with_account_name(email.replace(':', "."))
            .build()
            .expect("the secret is long enough and no name has a colon");
        Self(totp)
    }

    /// The secret in base32.
    pub fn secret(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The `otpauth://` URL.
    pub fn url(&self) -> String {
        self.0.to_url().expect("the account's address is not empty")
    }

    /// The URL as a QR code: an SVG image as a `data:` URL.
    pub fn qr(&self) -> String {
        let code = QrCode::new(self.url()).expect("the URL is far shorter than the 2,331 bytes that fit");
        let image = code.render::<svg::Color<'_>>().min_dimensions(232, 232).build();
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(image))
    }

    /// The 30-second step whose code this is, at a time in Unix ms; `None` when it is no code of the steps around it.
    pub fn step_of(&self, code: &str, now_ms: i64) -> Option<i64> {
        let seconds = u64::try_from(now_ms / 1000).ok()?;
        i64::try_from(self.0.check(code, seconds)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six digits of the eight.
    #[test]
    fn codes_are_the_rfcs() {
        let authenticator = Authenticator::new("ann@example.org", b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = seconds / 30;
            for (late, expected) in [
                (0, Some(step)),
                (30, Some(step)),
                (-30, Some(step)),
                (60, None),
                (-60, None),
            ] {
                let now_ms = (seconds + late) * 1000;
                assert_eq!(
                    authenticator.step_of(code, now_ms),
                    expected,
                    "{code} at {seconds} {late:+}"
                );
            }
        }
        for wrong in ["", "28708", "2870822", "+28708", " 87082", "２８７０８２"] {
            assert_eq!(authenticator.step_of(wrong, 59_000), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_secret_is_told_as_text_as_a_url_and_as_an_image() {
        let authenticator = Authenticator::new("ann+1@example.org", b"12345678901234567890");
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(authenticator.secret(), secret);
        let url = format!("otpauth://totp/Vitrine:ann%2B1%40example.org?secret={secret}&issuer=Vitrine");
        assert_eq!(authenticator.url(), url);
        let again = Authenticator::from_base32("ann+1@example.org", secret).expect("it is base32");
        assert_eq!(again.url(), url);
        assert!(authenticator.qr().starts_with("data:image/svg+xml;base64,PD94bWw"));
        assert!(authenticator.qr().len() < 40_000);
        let literal = Authenticator::new("ann@[ipv6:::1]", b"12345678901234567890");
        assert!(literal.url().starts_with("otpauth://totp/Vitrine:ann"));
    }
}
