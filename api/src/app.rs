//! Starting and stopping the server.

use crate::accounts::limits::SignInLimits;
use crate::auth::turns::LinkTurns;
use crate::config::Config;
use crate::db::{self, Db};
use crate::egress::Egress;
use crate::error::{self, chain};
use crate::events::{Events, OpenError};
use crate::http::answer::answer;
use crate::http::event_stream::Streams;
use crate::http::limits::WindowLimit;
use crate::http::shared_limit::SharedLimit;
use crate::http::shared_limit::tries::Tries;
use crate::imports::service::Imports;
use crate::imports::spool::Spool;
use crate::ingest::salts;
use crate::ingest::service::Collector;
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::kit::one_at_a_time::OneAtATime;
use crate::kit::password::Passwords;
use crate::kit::seal::Seal;
use crate::kit::stopping::Stopping;
use crate::metrics::Metrics;
use crate::monitors::scheduler::{self, Monitors};
use crate::notices::{self, Notices};
use crate::portals::opens::PortalOpens;
use crate::routes::{self, Limits};
use crate::share_links::limits::{TokenLimits, UnlockLimits};
use crate::share_links::opening::LinkReads;
use crate::share_links::opens::Opens;
use crate::shields::Dropped;
use crate::sites::directory::SiteDirectory;
use crate::state::State;
use crate::{backups, branding, facts, imports, moves, reports, sites};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A request's head must arrive within this; 408 otherwise.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections are kept so long.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Requests in flight have so long to finish after SIGTERM.
const DRAIN_SECONDS: u64 = 10;
/// Look-ups of its own domain that an account may ask for in any 60 seconds.
const VERIFICATIONS_PER_MINUTE: u32 = 6;
/// Questions for a certificate that a proxy may ask in any 60 seconds.
const ASKS_PER_MINUTE: u32 = 60;
const HOUSEKEEPING: Duration = Duration::from_secs(1);
/// What is in memory at the end is tried to be written for so long, with pauses.
const LAST_WRITES: Duration = Duration::from_secs(3);
const BETWEEN_WRITES: Duration = Duration::from_millis(200);
const TURNS_A_SWEEP: u64 = 60;

/// Why the server can't start: one clear line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

fn fail(what: &str, cause: impl std::error::Error) -> StartError {
    StartError(format!("{what}: {}", chain(&cause)))
}

/// A server that listens.
pub struct Started {
    /// Where.
    pub address: SocketAddr,
    /// Its parts.
    pub state: State,
    /// Ends it: `stop(true)` drains.
    pub handle: ServerHandle,
    /// Runs until it is stopped; then call [`Started::finish`].
    pub server: Server,
}

/// Opens every store. Migrates the metadata; the events' schema is the event store's own matter.
pub async fn open(config: Config, clock: Clock, ids: Ids) -> Result<State, StartError> {
    config.create_data_dir().map_err(StartError)?;
    // Asked before the schema is touched: a newer version must not change it under the server that uses it.
    if Events::is_open_elsewhere(&config.data_dir) {
        let in_use = OpenError::InUse(config.data_dir.clone());
        return Err(fail("the event store can't be opened", in_use));
    }
    let secret = config
        .secret()
        .map_err(|cause| fail("the server's secret can't be read", cause))?;
    let seal = Seal::new(&secret);
    let db = connect(&config).await?;
    facts::check_seal(&db, &seal).await?;
    let events = Events::open(&config.events, &config.events_url, &config.data_dir, Some(&db))
        .await
        .map_err(|cause| fail("the event store can't be opened", cause))?;
    let collector = Collector::new(db.clone(), clock.clone(), &config.ingest, &config.limits)
        .map_err(|cause| StartError(format!("the setting ingest.geo_database can't be used: {cause}")))?;
    let egress = Egress::new(&config, &clock).map_err(|cause| StartError(format!("the setting {cause}")))?;
    let notices = Notices::new(&config, &clock, &db).map_err(|cause| StartError(format!("the setting {cause}")))?;
    let metrics = Metrics::new();
    metrics.register(|registry| events.register_metrics(registry));
    let limits = &config.limits;
    Ok(State {
        sign_in_limits: SignInLimits::new(limits.sign_in_per_minute, clock.clone(), &db),
        token_limits: TokenLimits::new(limits.resolve_per_minute, clock.clone(), &db),
        invitation_limit: Tries::new(SharedLimit::new(
            "invitations",
            limits.sign_in_per_minute,
            clock.clone(),
            &db,
        )),
        unlock_limits: UnlockLimits::new(clock.clone(), &db),
        link_turns: LinkTurns::default(),
        link_reads: LinkReads::default(),
        monitors: Monitors::new(&clock),
        notices,
        key_limit: WindowLimit::new(limits.key_per_minute, clock.clone()),
        imports: Imports::new(Spool::new(&config.data_dir, seal.clone())),
        sites: SiteDirectory::new(db.clone()),
        opens: Opens::default(),
        portal_opens: PortalOpens::default(),
        domain_limit: WindowLimit::new(VERIFICATIONS_PER_MINUTE, clock.clone()),
        ask_limit: WindowLimit::new(ASKS_PER_MINUTE, clock.clone()),
        logo_turn: Arc::new(Semaphore::new(1)),
        dropped: Dropped::default(),
        exports: OneAtATime::default(),
        streams: Streams::default(),
        stopping: Stopping::default(),
        passwords: Passwords::new(),
        metrics: Arc::new(metrics),
        config: Arc::new(config),
        clock,
        ids,
        seal,
        counts_db: db.anew(),
        db,
        egress,
        events,
        collector,
    })
}

