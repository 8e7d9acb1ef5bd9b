//! One import: how it stands, what it brought, what was left out and why.

use super::manage::Imports;
use crate::client::imports;
use crate::format::number::full;
use crate::ui::Views;
use crate::ui::confirm::ConfirmButton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::import::{Import, ImportKind, ImportStatus};

/// An import's row.
pub fn import_row(all: Imports, import: Import) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = import.id.clone();
    let remove = Callback::new(move |()| {
        let id = id.clone();
        busy.set(true);
        error.set(String::new());
        spawn_local(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let answer = imports::delete(&site, &id).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = all.session.check(failure, all.router) {
                        error.try_set(failure.message());
                    }
                }
                _ => {
                    all.announce.run("Import removed".to_owned());
                    all.load();
                }
            }
        });
    });
    let name = if import.name.is_empty() {
        "File".to_owned()
    } else {
        import.name.clone()
    };
    let bar = matches!(import.status, ImportStatus::Waiting | ImportStatus::Running).then(|| {
        let label = format!("Progress of {name}");
        view! { <progress max="100" value=import.percent.map(|percent| percent.to_string()) aria-label=label></progress> }
    });
    let left_out = left_out(&import)
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .views();
    view! {
        <li>
            <div class="card link">
                <h2 class="link-name">{name.clone()}</h2>
                {bar}
                <ul class="conditions">{left_out}</ul>
                <div class="link-foot">
                    <p class="facts">{standing(&import)}</p>
                    <div class="link-actions">
                        <ConfirmButton label="Remove" question="Remove?" about=name busy=busy on_confirm=remove />
                    </div>
                </div>
                <p class="field-error" role="alert">
                    {move || Some(error.get()).filter(|words| !words.is_empty()).or_else(|| import.problem.clone())}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// `12,000 lines read, 9,000 page views taken (2026-01-01 to 2026-01-31)`.
fn standing(import: &Import) -> String {
    let (line, what, of) = match import.kind {
        ImportKind::AccessLog => ("line", "page view", ""),
        ImportKind::Plausible => ("row", "row", " of totals"),
    };
    let count = |n: u64, one: &str| format!("{} {one}{}", full(n as f64), if n == 1 { "" } else { "s" });
    let days = match (&import.first_day, &import.last_day) {
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => String::new(),
    };
    let tally = &import.tally;
    let said = match import.status {
        ImportStatus::Waiting => "Waiting. ",
        ImportStatus::Removing => "Being removed. ",
        _ => "",
    };
    format!(
        "{said}{} read, {}{of} taken{days}",
        count(tally.lines, line),
        count(tally.taken, what)
    )
}

fn left_out(import: &Import) -> Vec<String> {
    let tally = &import.tally;
    let counts = [
        (tally.covered, "on days that have numbers already"),
        (tally.bots, "by robots"),
        (tally.assets, "for files, feeds and the like"),
        (tally.statuses, "with another status than 200 to 299 and 304"),
        (tally.methods, "with another method than GET"),
        (tally.hosts, "to other hosts"),
        (tally.shields, "kept out by shields"),
        (tally.future, "later than now"),
        (tally.past, "before 1990"),
        (tally.bad, "that can't be read"),
    ];
    let counted = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("Left out: {} {why}", full(count as f64)));
    let bad = import
        .bad_lines
        .iter()
        .map(|bad| format!("Line {}: {}", full(bad.line as f64), bad.detail));
    counted.chain(bad).collect()
}
