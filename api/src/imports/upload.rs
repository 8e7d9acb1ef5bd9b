//! Files that come over HTTP.

use super::books::{Books, Given};
use super::input::{Input, Source};
use super::service::view;
use super::spool::{Spool, Taking};
use super::store;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::error::{Error, Result};
use crate::sites::service::SiteRow;
use crate::state::State;
use shared::import::{Import, LogFormat};
use shared::problem::ProblemCode;

/// So many uploaded files of a site wait at most.
const MOST_WAITING: i64 = 10;

/// A file that is being taken in over HTTP.
#[derive(Debug)]
pub struct Upload {
    /// Its name in the spool.
    name: String,
    taking: Taking,
}

/// Begins to take a file of a site in; 409 when enough of its files wait.
pub async fn receive(state: &State, site: &SiteRow) -> Result<Upload> {
    {
        let mut conn = state.db.read().await?;
        check_waiting(store::count_waiting_imports(&mut conn.link(), &site.id).await? + 1)?;
    }
    let name = Spool::name(&state.ids, &site.id);
    let taking = state.imports.spool().take(&name).map_err(unwritable)?;
    Ok(Upload { name, taking })
}

impl Upload {
    /// Adds bytes, off the async threads.
    pub async fn add(mut self, bytes: Vec<u8>) -> Result<Self> {
        let done = tokio::task::spawn_blocking(move || {
            self.taking.write(&bytes)?;
            Ok(self)
        });
        done.await.map_err(Error::internal)?.map_err(unwritable)
    }

    /// Enters the file as an import, to run when its turn comes.
    pub async fn enter(
        self,
        state: &State,
        caller: &Caller,
        site: &SiteRow,
        file_name: String,
        format: LogFormat,
    ) -> Result<Import> {
        let (books, name) = (Books::of(state), self.name.clone());
        let entered = self.enter_as(state, &books, caller, site, file_name, format).await;
        match entered {
            Ok(import) => {
                state.imports.wake();
                Ok(import)
            }
            Err(error) => {
                books.spool.remove(&name);
                Err(error)
            }
        }
    }

    async fn enter_as(
        self,
        state: &State,
        books: &Books,
        caller: &Caller,
        site: &SiteRow,
        file_name: String,
        format: LogFormat,
    ) -> Result<Import> {
        let (looking, site_id, name) = (books.clone(), site.id.clone(), self.name.clone());
        let looked = tokio::task::spawn_blocking(move || {
            self.taking.finish().map_err(unwritable)?;
            let source = Source::Spooled(looking.spool.clone(), name);
            let looked = Input::open(&source).and_then(|input| looking.look_at(&site_id, &source, &input));
            looked.map_err(|error| Error::field("", "invalid", format!("the file can't be read: {error}")))
        });
        let (kind, fingerprint) = looked.await.map_err(Error::internal)??;
        let given = Given {
            kind,
            format,
            name: file_name,
            fingerprint,
            spool: Some(self.name),
        };
        let mut tx = state.db.begin().await?;
        let row = books.enter(&mut tx, &site.id, given, None, false).await?;
        check_waiting(store::count_waiting_imports(&mut tx.link(), &site.id).await?)?;
        audit::record(
            state,
            &mut tx,
            caller.actor(),
            Action::CreateImport,
            Some(&site.id),
            Some(&row.id),
        )
        .await?;
        tx.commit().await?;
        Ok(view(row))
    }
}

fn check_waiting(count: i64) -> Result<()> {
    if count > MOST_WAITING {
        let detail = format!("At most {MOST_WAITING} files of a site wait; upload this one when one of them is done");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    Ok(())
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ProblemCode::StorageFull).retry_after(30).caused_by(error)
}
