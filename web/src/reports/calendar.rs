//! A month to pick two days from.

use super::date::Date;
use crate::format::date;
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, dynamic};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Six weeks hold every month.
const CELLS: i64 = 42;

/// What a calendar picks.
#[derive(Clone, Copy)]
pub struct Picked {
    /// The first day.
    pub from: RwSignal<Option<Date>>,
    /// The last day; `None` after the first pick of two.
    pub to: RwSignal<Option<Date>>,
}

impl Picked {
    /// The first pick begins a range, the second ends it, in either direction.
    fn pick(self, day: Date) {
        match (self.from.get_untracked(), self.to.get_untracked()) {
            (Some(from), None) => {
                self.from.set(Some(from.min(day)));
                self.to.set(Some(from.max(day)));
            }
            _ => {
                self.from.set(Some(day));
                self.to.set(None);
            }
        }
    }

    fn holds(self, day: Date) -> bool {
        let from = self.from.get();
        from.is_some_and(|from| from <= day && day <= self.to.get().unwrap_or(from))
    }
}

/// A month's days; arrow keys walk over them and from month to month, Page Up and Page Down by months, with Shift by years.
pub fn calendar(picked: Picked, today: Date) -> AnyView {
    let focused = RwSignal::new(
        picked
            .to
            .get_untracked()
            .or(picked.from.get_untracked())
            .unwrap_or(today)
            .min(today),
    );
    let month = RwSignal::new(focused.get_untracked().month_start());
    let go = move |day: Date| {
        focused.set(day);
        if month.get_untracked() != day.month_start() {
            month.set(day.month_start());
        }
    };
    let walk = move |event: web_sys::KeyboardEvent| {
        let day = focused.get_untracked();
        let page = if event.shift_key() { 12 } else { 1 };
        let next = match event.key().as_str() {
            "ArrowLeft" => day.plus_days(-1),
            "ArrowRight" => day.plus_days(1),
            "ArrowUp" => day.plus_days(-7),
            "ArrowDown" => day.plus_days(7),
            "PageUp" => day.same_day(-page),
            "PageDown" => day.same_day(page),
            _ => return,
        };
        event.prevent_default();
        go(next.min(today));
        dom::focus(".calendar [tabindex=\"0\"]");
    };
    let turn = move |months: i32, name: &'static str, symbol: &'static str| {
        let target = move || month.get().plus_months(months);
        let ahead = move || target() > today;
        view! {
            <button type="button" class="icon-btn" aria-label=name prop:disabled=dynamic(ahead)
                on:click=move |_| go(target())>
                {icon(symbol)}
            </button>
        }
    };
    let weekdays = (0..7).map(|day| {
        // 2024-01-01 was a Monday.
        let name = date::weekday(Date {
            year: 2024,
            month: 1,
            day: day + 1,
        });
        view! { <span>{name}</span> }
    });
    let cells = move || {
        let first = month.get();
        let start = first.plus_days(-i64::from(first.weekday()));
        let cell = move |offset: i64| {
            let day = start.plus_days(offset);
            if day.month_start() != first {
                return view! { <span></span> }.into_any();
            }
            let tab = move || if focused.get() == day { "0" } else { "-1" };
            let on_click = move |event: web_sys::MouseEvent| {
                focused.set(day);
                picked.pick(day);
                if let Some(button) = event
                    .current_target()
                    .and_then(|button| button.dyn_into::<web_sys::Element>().ok())
                {
                    dom::focus_element(&button);
                }
            };
            view! {
                <button type="button" class="day" class:held=move || picked.holds(day)
                    class:edge=move || picked.from.get() == Some(day) || picked.to.get() == Some(day)
                    aria-label=date::day(day) aria-pressed=move || picked.holds(day).to_string()
                    aria-current=(day == today).then_some("date")
                    tabindex=dynamic(tab) prop:disabled={day > today} on:click=on_click>
                    {day.day}
                </button>
            }
            .into_any()
        };
        (0..CELLS).map(cell).views()
    };
    view! {
        <div class="calendar">
            <div class="calendar-head">
                {turn(-1, "Previous month", "left")}
                <strong aria-live="polite">{move || date::month(month.get())}</strong>
                {turn(1, "Next month", "right")}
            </div>
            <div class="calendar-grid weekdays" aria-hidden="true">{weekdays.views()}</div>
            <div class="calendar-grid" role="group" aria-label="Days" on:keydown=walk>{dynamic(cells)}</div>
        </div>
    }
    .into_any()
}
