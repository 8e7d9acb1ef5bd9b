//! The steps of a funnel: goals in order, moved and taken out by buttons, and a choice of one more.

use super::manage::Funnels;
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::funnel::GoalName;
use shared::ids::GoalId;

const FEWEST: usize = 2;
const MOST: usize = 8;

/// The steps that are being put together.
#[derive(Clone, Copy)]
pub struct Steps {
    all: Funnels,
    chosen: RwSignal<Vec<GoalName>>,
    /// The goal that would be added.
    next: RwSignal<String>,
    /// What is wrong with the steps.
    pub error: RwSignal<String>,
}

impl Steps {
    /// Begins with these.
    pub fn new(all: Funnels, steps: Vec<GoalName>) -> Self {
        Steps {
            all,
            chosen: RwSignal::new(steps),
            next: RwSignal::new(String::new()),
            error: RwSignal::new(String::new()),
        }
    }

    /// True when the steps are others than these.
    pub fn differ(self, from: &[GoalName]) -> bool {
        self.chosen.with(|chosen| chosen != from)
    }

    /// The steps; `None` when there are too few, which is then said.
    pub fn read(self) -> Option<Vec<GoalId>> {
        let ids: Vec<GoalId> = self
            .chosen
            .with_untracked(|steps| steps.iter().map(|step| step.id.clone()).collect());
        if ids.len() < FEWEST {
            self.error.set("Add at least two steps".to_owned());
            return None;
        }
        Some(ids)
    }

    /// Goals that are no step yet.
    fn others(self) -> Vec<GoalName> {
        let mut goals = self.all.goals.get_value();
        self.chosen
            .with(|chosen| goals.retain(|goal| !chosen.iter().any(|step| step.id == goal.id)));
        goals
    }

    fn has_room(self) -> bool {
        self.chosen.with(Vec::len) < MOST && !self.others().is_empty()
    }

    fn add(self) {
        let next = self.next.get_untracked();
        let others = untrack(|| self.others());
        let goal = others.iter().find(|goal| goal.id.0 == next).or(others.first()).cloned();
        self.chosen.update(|steps| steps.extend(goal));
        self.next.set(String::new());
        self.error.set(String::new());
        let room = untrack(|| self.has_room());
        dom::focus(if room {
            "#funnel-next"
        } else {
            ".steps > li:last-child button:last-child"
        });
    }

    /// Moves a step by one place, and says where it is now.
    fn shift(self, at: usize, down: bool) {
        let to = if down { at + 1 } else { at.wrapping_sub(1) };
        let count = self.chosen.with_untracked(Vec::len);
        if to >= count {
            return;
        }
        self.chosen.update(|steps| steps.swap(at, to));
        let name = self.chosen.with_untracked(|steps| steps[to].name.clone());
        self.all
            .desk
            .announce
            .run(format!("{name} is step {} of {count}", to + 1));
        // The keyboard stays with the step that it moves, at the end with the way back.
        let back = if down { to + 1 == count } else { to == 0 };
        let button = if down == back { 1 } else { 2 };
        dom::focus_soon(format!(
            ".steps > li:nth-child({}) button:nth-of-type({button})",
            to + 1
        ));
    }

    fn remove(self, at: usize) {
        self.chosen.update(|steps| drop(steps.remove(at)));
        dom::focus("#funnel-next");
    }

    /// The steps with what can be done to them.
    pub fn view(self) -> AnyView {
        let steps = move || {
            let steps = self.chosen.get();
            let count = steps.len();
            let row = |(at, step): (usize, GoalName)| self.step(at, count, &step.name);
            steps.into_iter().enumerate().map(row).views()
        };
        let adder = move || self.has_room().then(|| self.adder());
        view! {
            <fieldset class="field">
                <legend>"Steps"</legend>
                <p class="field-help">"2 to 8 different goals, in the order in which a visit should reach them."</p>
                <ol class="steps">{part(steps)}</ol>
                {part_if(adder)}
                <p class="field-error" role="alert">{self.error}</p>
            </fieldset>
        }
        .into_any()
    }

    fn adder(self) -> AnyView {
        let options = self
            .others()
            .into_iter()
            .map(|goal| view! { <option value=goal.id.0>{goal.name}</option> });
        let choose = move |event| self.next.set(event_target_value(&event));
        view! {
            <div class="condition-head">
                <select id="funnel-next" class="select" aria-label="Goal" on:change=choose>{options.views()}</select>
                <button type="button" class="btn" on:click=move |_| self.add()>{icon("plus")}"Add step"</button>
            </div>
        }
        .into_any()
    }

    fn step(self, at: usize, count: usize, name: &str) -> AnyView {
        let (up, down) = (format!("Move {name} up"), format!("Move {name} down"));
        let remove = format!("Remove {name}");
        view! {
            <li>
                <span class="step-name">{name.to_owned()}</span>
                <button type="button" class="icon-btn up" aria-label=up prop:disabled=at == 0 on:click=move |_| self.shift(at, false)>
                    {icon("chevron")}
                </button>
                <button type="button" class="icon-btn" aria-label=down prop:disabled=at + 1 == count on:click=move |_| self.shift(at, true)>
                    {icon("chevron")}
                </button>
                <button type="button" class="icon-btn" aria-label=remove on:click=move |_| self.remove(at)>{icon("x")}</button>
            </li>
        }
        .into_any()
    }
}
