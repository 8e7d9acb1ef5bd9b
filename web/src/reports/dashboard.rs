//! The dashboard as a whole.

use super::card::Card;
use super::cards::{BEHAVIOUR, DEVICES, LOCATIONS, PAGES, SOURCES};
use super::chart::ChartCard;
pub use super::dash::SiteFacts;
use super::dash::{Dash, use_dash};
use super::date_bar::{DateBar, Overlays};
use super::details::DetailsDialog;
use super::export::ExportMenu;
use super::heat::HeatCard;
use super::period::{Period, Span};
use super::stamp::stamp;
use super::tiles::Tiles;
use super::visits::VisitsCard;
use super::{live, question, shortcuts};
use crate::client::board::Board;
use crate::client::{Access, Failure};
use crate::format::number;
use crate::router::use_router;
use crate::ui::dom;
use crate::ui::dynamic;
use leptos::prelude::*;

/// The dashboard of a site, for whoever holds `access`.
#[component]
pub fn DashboardView(
    /// The site.
    site: SiteFacts,
    /// With which key data is asked for.
    access: Access,
    /// What stands at the end of the header.
    #[prop(into)]
    header_end: ViewFn,
    /// What stands after the menus of the bar.
    #[prop(into, default = ViewFn::from(|| ()))]
    bar_end: ViewFn,
    /// What stands in the head of the chart.
    #[prop(into, default = ViewFn::from(|| ()))]
    chart_end: ViewFn,
    /// Hears of every 401 and 404; data is gone by then.
    on_refused: Callback<Failure>,
    /// Hears that neither the last days nor today have a visit.
    on_empty: Callback<()>,
) -> impl IntoView {
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
    view! {
        <div class="dashboard">
            <header class="site-head">
                <img class="favicon" src=favicon alt="" width="24" height="24" />
                <h1 tabindex="-1">{domain}</h1>
                <CurrentVisitors />
                <div class="site-head-end"><ExportMenu /> {header_end.run()}</div>
            </header>
            {stamp()}
            <DateBar end=bar_end />
            <div class="card overview">
                <Tiles />
                <ChartCard end=chart_end />
            </div>
            <div class="cards">
                <Card spec=&SOURCES />
                <Card spec=&PAGES />
                <Card spec=&LOCATIONS />
                <Card spec=&DEVICES />
                <Card spec=&BEHAVIOUR />
                <VisitsCard />
                <HeatCard />
            </div>
            <DetailsDialog />
            <Overlays />
        </div>
    }
}

#[component]
fn CurrentVisitors() -> impl IntoView {
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
}
