//! What can be taken away from a dashboard: its numbers as files, and a printed page.

use super::dash::{Dash, use_dash};
use crate::ui::announce::announcer;
use crate::ui::menu::Menu;
use crate::ui::{Views, dom};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Format, media type, end of the file's name, and label.
const FORMATS: [(&str, &str, &str, &str); 2] = [
    ("csv", "application/zip", "zip", "CSV files (ZIP)"),
    ("json", "application/json", "json", "JSON"),
];

/// The menu.
#[component]
pub fn ExportMenu() -> impl IntoView {
    let dash = use_dash();
    let announce = announcer();
    let label = Signal::stored("Export".to_owned());
    let children = move || {
        let items = FORMATS.into_iter().map(|(format, kind, ending, label)| {
            let fetch = move |_| save(dash, format, kind, ending, announce);
            view! { <li><button type="button" class="menu-item" on:click=fetch>{label}</button></li> }
        });
        // The menu is closed, and off the paper, before the browser takes its picture.
        let print = move |_| request_animation_frame(|| drop(window().print()));
        view! {
            <ul class="menu-group">{items.views()}</ul>
            <ul class="menu-group">
                <li><button type="button" class="menu-item" on:click=print>"Print"</button></li>
            </ul>
        }
    };
    view! { <Menu label=label name="Take away" class="export-menu end">{children()}</Menu> }
}

fn save(dash: Dash, format: &'static str, kind: &'static str, ending: &'static str, announce: Callback<String>) {
    let path = format!("/export?format={format}&{}", untrack(|| dash.scope()));
    let domain = dash.site.with_value(|site| site.domain.clone());
    spawn_local(async move {
        match dash.board.file(&path).await {
            Ok(bytes) => {
                dom::save(&format!("{domain}.{ending}"), kind, &bytes);
                announce.run("Exported".to_owned());
            }
            Err(failure) if matches!(failure.status(), 401 | 404) => dash.board.refuse(failure),
            Err(failure) => announce.run(failure.message()),
        }
    });
}
