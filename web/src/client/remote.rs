//! What a dashboard asks beside the questions of its panels: visits, funnels, suggestions, goals, annotations.

use super::board::Board;
use super::pages::all_pages;
use super::{Access, Failure, read, request, send};
use crate::client::json::Json;
use crate::ui::tasks::spawn;
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::Value;
use shared::problem::ProblemCode;
use std::sync::Arc;

/// A call under the site's path.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Path after the site's id, with its query: `/visits?limit=9`.
    pub path: String,
    /// A body makes it a POST.
    pub body: Option<String>,
    /// True when the answer changes with every visit, so that `Board::refresh` asks again.
    pub live: bool,
    /// True for a list of which all pages are wanted; the path has a query.
    pub every: bool,
}

impl Call {
    /// A GET whose answer stays.
    pub fn get(path: String) -> Self {
        Call {
            path,
            body: None,
            live: false,
            every: false,
        }
    }

    /// A GET of all pages of a list, whose answer stays.
    pub fn every(path: String) -> Self {
        Call {
            every: true,
            ..Call::get(path)
        }
    }
}

/// An answer that follows its call.
#[derive(Clone, Copy)]
pub struct Remote {
    /// The newest answer; while `pending`, to the call before.
    pub answer: RwSignal<Option<Arc<Value>>>,
    /// Why there is none.
    pub failure: RwSignal<Option<Failure>>,
    /// True while the present call has no outcome.
    pub pending: RwSignal<bool>,
    round: StoredValue<u32>,
    /// Counts the wishes to ask again.
    again: RwSignal<u32>,
}

impl Remote {
    /// Asks again, after a failure or a change.
    pub fn retry(self) {
        self.again.update(|count| *count += 1);
    }

    /// The items of the answer's list.
    pub fn list<T>(self, read: impl Fn(&Value) -> T) -> Vec<T> {
        let answer = self.answer.get();
        answer
            .iter()
            .flat_map(|answer| answer.items("data"))
            .map(read)
            .collect()
    }
}

impl Board {
    /// Calls once; a dead key is handed to the page.
    pub async fn call(self, call: Call) -> Result<Value, Failure> {
        let (site, access) = self.key().ok_or(Failure::Aborted)?;
        let method = if call.body.is_some() { Method::POST } else { Method::GET };
        let path = format!("/sites/{site}{}", call.path);
        let answer = match call.every {
            true => all_pages(&path, &access).await,
            false => match send(method, &path, call.body, &access, None).await {
                Ok(text) => read(&text),
                Err(failure) => Err(failure),
            },
        };
        if let Err(failure) = &answer
            && (failure.status() == 401 || failure.is(ProblemCode::LinkNotFound))
        {
            self.refuse(failure.clone());
        }
        answer
    }

    /// Calls whenever the call changes, until the owner of the calling scope goes away; `None` calls nothing.
    pub fn follow(self, call: Box<dyn Fn() -> Option<Call> + Send + Sync>) -> Remote {
        let remote = Remote {
            answer: RwSignal::new(None),
            failure: RwSignal::new(None),
            pending: RwSignal::new(false),
            round: StoredValue::new(0),
            again: RwSignal::new(0),
        };
        Effect::new(move |before: Option<(Option<Call>, u32, u32)>| {
            let now = (call(), remote.again.get(), self.beat.get());
            let (last, again, beat) = before.unwrap_or_default();
            let fresh = last != now.0;
            let live = now.0.as_ref().is_some_and(|call| call.live);
            if fresh || again != now.1 || live && beat != now.2 {
                self.answer(remote, now.0.clone(), fresh);
            }
            now
        });
        remote
    }

    fn answer(self, remote: Remote, call: Option<Call>, fresh: bool) {
        let round = remote.round.get_value() + 1;
        remote.round.set_value(round);
        remote.pending.set(fresh && call.is_some());
        let Some(call) = call else {
            remote.answer.set(None);
            remote.failure.set(None);
            return;
        };
        spawn(async move {
            let outcome = self.call(call).await;
            if remote.round.try_get_value() != Some(round) {
                return;
            }
            remote.pending.set(false);
            match outcome {
                Ok(answer) => {
                    remote.failure.set(None);
                    remote.answer.set(Some(Arc::new(answer)));
                }
                // A failed refresh leaves what is there.
                Err(_) if !fresh && remote.answer.with_untracked(Option::is_some) => {}
                Err(failure) => {
                    remote.answer.set(None);
                    remote.failure.set(Some(failure));
                }
            }
        });
    }

    /// Fetches a file with the board's key.
    pub async fn file(self, path: &str) -> Result<Vec<u8>, Failure> {
        let (site, access) = self.key().ok_or(Failure::Aborted)?;
        bytes(&format!("/sites/{site}{path}"), &access).await
    }
}

async fn bytes(path: &str, access: &Access) -> Result<Vec<u8>, Failure> {
    let answer = request(Method::GET, path, None, access, None)?.send().await;
    let answer = answer.map_err(|_| Failure::Offline)?;
    if !answer.ok() {
        return Err(Failure::Refused {
            status: answer.status(),
            problem: None,
            retry_after_s: None,
        });
    }
    answer.binary().await.map_err(|_| Failure::Offline)
}
