//! What is wrong with a certificate.

use crate::egress::{Shown, Trust, server_name};
use crate::kit::clock::rfc3339;
use crate::monitors::score::CERTIFICATE_SOON_DAYS;
use rustls::{CertificateError, Error};
use shared::facts::CertificateFacts;
use shared::monitor::Reason;
use std::net::IpAddr;
use url::Host;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

const DAY_S: i64 = 86_400;
const MOST_NAMES: usize = 20;
/// Whoever makes a certificate writes what stands in it.
const MAX_TEXT_CHARS: usize = 253;

/// What is wrong, if anything, and the facts; none for what is no certificate.
pub fn judge(trust: &Trust, shown: &Shown, host: &Host, now_ms: i64) -> Option<(Option<Reason>, CertificateFacts)> {
    let end = shown.chain.first()?;
    let (_, parsed) = X509Certificate::from_der(end).ok()?;
    let now = now_ms.div_euclid(1000);
    let (from, until) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    let trusted = trust.judge(&shown.chain, &server_name(host).ok()?, now_ms);
    let reason = if now < from {
        Some(Reason::NotYetValid)
    } else if now > until {
        Some(Reason::Expired)
    } else {
        match trusted {
            Ok(()) if until - now < CERTIFICATE_SOON_DAYS * DAY_S => Some(Reason::Expiring),
            Ok(()) => None,
            Err(error) => Some(reason_of(&error, &parsed, shown)),
        }
    };
    Some((reason, facts(&parsed, shown, from, until)))
}

fn reason_of(error: &Error, end: &X509Certificate<'_>, shown: &Shown) -> Reason {
    // First, because a certificate that vouches for itself may be refused for more than that.
    if is_own_issuer(end) {
        return Reason::SelfSigned;
    }
    match error {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Reason::WrongName,
        Error::InvalidCertificate(CertificateError::UnknownIssuer) if !ends_in_root(shown) => Reason::IncompleteChain,
        // One between is over.
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            Reason::Expired
        }
        _ => Reason::Untrusted,
    }
}

fn is_own_issuer(certificate: &X509Certificate<'_>) -> bool {
    certificate.subject().as_raw() == certificate.issuer().as_raw()
}

/// True when the chain goes up to one that vouches for itself: then it is whole, and its end is unknown.
fn ends_in_root(shown: &Shown) -> bool {
    let parsed = shown.chain.last().map(|last| X509Certificate::from_der(last));
    parsed.is_some_and(|parsed| parsed.is_ok_and(|(_, last)| is_own_issuer(&last)))
}

fn facts(end: &X509Certificate<'_>, shown: &Shown, from: i64, until: i64) -> CertificateFacts {
    let alternative = end.subject_alternative_name().ok().flatten();
    let all = alternative.iter().flat_map(|names| &names.value.general_names);
    let names = all.filter_map(name).collect::<Vec<_>>();
    CertificateFacts {
        names_total: u32::try_from(names.len()).unwrap_or(u32::MAX),
        names: names.into_iter().take(MOST_NAMES).collect(),
        issuer: issuer(end.issuer()),
        valid_from: rfc3339(from.saturating_mul(1000)),
        valid_until: rfc3339(until.saturating_mul(1000)),
        chain_length: u32::try_from(shown.chain.len()).unwrap_or(u32::MAX),
        tls_version: shown.version.to_owned(),
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(tamed(name)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => Some(IpAddr::from(<[u8; 4]>::try_from(*bytes).ok()?).to_string()),
            16 => Some(IpAddr::from(<[u8; 16]>::try_from(*bytes).ok()?).to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The organisation that issued it, and under what name.
fn issuer(name: &X509Name<'_>) -> String {
    let first = |texts: Vec<&str>| texts.first().map(|text| tamed(text));
    let organisation = first(name.iter_organization().filter_map(|it| it.as_str().ok()).collect());
    let common = first(name.iter_common_name().filter_map(|it| it.as_str().ok()).collect());
    let parts = [organisation, common].into_iter().flatten();
    parts.collect::<Vec<_>>().join(", ")
}

fn tamed(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect()
}
