//! A list that is loaded page by page, as it stands in the answer.

use super::vitals::Vitals;
use crate::client::json::Json;
use crate::client::{Failure, health};
use crate::sites::managed::Desk;
use crate::ui::error_box::ErrorBox;
use crate::ui::markup::{Markup, written};
use crate::ui::tasks::spawn;
use crate::ui::{part, part_if};
use leptos::prelude::*;
use serde_json::Value;

/// A list under the site's path, as far as it is loaded.
#[derive(Clone, Copy)]
pub struct Paged {
    /// The rows.
    pub rows: RwSignal<Vec<Value>>,
    /// Where the next page begins; none when there is no more.
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    loading: RwSignal<bool>,
    /// Counts the beginnings; late answers to older ones are dropped.
    round: StoredValue<u32>,
    path: StoredValue<String>,
    desk: Desk,
}

/// How a list is shown.
pub struct PagedView {
    /// What stands where no row is.
    pub empty: &'static str,
    /// Whether a row is shown.
    pub wanted: fn(&Value) -> bool,
    /// Writes a row.
    pub row: fn(Vitals, &Value, &mut Markup),
}

impl Paged {
    /// Begins to load `path`: what follows the site's id, with its query.
    pub fn new(desk: Desk, path: String) -> Self {
        let paged = Paged {
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            failure: RwSignal::new(None),
            loading: RwSignal::new(false),
            round: StoredValue::new(0),
            path: StoredValue::new(path),
            desk,
        };
        paged.begin();
        paged
    }

    /// Loads another list in its place.
    pub fn turn_to(self, path: String) {
        self.path.set_value(path);
        self.rows.set(Vec::new());
        self.begin();
    }

    /// Loads the first page anew. Where it is the only one, it takes the place of what is shown; else its new rows go first.
    pub fn begin(self) {
        self.load(None);
    }

    /// The same a moment later, when the page may be gone.
    pub fn begin_if_there(self) {
        if self.round.try_get_value().is_some() {
            self.begin();
        }
    }

    fn more(self) {
        if !self.loading.get_untracked() {
            self.load(self.next.get_untracked());
        }
    }

    fn load(self, cursor: Option<String>) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        self.failure.set(None);
        self.loading.set(true);
        spawn(async move {
            let (Some(site), Some(path)) = (self.desk.site.try_get_value(), self.path.try_get_value()) else {
                return;
            };
            let is_first = cursor.is_none();
            let answer = health::list(site, path, cursor).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(page) => self.take(&page, is_first),
                Err(failure) => {
                    if let Some(failure) = self.desk.told(failure) {
                        self.failure.set(Some(failure));
                    }
                }
            }
        });
    }

    fn take(self, page: &Value, is_first: bool) {
        let rows = page.items("data");
        let shown = self.rows.with_untracked(Vec::len);
        if is_first && shown > rows.len() {
            self.rows.update(|known| {
                let first = known.first().map(|row| row.text("id").to_owned());
                let fresh = rows.iter().take_while(|row| Some(row.text("id")) != first.as_deref());
                let fresh: Vec<Value> = fresh.cloned().collect();
                known.splice(..0, fresh);
            });
            return;
        }
        self.next.set(page.maybe_text("next_cursor"));
        match is_first {
            true => self.rows.set(rows.to_vec()),
            false => self.rows.update(|known| known.extend_from_slice(rows)),
        }
    }

    /// Shows the rows with a way to more of them.
    pub fn shown(self, vitals: Vitals, view: PagedView) -> AnyView {
        let PagedView { empty, wanted, row } = view;
        let write = move |markup: &mut Markup| {
            self.rows.with(|rows| {
                let mut rows = rows.iter().filter(|row| wanted(row)).peekable();
                if rows.peek().is_none() {
                    return;
                }
                markup.raw("<ul class=\"rows\">");
                for found in rows {
                    row(vitals, found, markup);
                }
                markup.raw("</ul>");
            });
        };
        let is_empty = move || self.rows.with(|rows| !rows.iter().any(wanted));
        let foot = move || match (self.failure.get(), self.loading.get()) {
            (Some(failure), _) => {
                let retry = Callback::new(move |()| self.begin());
                view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
            }
            (None, true) if is_empty() => view! { <div class="rows-wait skeleton-block"></div> }.into_any(),
            (None, false) if is_empty() && self.next.with(Option::is_none) => {
                view! { <p class="nothing">{empty}</p> }.into_any()
            }
            _ => ().into_any(),
        };
        let more = move || {
            // It is never disabled: the keyboard would lose its place.
            let button =
                || view! { <button type="button" class="btn" on:click=move |_| self.more()>"Load more"</button> };
            self.next.with(Option::is_some).then(button)
        };
        view! {
            {written("", Box::new(write))}
            {part(foot)}
            <div class="actions start">{part_if(more)}</div>
        }
        .into_any()
    }
}
