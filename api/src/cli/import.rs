//! `vitrine import …`: brings numbers from before into a site.
//!
//! When no server has the data folder, the program opens the stores and imports with its own hands. When one has it, the program
//! seals the file into the folder and enters it in the metadata store; the server imports it, and the program tells how far it is.

use super::print;
use super::progress::{Display, summary};
use crate::app::{self, StartError, Started};
use crate::config::Config;
use crate::error::{Error, chain};
use crate::events::Events;
use crate::facts;
use crate::imports::books::{Books, Given, Key};
use crate::imports::input::{Input, Source};
use crate::imports::model::Progress;
use crate::imports::running::Fault;
use crate::imports::service::{self, ImportRow};
use crate::imports::spool::Spool;
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::kit::seal::Seal;
use crate::kit::secret;
use crate::sites::directory::SiteDirectory;
use crate::state::State;
use clap::{Args, Subcommand, ValueEnum};
use shared::import::{ImportKind, LogFormat};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How far the server is is asked this often.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// What is imported.
#[derive(Clone, Debug, Subcommand)]
pub enum Import {
    /// Access logs of nginx, Apache and others: common or combined format, also gzipped
    Logs(Logs),
    /// The ZIP archive that Plausible exports
    Plausible(Plausible),
}

#[derive(Clone, Debug, Args)]
pub struct Logs {
    /// The site's domain
    #[arg(long, value_name = "DOMAIN")]
    site: String,
    /// How lines are written
    #[arg(long, value_enum, default_value = "auto")]
    format: Format,
    /// The logs; `-` is the standard input. Logs of one call share their visitors: give those of a rotation together
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct Plausible {
    /// The site's domain
    #[arg(long, value_name = "DOMAIN")]
    site: String,
    /// The archive
    #[arg(value_name = "FILE.zip")]
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Told from each line
    Auto,
    /// No referrer, no user agent
    Common,
    /// With referrer and user agent
    Combined,
    /// Behind the virtual host's name
    Vhost,
}

impl Import {
    fn site(&self) -> &str {
        match self {
            Import::Logs(logs) => &logs.site,
            Import::Plausible(plausible) => &plausible.site,
        }
    }

    fn files(&self) -> &[PathBuf] {
        match self {
            Import::Logs(logs) => &logs.files,
            Import::Plausible(plausible) => std::slice::from_ref(&plausible.file),
        }
    }

    fn kind(&self) -> ImportKind {
        match self {
            Import::Logs(_) => ImportKind::AccessLog,
            Import::Plausible(_) => ImportKind::Plausible,
        }
    }

