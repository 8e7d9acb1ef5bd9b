//! What every handler may reach.

use crate::accounts::limits::SignInLimits;
use crate::auth::turns::LinkTurns;
use crate::config::Config;
use crate::db::Db;
use crate::egress::Egress;
use crate::events::Events;
use crate::http::event_stream::Streams;
use crate::http::limits::WindowLimit;
use crate::http::shared_limit::tries::Tries;
use crate::imports::service::Imports;
use crate::ingest::service::Collector;
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::kit::one_at_a_time::OneAtATime;
use crate::kit::password::Passwords;
use crate::kit::seal::Seal;
use crate::kit::stopping::Stopping;
use crate::metrics::Metrics;
use crate::monitors::scheduler::Monitors;
use crate::notices::Notices;
use crate::portals::opens::PortalOpens;
use crate::share_links::limits::{TokenLimits, UnlockLimits};
use crate::share_links::opening::LinkReads;
use crate::share_links::opens::Opens;
use crate::shields::Dropped;
use crate::sites::directory::SiteDirectory;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The server's parts, shared by all workers; made once at start.
#[derive(Clone, Debug)]
pub struct State {
    /// Settings.
    pub config: Arc<Config>,
    /// Time.
    pub clock: Clock,
    /// Ids.
    pub ids: Ids,
    /// Sealing of tokens.
    pub seal: Seal,
    /// Password hashing.
    pub passwords: Passwords,
    /// Metadata.
    pub db: Db,
    /// The same store for the counts that are written beside the workers. A write that begins in the moment in which workers end would
    /// not hear of its own end over a connection of theirs, be made again, and what is counted twice is wrong for good.
    pub counts_db: Db,
    /// Events and statistics.
    pub events: Events,
    /// The door outward.
    pub egress: Egress,
    /// Health checks.
    pub monitors: Monitors,
    /// Notices on their way.
    pub notices: Notices,
    /// Collecting.
    pub collector: Collector,
    /// Files that are imported.
    pub imports: Imports,
    /// Sites by domain, cached.
    pub sites: SiteDirectory,
    /// How often links were opened, not yet written.
    pub opens: Opens,
    /// How often portals were opened, not yet written.
    pub portal_opens: PortalOpens,
    /// Events that were left out and are not counted in the store yet.
    pub dropped: Dropped,
    /// Tries of share tokens.
    pub token_limits: TokenLimits,
    /// Guesses of links' passwords.
    pub unlock_limits: UnlockLimits,
    /// Questions that are computed at once through one link.
    pub link_turns: LinkTurns,
    /// Links that are looked up by their tokens just now.
    pub link_reads: LinkReads,
    /// Tries of passwords.
    pub sign_in_limits: SignInLimits,
    /// Failed tokens of invitations.
    pub invitation_limit: Tries,
    /// Look-ups of own domains that accounts ask for.
    pub domain_limit: WindowLimit,
    /// Questions of proxies for certificates.
    pub ask_limit: WindowLimit,
    /// One logo is decoded at a time.
    pub logo_turn: Arc<Semaphore>,
    /// Calls of each API key.
    pub key_limit: WindowLimit,
    /// Exports that run.
    pub exports: OneAtATime,
    /// Open live streams.
    pub streams: Streams,
    /// Word that the process is about to stop.
    pub stopping: Stopping,
    /// Counters for operators.
    pub metrics: Arc<Metrics>,
}
