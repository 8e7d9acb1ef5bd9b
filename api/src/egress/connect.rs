//! Names, addresses and connections.

use super::fault::Fault;
use super::guard::Guard;
use super::own_network::OwnNetwork;
use super::tls::{Shown, Trust};
use crate::config::Config;
use crate::kit::clock::Clock;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use rustls::pki_types::ServerName;
use shared::monitor::Reason;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use url::{Host, Url};

/// One address of several has so long to take a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// One query has so long, all that one name takes have so long.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);
const NAME_TIMEOUT: Duration = Duration::from_secs(5);
const DNS_CACHE: u64 = 4096;
/// At save a name is looked up, so that one that is private now is told at once; a slow name server is not waited for.
const SAVE_TIMEOUT: Duration = Duration::from_secs(2);

/// The door outward.
#[derive(Clone, Debug)]
pub struct Egress {
    /// What may be reached.
    pub guard: Guard,
    /// Whom we trust.
    pub trust: Trust,
    resolver: TokioResolver,
    pub(super) own_network: OwnNetwork,
    pub(super) user_agent: String,
}

/// What bytes go through.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

impl Egress {
    /// The door of the settings.
    pub fn new(config: &Config, clock: &Clock) -> Result<Self, String> {
        let about = match config.base_url.as_str() {
            "" => String::new(),
            base_url => format!("; +{base_url}"),
        };
        Ok(Self {
            guard: Guard::new(config),
            trust: Trust::new(config, clock)?,
            resolver: resolver(config).map_err(|error| format!("dns_server: {error}"))?,
            own_network: OwnNetwork::new(&config.monitors.references, clock),
            user_agent: format!("Mozilla/5.0 (compatible; Vitrine/{}{about})", env!("CARGO_PKG_VERSION")),
        })
    }

    /// The resolver, for records other than addresses.
    pub fn resolver(&self) -> &TokioResolver {
        &self.resolver
    }

    /// False when the URL's name has an address now that may not be reached. A name without an answer is let through: the
    /// connection will tell.
    pub async fn may_be_saved(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return false;
        };
        let found = self
            .addresses(&host.to_owned(), port, Instant::now() + SAVE_TIMEOUT)
            .await;
        !matches!(found, Err(Fault::Blocked))
    }

    /// The addresses of a host, each of which may be reached; `Blocked` when one may not.
    pub async fn addresses(&self, host: &Host, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, Fault> {
        let addresses = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.look_up(name, deadline).await?,
        };
        match addresses
            .iter()
            .all(|address| self.guard.allows_address(*address, port))
        {
            true => Ok(addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, port))
                .collect()),
            false => Err(Fault::Blocked),
        }
    }

    async fn look_up(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, Fault> {
        // With the dot, no search domain of the system is tried.
        let absolute = format!("{}.", name.trim_end_matches('.'));
        // Out of time here is the name server's fault, not that of whoever is looked for.
        let limit = deadline.min(Instant::now() + NAME_TIMEOUT);
        let found = timeout_at(limit, self.resolver.lookup_ip(absolute)).await;
        match found.map_err(|_| Fault::NameServer)? {
            Ok(found) => {
                let found = found.iter().collect::<Vec<_>>();
                if found.is_empty() {
                    Err(Fault::NameNotFound)
                } else {
                    Ok(found)
                }
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => Err(Fault::NameNotFound),
            Err(_) => Err(Fault::NameServer),
        }
    }

    /// Connects to a host, by the first of its addresses that takes the connection.
    pub async fn connect(&self, host: &Host, port: u16, deadline: Instant) -> Result<TcpStream, Fault> {
        let mut fault = Fault::NoConnection;
        for address in self.addresses(host, port, deadline).await? {
            match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // A small request is not held back for more to send.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) if is_without_route(error.kind()) => fault = Fault::NoRoute,
                Ok(Err(_)) | Err(_) => fault = Fault::NoConnection,
            }
        }
        Err(fault)
    }

    /// Connects for a URL: in plain text for `http`, encrypted for `https`.
    pub(super) async fn open(&self, url: &Url, deadline: Instant) -> Result<Box<dyn Connection>, Fault> {
        if !self.guard.allows(url) {
            return Err(Fault::Blocked);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Fault::Blocked);
        };
        let host = host.to_owned();
        let stream = self.connect(&host, port, deadline).await?;
        match url.scheme() {
            "https" => Ok(Box::new(self.trust.encrypt(stream, server_name(&host)?).await?)),
            _ => Ok(Box::new(stream)),
        }
    }

    /// What a server shows of itself when TLS begins.
    pub async fn look_at_certificate(&self, host: &Host, port: u16, budget: Duration) -> Result<Shown, Fault> {
        let deadline = Instant::now() + budget;
        let looking = async {
            let stream = self.connect(host, port, deadline).await?;
            self.trust.look(stream, server_name(host)?).await
        };
        timeout_at(deadline, looking).await.unwrap_or(Err(Fault::Timeout))
    }

    /// Why a call to a URL brought nothing: our own network's fault is told apart, so that it says nothing about the site.
    pub async fn reason(&self, fault: Fault, url: &Url) -> Reason {
        let is_ours = match fault {
            Fault::NoRoute => true,
            Fault::NameServer => !self.is_answered(url.host_str().unwrap_or_default()).await,
            Fault::NameNotFound | Fault::NoConnection | Fault::Timeout => self.own_network.is_away().await,
            Fault::Blocked | Fault::Tls | Fault::Broken | Fault::Redirect => false,
        };
        if is_ours { Reason::OwnNetwork } else { fault.reason() }
    }

    /// True when the name server knows something, be it a no, of the name's top-level domain: then it works, and the name's
    /// own servers don't.
    async fn is_answered(&self, name: &str) -> bool {
        let top = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
        match timeout(NAME_TIMEOUT, self.resolver.ns_lookup(format!("{top}."))).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => error.is_no_records_found() || error.is_nx_domain(),
            Err(_) => false,
        }
    }
}

/// The name that TLS asks for.
pub fn server_name(host: &Host) -> Result<ServerName<'static>, Fault> {
    match host {
        Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned()).map_err(|_| Fault::Tls),
        Host::Ipv4(address) => Ok(ServerName::IpAddress(IpAddr::V4(*address).into())),
        Host::Ipv6(address) => Ok(ServerName::IpAddress(IpAddr::V6(*address).into())),
    }
}

fn is_without_route(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown | ErrorKind::AddrNotAvailable
    )
}

/// A resolver that asks the name server of the settings, or those of the system.
fn resolver(config: &Config) -> Result<TokioResolver, NetError> {
    let provider = TokioRuntimeProvider::default();
    let mut builder = match config.dns_server {
        Some(address) => {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = address.port();
                connection
            });
            let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
            TokioResolver::builder_with_config(ResolverConfig::from_name_servers(vec![server]), provider)
        }
        None => TokioResolver::builder(provider)?,
    };
    let options = builder.options_mut();
    options.timeout = QUERY_TIMEOUT;
    options.attempts = 2;
    options.cache_size = DNS_CACHE;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    builder.build()
}