    fn format(&self) -> LogFormat {
        match self {
            Import::Logs(logs) => match logs.format {
                Format::Auto => LogFormat::Auto,
                Format::Common => LogFormat::Common,
                Format::Combined => LogFormat::Combined,
                Format::Vhost => LogFormat::Vhost,
            },
            Import::Plausible(_) => LogFormat::Auto,
        }
    }
}

/// Imports the files, one after another; the first one that stops ends it.
pub async fn import(config: Config, what: Import) -> Result<(), StartError> {
    config.create_data_dir().map_err(StartError)?;
    match Events::is_open_elsewhere(&config.data_dir) {
        true => beside(config, &what).await,
        false => alone(config, &what).await,
    }
}

async fn alone(config: Config, what: &Import) -> Result<(), StartError> {
    let state = app::open(config, Clock::system(), Ids::random()).await?;
    let imported = import_all(&state, what).await;
    Started::finish(&state).await;
    imported
}

async fn import_all(state: &State, what: &Import) -> Result<(), StartError> {
    let books = Books::of(state);
    let site_id = site_of(&books, what.site()).await?;
    let mut key: Key = secret::bytes();
    for path in what.files() {
        let (source, name) = source_of(path);
        let (input, given) = open(&books, &site_id, what, source.clone(), name.clone()).await?;
        // A call that was killed is taken up with its visitors.
        let known = books.find_of(&site_id, &given.fingerprint).await.map_err(fail)?;
        key = known.and_then(|row| books.key_of(&row)).unwrap_or(key);
        let row = enter(&books, &site_id, given, Some(key), true).await?;
        let mut display = Display::new(&state.clock, &name);
        let faults = display.faults();
        let mut on_progress = |progress: &Progress, percent| display.show(progress, percent);
        let mut on_fault = |fault: &Fault| faults.borrow_mut().push(fault.clone());
        let ran = service::run(state, row.clone(), source, input, &mut on_progress, &mut on_fault);
        ran.await.map_err(fail)?;
        tell(&books, &row, display).await?;
    }
    Ok(())
}

async fn beside(config: Config, what: &Import) -> Result<(), StartError> {
    let secret = config.secret().map_err(|error| StartError(error.to_string()))?;
    let seal = Seal::new(&secret);
    let db = app::connect(&config).await?;
    facts::check_seal(&db, &seal).await?;
    let books = Books {
        spool: Spool::new(&config.data_dir, seal.clone()),
        db,
        seal,
        ids: Ids::random(),
        clock: Clock::system(),
    };
    let site_id = site_of(&books, what.site()).await?;
    let key: Key = secret::bytes();
    let mut entered = Vec::new();
    for path in what.files() {
        let (source, file_name) = source_of(path);
        let name = Spool::name(&books.ids, &site_id);
        let (spool, to) = (books.spool.clone(), name.clone());
        let copied = tokio::task::spawn_blocking(move || copy(&source, &spool, &to)).await;
        copied
            .map_err(fail)?
            .map_err(|error| StartError(format!("{file_name}: {error}")))?;
        let spooled = Source::Spooled(books.spool.clone(), name.clone());
        let (_, mut given) = open(&books, &site_id, what, spooled, file_name.clone()).await?;
        given.spool = Some(name);
        entered.push((enter(&books, &site_id, given, Some(key), false).await?, file_name));
    }
    for (row, name) in entered {
        let mut display = Display::new(&books.clock, &name);
        let mut ticks = tokio::time::interval(ASK_EVERY);
        loop {
            ticks.tick().await;
            let Some(now) = books.find(&site_id, &row.id).await.map_err(fail)? else {
                return Err(StartError("the import was removed".to_owned()));
            };
            display.show(&Progress::of_text(&now.progress), now.percent);
            if !matches!(now.status.as_str(), "waiting" | "running") {
                break;
            }
        }
        tell(&books, &row, display).await?;
    }
    Ok(())
}

/// What the file became, on stdout; the error when it stopped.
async fn tell(books: &Books, row: &ImportRow, display: Display) -> Result<(), StartError> {
    let ended = books.find(&row.site_id, &row.id).await.map_err(fail)?;
    let ended = ended.ok_or_else(|| StartError("the import was removed".to_owned()))?;
    let progress = Progress::of_text(&ended.progress);
    display.end();
    print(&summary(
        &ended.name,
        &progress,
        &display.faults().borrow(),
        display.seconds(),
    ))?;
    match ended.problem {
        Some(problem) => Err(StartError(format!("{}: {problem}", ended.name))),
        None => Ok(()),
    }
}

async fn enter(
    books: &Books,
    site_id: &str,
    given: Given,
    key: Option<Key>,
    is_alone: bool,
) -> Result<ImportRow, StartError> {
    let spooled = given.spool.clone();
    let entered = async {
        let mut tx = books.db.begin().await?;
        let row = books.enter(&mut tx, site_id, given, key, is_alone).await?;
        tx.commit().await?;
        Ok(row)
    };
    entered.await.map_err(|error: Error| {
        if let Some(name) = spooled {
            books.spool.remove(&name);
        }
        fail(error)
    })
}

async fn open(
    books: &Books,
    site_id: &str,
    what: &Import,
    source: Source,
    name: String,
) -> Result<(Input, Given), StartError> {
    let (looking, site_id, file_name) = (books.clone(), site_id.to_owned(), name.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let input = Input::open(&source)?;
        let (kind, fingerprint) = looking.look_at(&site_id, &source, &input)?;
        std::io::Result::Ok((input, kind, fingerprint))
    });
    let looked = looked.await.map_err(fail)?;
    let (input, kind, fingerprint) = looked.map_err(|error| StartError(format!("{file_name}: {error}")))?;
    if kind != what.kind() {
        let is = match kind {
            ImportKind::AccessLog => "no ZIP archive; for an access log: vitrine import logs",
            ImportKind::Plausible => "a ZIP archive; for Plausible's export: vitrine import plausible",
        };
        return Err(StartError(format!("{file_name} is {is}")));
    }
    let given = Given {
        kind,
        format: what.format(),
        name,
        fingerprint,
        spool: None,
    };
    Ok((input, given))
}

async fn site_of(books: &Books, domain: &str) -> Result<String, StartError> {
    let directory = SiteDirectory::new(books.db.clone());
    match directory.by_domain(&domain.to_lowercase()).await.map_err(fail)? {
        Some(site) => Ok(site.id.0.clone()),
        None => Err(StartError(format!(
            "no site on this server has the domain {domain}; add it first"
        ))),
    }
}

fn source_of(path: &Path) -> (Source, String) {
    if path.as_os_str() == "-" {
        return (Source::Stdin, "standard input".to_owned());
    }
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    (Source::File(path.to_owned()), name)
}

fn copy(source: &Source, spool: &Spool, name: &str) -> std::io::Result<()> {
    let (mut file, _) = source.raw()?;
    let mut taking = spool.take(name)?;
    let mut buffer = vec![0; 1024 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return taking.finish(),
            n => taking.write(&buffer[..n])?,
        }
    }
}

fn fail(error: impl std::error::Error) -> StartError {
    StartError(chain(&error))
}
