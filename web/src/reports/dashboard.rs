//! The dashboard as a whole.

use super::card::card;
use super::cards::CARDS;
use super::chart::chart_card;
pub use super::dash::SiteFacts;
use super::dash::{Dash, use_dash};
use super::date_bar::{date_bar, overlays};
use super::details::details_dialog;
use super::export::export_menu;
use super::heat::heat_card;
use super::period::{Period, Span};
use super::stamp::stamp;
use super::tiles::tiles;
use super::visits::visits_card;
use super::{live, question, shortcuts};
use crate::client::board::Board;
use crate::client::{Access, Failure};
use crate::format::number;
use crate::router::use_router;
use crate::ui::dom;
use crate::ui::{dynamic, place};
use leptos::prelude::*;

/// What only some readers of a dashboard see of it, handed in by the page.
pub struct Extras {
    /// What stands at the end of the header.
    pub header: Extra,
    /// What stands after the menus of the bar.
    pub bar: Extra,
    /// What stands in the head of the chart.
    pub chart: Extra,
}

/// Rendered inside the dashboard.
pub type Extra = Box<dyn FnOnce() -> AnyView>;

/// The dashboard of a site, for whoever holds `access`. `on_refused` hears of every 401 and 404, when data is gone
/// already; `on_empty` hears that neither the last days nor today have a visit.
pub fn dashboard(
    site: SiteFacts,
    access: Access,
    extras: Extras,
    on_refused: Callback<Failure>,
    on_empty: Callback<()>,
) -> AnyView {
    let board = StoredValue::new(None::<Board>);
    let refused = Callback::new(move |failure| {
        if let Some(board) = board.get_value() {
            board.clear();
        }
        on_refused.run(failure);
    });
    dom::set_title(&site.domain);
    let (domain, favicon) = (site.domain.clone(), site.favicon.clone());
    let dash_board = Board::new(site.id.clone(), access, refused);
    board.set_value(Some(dash_board));
    let dash = Dash::new(site, dash_board, use_router(), on_empty);
    provide_context(dash);
    live::start(dash);
    shortcuts::listen(dash);
    let head = vec![
        view! { <img class="favicon" src=favicon alt="" width="24" height="24" /> }.into_any(),
        view! { <h1 tabindex="-1">{domain}</h1> }.into_any(),
        current_visitors(),
        place("site-head-end", vec![export_menu(dash), (extras.header)()]),
    ];
    let mut cards: Vec<AnyView> = CARDS.into_iter().map(card).collect();
    cards.extend([visits_card(), heat_card()]);
    let parts = vec![
        place("site-head", head),
        stamp(),
        date_bar((extras.bar)()),
        place("card overview", vec![tiles(), chart_card((extras.chart)())]),
        place("cards", cards),
        details_dialog(),
        overlays(),
    ];
    place("dashboard", parts)
}

fn current_visitors() -> AnyView {
    let dash = use_dash();
    let panel = dash.board.ask(Box::new(|| Some(question::current_visitors())));
    let count = move || panel.with(|panel| panel.answer.as_ref()?.total());
    let text = move || match count() {
        None => String::new(),
        Some(1.0) => "1 current visitor".to_owned(),
        Some(count) => format!("{} current visitors", number::full(count)),
    };
    let href = move || dash.href(|view| view.with_span(Span::of(Period::Realtime)));
    view! {
        <a class="current" class:none=move || count().unwrap_or(0.0) == 0.0 href=dynamic(href)>
            <i class="pulse" aria-hidden="true"></i>
            <span>{dynamic(text)}</span>
            <span class="sr-only">{move || if count().is_none() { "Current visitors" } else { "" }}</span>
        </a>
    }
    .into_any()
}
