//! How many events were left out lately, by reason.

use super::kinds::reason;
use crate::client::shields;
use crate::format::number::full;
use crate::sites::managed::{Desk, Listed};
use crate::ui::Views;
use leptos::prelude::*;
use shared::shield::{DropReason, DroppedEvents};

/// So many days are looked at, today being the last.
const DAYS: u32 = 30;

/// The section with the counts.
pub fn left_out(desk: Desk) -> AnyView {
    let counted = Listed::new(desk, |site| Box::pin(shields::dropped(site, DAYS)));
    view! {
        <section class="card block" aria-labelledby="left-out">
            <h2 id="left-out">"What was left out"</h2>
            <p class="muted">{format!("Events of the last {DAYS} days that were not counted. Nothing of them is kept but their number.")}</p>
            {counted.shown(table)}
        </section>
    }
    .into_any()
}

fn table(days: Vec<DroppedEvents>) -> AnyView {
    let sum = |wanted: Option<DropReason>| {
        let counted = days
            .iter()
            .filter(|day| wanted.is_none_or(|wanted| day.reason == wanted));
        full(counted.map(|day| day.events).sum::<i64>() as f64)
    };
    let rows = DropReason::ALL.into_iter().map(|why| {
        let (name, how) = reason(why);
        view! {
            <tr><th scope="row">{name} <span class="muted">{format!(" · {how}")}</span></th><td class="num">{sum(Some(why))}</td></tr>
        }
    });
    view! {
        <table class="table">
            <thead><tr><th scope="col">"Reason"</th><th scope="col" class="num">"Events"</th></tr></thead>
            <tbody>{rows.views()}</tbody>
            <tfoot><tr><th scope="row">"Total"</th><td class="num">{sum(None)}</td></tr></tfoot>
        </table>
    }
    .into_any()
}
