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

/// So many rows come at a time.
const PAGE: usize = 25;
/// The API gives no more at once.
const MOST: usize = 100;

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
    /// So many rows are to be shown, if there are as many.
    asked: StoredValue<usize>,
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
            asked: StoredValue::new(PAGE),
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
        self.next.set(None);
        self.asked.set_value(PAGE);
        self.begin();
    }

    /// Loads as much of the list as is shown anew; it takes the place of what is shown, so that what is gone or has changed
    /// does not stay, and the next page goes on where this one ends.
    pub fn begin(self) {
        self.load(Vec::new(), None);
    }

    /// The same a moment later, when the page may be gone.
    pub fn begin_if_there(self) {
        if self.round.try_get_value().is_some() {
            self.begin();
        }
    }

    fn more(self) {
        let rows = self.rows.get_untracked();
        let asked = rows.len() + PAGE;
        match (self.loading.get_untracked(), self.asked.get_value() == asked) {
            // It is on its way.
            (true, true) => {}
            (true, false) => {
                self.asked.set_value(asked);
                self.begin();
            }
            (false, _) => {
                self.asked.set_value(asked);
                self.load(rows, self.next.get_untracked());
            }
        }
    }

    /// Loads what is missing after `rows`, from the cursor on, until there are as many as were asked for.
    fn load(self, mut rows: Vec<Value>, mut cursor: Option<String>) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        self.failure.set(None);
        self.loading.set(true);
        let (site, asked) = (self.desk.site.get_value(), self.asked.get_value());
        let path = sized(self.path.get_value(), asked.saturating_sub(rows.len()));
        spawn(async move {
            loop {
                let answer = health::list(site.clone(), path.clone(), cursor).await;
                if self.round.try_get_value() != Some(round) {
                    return;
                }
                match answer {
                    Ok(page) => {
                        rows.extend_from_slice(page.items("data"));
                        cursor = page.maybe_text("next_cursor");
                    }
                    Err(failure) => {
                        self.loading.set(false);
                        if let Some(failure) = self.desk.told(failure) {
                            self.failure.set(Some(failure));
                        }
                        return;
                    }
                }
                if cursor.is_none() || rows.len() >= asked {
                    break;
                }
            }
            self.loading.set(false);
            self.next.set(cursor);
            self.rows.set(rows);
        });
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

/// The path with how many rows are wanted, unless it says so itself.
fn sized(path: String, rows: usize) -> String {
    if path.contains("limit=") {
        return path;
    }
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}limit={}", rows.clamp(PAGE, MOST))
}

#[cfg(test)]
mod tests {
    use super::sized;

    #[test]
    fn a_page_is_as_long_as_what_is_missing() {
        for (path, rows, expected) in [
            ("incidents", 25, "incidents?limit=25"),
            ("incidents", 0, "incidents?limit=25"),
            ("link-findings?state=broken", 75, "link-findings?state=broken&limit=75"),
            ("incidents", 250, "incidents?limit=100"),
            ("incidents?limit=100", 50, "incidents?limit=100"),
        ] {
            assert_eq!(sized(path.to_owned(), rows), expected);
        }
    }
}