/// Connects to the metadata store and brings its schema up to date.
pub async fn connect(config: &Config) -> Result<Db, StartError> {
    let db = Db::connect(&config.database_url())
        .await
        .map_err(|cause| fail("the metadata store can't be opened", cause))?;
    db::migrate(&db)
        .await
        .map_err(|cause| fail("the metadata store can't be migrated", cause))?;
    Ok(db)
}

/// Binds the address and starts to answer.
pub async fn start(state: State) -> Result<Started, StartError> {
    sites::service::finish_erasures(&state)
        .await
        .map_err(|cause| fail("the metadata store can't be read", cause))?;
    let data = Data::new(state.clone());
    let limits = Limits::new(&state.config.limits);
    let server =
        HttpServer::new(move || routes::mount(App::new().app_data(data.clone()).wrap(from_fn(answer)), &limits))
            .client_request_timeout(HEAD_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(DRAIN_SECONDS)
            .disable_signals();
    let server = if state.config.workers > 0 {
        server.workers(state.config.workers)
    } else {
        server
    };
    let listen = state.config.listen;
    let server = server
        .bind(listen)
        .map_err(|cause| fail(&format!("{listen} can't be listened on"), cause))?;
    let address = *server.addrs().first().expect("one address was bound");
    state.egress.guard.set_own_port(address.port());
    let server = server.run();
    actix_web::rt::spawn(backups::serve(state.clone()));
    actix_web::rt::spawn(housekeeping(state.clone()));
    actix_web::rt::spawn(imports::service::work(state.clone()));
    actix_web::rt::spawn(sites::retention::work(state.clone()));
    actix_web::rt::spawn(scheduler::work(state.clone()));
    actix_web::rt::spawn(notices::work(state.clone()));
    actix_web::rt::spawn(branding::service::domains::work(state.clone()));
    actix_web::rt::spawn(reports::rollups::work(state.clone()));
    actix_web::rt::spawn(moves::work(state.clone()));
    Ok(Started {
        address,
        state,
        handle: server.handle(),
        server,
    })
}

impl Started {
    /// Writes what is in memory and closes the stores; called after the server has stopped.
    pub async fn finish(state: &State) {
        let until = Instant::now() + LAST_WRITES;
        let db = &state.counts_db;
        last_write("opens of share links", until, || state.opens.write(db)).await;
        last_write("opens of portals", until, || state.portal_opens.write(db)).await;
        last_write("counts of what was left out", until, || state.dropped.write(db)).await;
        state.notices.finish().await;
        state.events.shutdown().await;
        db.close().await;
        state.db.close().await;
    }
}

/// Writes what would be lost, and again while the store is away, because nobody does it later.
async fn last_write<W: Future<Output = error::Result<()>>>(what: &str, until: Instant, write: impl Fn() -> W) {
    while let Err(error) = write().await {
        if Instant::now() >= until {
            tracing::error!(cause = %chain(&error), "{what} are lost");
            return;
        }
        tokio::time::sleep(BETWEEN_WRITES).await;
    }
}

/// Writes what is counted in memory, drops old salts and makes new ones, until the process ends.
async fn housekeeping(state: State) {
    let mut tick = tokio::time::interval(HOUSEKEEPING);
    for turn in 0_u64.. {
        tick.tick().await;
        if turn % TURNS_A_SWEEP == 0
            && let Err(error) = state.token_limits.forget_ended().await
        {
            tracing::warn!(cause = %chain(&error), "limits that have ended are not deleted yet");
        }
        if let Err(error) = state.opens.write(&state.counts_db).await {
            tracing::warn!(cause = %chain(&error), "opens of share links are not written yet");
        }
        if let Err(error) = state.portal_opens.write(&state.counts_db).await {
            tracing::warn!(cause = %chain(&error), "opens of portals are not written yet");
        }
        if let Err(error) = state.dropped.write(&state.counts_db).await {
            tracing::warn!(cause = %chain(&error), "counts of what was left out are not written yet");
        }
        if let Err(error) = salts::keep_up(&state).await {
            tracing::warn!(cause = %chain(&error), "old salts are not deleted yet, or new ones not made");
        }
    }
}
