//! Mail.

use serde::Deserialize;
use std::path::PathBuf;

/// The server that takes mails to be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Its name or address; empty when no mail is sent.
    pub host: String,
    /// Its port; 0 for the usual one.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// Whom to sign in as; empty to sign in as nobody.
    pub user: String,
    /// The password.
    pub password: String,
    /// Whom mails come from.
    pub from: String,
    /// PEM file of authorities that are trusted besides Mozilla's; empty for none.
    pub ca_file: PathBuf,
}

/// How a connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// It begins in plain text and must turn to TLS before anything is said.
    Starttls,
    /// From its first byte on.
    Tls,
    /// Not at all.
    None,
}
