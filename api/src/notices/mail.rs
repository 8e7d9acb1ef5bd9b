//! Mail: one connection to the operator's own server a mail. That server may be private: the egress guard is for addresses that
//! others give.

use super::letter::{Letter, clean};
use super::outbox::Missed;
use crate::config::{Config, MailTls};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Message, Tokio1Executor};
use shared::notice::Obstacle;
use std::time::{Duration, UNIX_EPOCH};
use url::{Host, Url};

/// One command of the conversation may take so long, and all of them together.
const STEP: Duration = Duration::from_secs(15);
const BUDGET: Duration = Duration::from_secs(45);

/// Replies that say something of the recipient's address, and will say it again: RFC 3463 and RFC 5321.
const REFUSALS: [u16; 9] = [510, 511, 512, 513, 521, 550, 551, 553, 556];

/// Sends mails.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// A mailer of the settings; none when they name no server. The error names the setting.
    pub fn new(config: &Config) -> Result<Option<Self>, String> {
        let mail = &config.mail;
        if mail.host.is_empty() {
            return Ok(None);
        }
        let from = mail
            .from
            .parse::<Mailbox>()
            .map_err(|_| format!("mail.from: `{}` must be like Vitrine <notices@example.org>", mail.from))?;
        let tls = match mail.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => Tls::Required(trust(config)?),
            MailTls::Tls => Tls::Wrapper(trust(config)?),
        };
        let usual = match mail.tls {
            MailTls::Starttls => 587,
            MailTls::Tls => 465,
            MailTls::None => 25,
        };
        let own = Url::parse(&config.base_url)
            .ok()
            .and_then(|url| Some(url.host()?.to_owned()));
        let name = match own {
            Some(Host::Domain(name)) => ClientId::Domain(name),
            Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
            Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
            None => ClientId::default(),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(if mail.port == 0 { usual } else { mail.port })
            .tls(tls)
            .hello_name(name)
            .timeout(Some(STEP));
        if !mail.user.is_empty() {
            builder = builder.credentials(Credentials::new(mail.user.clone(), mail.password.clone()));
        }
        Ok(Some(Self {
            transport: builder.build(),
            from,
        }))
    }

    /// Sends a letter to an address. `id` makes its `Message-ID`, the same at each try; `at_ms` its date; `sender_name` stands in
    /// place of the name in the setting `mail.from`, as the name of the agency whose brand the mail carries.
    pub async fn send(
        &self,
        letter: &Letter,
        to: &str,
        id: &str,
        at_ms: i64,
        sender_name: Option<String>,
    ) -> Result<(), Missed> {
        let message = self.message(letter, to, id, at_ms, sender_name);
        let message = message.map_err(|error| {
            tracing::error!(notice = id, cause = %error, "a mail can't be written");
            Missed::of(Obstacle::MailRefused).for_good()
        })?;
        match tokio::time::timeout(BUDGET, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(missed(id, &error)),
            Err(_) => Err(Missed::of(Obstacle::Timeout)),
        }
    }

    fn message(
        &self,
        letter: &Letter,
        to: &str,
        id: &str,
        at_ms: i64,
        sender_name: Option<String>,
    ) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let name = sender_name.map(|name| clean(&name)).or_else(|| self.from.name.clone());
        let domain = self.from.email.domain();
        let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(at_ms)?);
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(Mailbox::new(name, self.from.email.clone()))
            .to(Mailbox::new(None, to.parse::<Address>()?))
            .subject(clean(&letter.subject))
            .date(date)
            .message_id(Some(format!("<{id}@{domain}>")))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(
                letter.text.clone(),
                letter.html.clone(),
            ))?;
        Ok(message)
    }
}

fn trust(config: &Config) -> Result<TlsParameters, String> {
    let mail = &config.mail;
    let fail = |error: &dyn std::fmt::Display| format!("mail.ca_file: {error}");
    let mut builder = TlsParameters::builder(mail.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
    if !mail.ca_file.as_os_str().is_empty() {
        let pem = std::fs::read(&mail.ca_file).map_err(|error| fail(&error))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| fail(&error))?);
    }
    builder.build_rustls().map_err(|error| format!("mail.host: {error}"))
}

fn missed(id: &str, error: &smtp::Error) -> Missed {
    // The cause may name the operator's server: it is for the log.
    tracing::warn!(notice = id, cause = %error, "the mail server did not take a mail");
    let status = error.status().map(u16::from);
    let missed = match status {
        Some(status) if REFUSALS.contains(&status) => Missed::of(Obstacle::MailRefused).for_good(),
        Some(_) => Missed::of(Obstacle::MailPutOff),
        None if error.is_timeout() => Missed::of(Obstacle::Timeout),
        None if error.is_tls() => Missed::of(Obstacle::TlsFailed),
        None if error.is_response() => Missed::of(Obstacle::BrokenAnswer),
        None if error.is_client() => Missed::of(Obstacle::MailPutOff),
        None => Missed::of(Obstacle::NoConnection),
    };
    match status {
        Some(status) => missed.with_status(status),
        None => missed,
    }
}
