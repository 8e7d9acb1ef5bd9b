//! Why a call outward brought nothing.

use shared::monitor::Reason;

/// Why there is no answer. It names no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The address may not be reached.
    #[error("the address may not be reached")]
    Blocked,
    /// The name server does not answer, or has no answer.
    #[error("the name server has no answer")]
    NameServer,
    /// The name does not exist, or has no address.
    #[error("the name does not exist")]
    NameNotFound,
    /// There is no way to the address.
    #[error("there is no way to the address")]
    NoRoute,
    /// The connection was refused, or did not come about in time.
    #[error("no connection came about")]
    NoConnection,
    /// TLS failed.
    #[error("TLS failed")]
    Tls,
    /// It took too long.
    #[error("no whole answer came in time")]
    Timeout,
    /// The answer broke off, or was no HTTP.
    #[error("the answer broke off, or was no HTTP")]
    Broken,
    /// Too many redirects, or one that leads nowhere.
    #[error("a redirect leads nowhere")]
    Redirect,
}

impl Fault {
    /// The word for it, when it is not our own network's fault.
    pub fn reason(self) -> Reason {
        match self {
            Self::Blocked => Reason::Blocked,
            Self::NameServer | Self::NameNotFound => Reason::NameNotFound,
            Self::NoRoute | Self::NoConnection => Reason::NoConnection,
            Self::Tls => Reason::TlsFailed,
            Self::Timeout => Reason::Timeout,
            Self::Broken => Reason::BrokenAnswer,
            Self::Redirect => Reason::BadRedirect,
        }
    }
}
