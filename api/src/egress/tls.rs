//! TLS outward: whom we trust, at what time, and what a server shows.

use super::fault::Fault;
use crate::config::Config;
use crate::kit::clock::Clock;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, DigitallySignedStruct, Error, ProtocolVersion, RootCertStore, SignatureScheme};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Who vouches for a server: Mozilla's authorities and the operator's own.
#[derive(Clone, Debug)]
pub struct Trust {
    verifier: Arc<WebPkiServerVerifier>,
    config: Arc<ClientConfig>,
    provider: Arc<CryptoProvider>,
    clock: Clock,
}

/// What a server shows in a handshake that believes everything.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its certificate, then those that it sends with it.
    pub chain: Vec<CertificateDer<'static>>,
    /// The version of TLS, as `1.3`.
    pub version: &'static str,
}

#[derive(Debug)]
struct ClockTime(Clock);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(unix_time(self.0.now_ms()))
    }
}

/// An instant as certificates know it, to the second; none before 1970.
pub fn unix_time(now_ms: i64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now_ms / 1000).unwrap_or_default()))
}

impl Trust {
    /// The trust of the settings.
    pub fn new(config: &Config, clock: &Clock) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if !config.egress_ca_file.as_os_str().is_empty() {
            let fail = |error: &dyn std::fmt::Display| format!("egress_ca_file: {error}");
            let given = CertificateDer::pem_file_iter(&config.egress_ca_file).map_err(|error| fail(&error))?;
            for certificate in given {
                let certificate = certificate.map_err(|error| fail(&error))?;
                roots.add(certificate).map_err(|error| fail(&error))?;
            }
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(|error| error.to_string())?;
        let client = ClientConfig::builder_with_details(provider.clone(), Arc::new(ClockTime(clock.clone())))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_webpki_verifier(verifier.clone())
            .with_no_client_auth();
        Ok(Self {
            verifier,
            config: Arc::new(client),
            provider,
            clock: clock.clone(),
        })
    }

    /// Whether a chain is good for a name at an instant.
    pub fn judge(&self, chain: &[CertificateDer<'static>], name: &ServerName<'_>, now_ms: i64) -> Result<(), Error> {
        let (end, intermediates) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
        let judged = self
            .verifier
            .verify_server_cert(end, intermediates, name, &[], unix_time(now_ms));
        judged.map(|_| ())
    }

    /// Encrypts a connection to a server that we trust.
    pub(super) async fn encrypt(
        &self,
        stream: TcpStream,
        name: ServerName<'static>,
    ) -> Result<TlsStream<TcpStream>, Fault> {
        let connector = TlsConnector::from(self.config.clone());
        connector.connect(name, stream).await.map_err(|_| Fault::Tls)
    }

    /// Shakes hands with a server, whatever it shows, and keeps what it shows.
    pub(super) async fn look(&self, stream: TcpStream, name: ServerName<'static>) -> Result<Shown, Fault> {
        let recorder = Arc::new(Recorder {
            provider: self.provider.clone(),
            shown: Mutex::default(),
        });
        let config = ClientConfig::builder_with_details(self.provider.clone(), Arc::new(ClockTime(self.clock.clone())))
            .with_safe_default_protocol_versions()
            .map_err(|_| Fault::Tls)?
            .dangerous()
            .with_custom_certificate_verifier(recorder.clone())
            .with_no_client_auth();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        let stream = stream.map_err(|_| Fault::Tls)?;
        let version = match stream.get_ref().1.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "1.3",
            _ => "1.2",
        };
        let chain = std::mem::take(&mut *recorder.shown.lock().expect("nothing panics while it holds the lock"));
        Ok(Shown { chain, version })
    }
}

/// Believes every certificate and keeps it. Signatures are checked: the server has to hold the key of what it shows.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    shown: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = std::iter::once(end_entity).chain(intermediates);
        let shown = shown.map(|certificate| certificate.clone().into_owned()).collect();
        *self.shown.lock().expect("nothing panics while it holds the lock") = shown;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
