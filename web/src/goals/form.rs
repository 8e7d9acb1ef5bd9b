//! The form that makes a goal.

use super::manage::Goals;
use super::props::Props;
use super::{currencies, name_words};
use crate::app::unsaved;
use crate::client::{Failure, goals};
use crate::reports::hints::hints;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part;
use crate::ui::select::select;
use crate::ui::suggested::suggested;
use leptos::prelude::*;
use shared::goal::CreateGoal;

const PATH: FieldSpec = FieldSpec {
    placeholder: "/thank-you",
    help: "* stands for anything within a part of the path, ** for anything at all: /blog/** is every page below /blog.",
    ..FieldSpec::text("goal-path", "Path")
};
const EVENT: FieldSpec = FieldSpec {
    placeholder: "Signup",
    help: "The name that your pages send, exactly.",
    ..FieldSpec::text("goal-event", "Event")
};
const CURRENCY: FieldSpec = FieldSpec {
    help: "Adds up what the events say that they earned.",
    ..FieldSpec::text("goal-currency", "Revenue")
};
const NAME: FieldSpec = FieldSpec {
    help: "Left empty, it is “Visit” with the path, or the event's name.",
    ..FieldSpec::text("goal-name", "Name (optional)")
};

/// What is being entered, and what is wrong with it.
#[derive(Clone, Copy)]
struct Entry {
    is_event: RwSignal<bool>,
    path: (RwSignal<String>, RwSignal<String>),
    event: (RwSignal<String>, RwSignal<String>),
    props: Props,
    currency: (RwSignal<String>, RwSignal<String>),
    name: (RwSignal<String>, RwSignal<String>),
}

impl Entry {
    fn new(props: Props) -> Self {
        let text = || (RwSignal::new(String::new()), RwSignal::new(String::new()));
        Entry {
            is_event: RwSignal::new(false),
            path: text(),
            event: text(),
            props,
            currency: text(),
            name: text(),
        }
    }

    fn is_dirty(self) -> bool {
        let texts = [self.path.0, self.event.0, self.currency.0, self.name.0];
        self.props.is_dirty() || texts.iter().any(|text| !text.with(String::is_empty))
    }

    /// The goal; `None` when something is missing, which is then said.
    fn read(self) -> Option<CreateGoal> {
        let given =
            |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        let name = given(self.name.0);
        if !self.is_event.get_untracked() {
            let path = given(self.path.0);
            if path.is_none() {
                self.path.1.set("Enter a path".to_owned());
            }
            return path.map(|path| CreateGoal {
                name,
                path: Some(path),
                ..CreateGoal::default()
            });
        }
        let event = given(self.event.0);
        if event.is_none() {
            self.event.1.set("Enter the event's name".to_owned());
        }
        let props = self.props.read()?;
        event.map(|event| CreateGoal {
            name,
            event: Some(event),
            props,
            currency: given(self.currency.0),
            ..CreateGoal::default()
        })
    }

    /// Says what the server has against it, at the field where that is known.
    fn complain(self, failure: &Failure) {
        let fields = [
            (failure.field("path"), self.path.1),
            (failure.field("event"), self.event.1),
            (failure.within("props"), self.props.error),
            (failure.field("currency"), self.currency.1),
        ];
        for (words, error) in fields {
            if let Some(words) = words {
                error.set(words);
                return;
            }
        }
        self.name
            .1
            .set(name_words(failure).unwrap_or_else(|| failure.message()));
    }
}

/// The form.
pub fn goal_form(all: Goals) -> AnyView {
    let entry = Entry::new(Props::new(all.desk.site));
    let busy = RwSignal::new(false);
    unsaved::watch(move || entry.is_dirty());
    dom::focus("#goal-path");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(body) = entry.read().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let call = goals::create(all.desk.site.get_value(), body);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.listed.load();
                all.desk.announce.run("Goal created".to_owned());
                all.close();
            }
            Err(failure) => entry.complain(&failure),
        };
        all.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let target = move || match entry.is_event.get() {
        false => suggested(
            PATH,
            entry.path.0,
            entry.path.1,
            hints(all.desk.site, || "event:page".to_owned()),
        ),
        true => event_fields(all, entry),
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            {kinds(entry.is_event)}
            {part(target)}
            <Field spec=NAME value=entry.name.0 error=entry.name.1 />
            <div class="actions start">
                {submit("Create goal", busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}

fn kinds(is_event: RwSignal<bool>) -> AnyView {
    let choice = |event: bool, label: &'static str| {
        let chosen = move || is_event.get() == event;
        view! {
            <label class="check">
                <input type="radio" name="goal-kind" prop:checked=chosen on:change=move |_| is_event.set(event) />
                <span>{label}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field">
            <legend>"Reached when"</legend>
            {choice(false, "a page is seen")}
            {choice(true, "an event happens")}
        </fieldset>
    }
    .into_any()
}

fn event_fields(all: Goals, entry: Entry) -> AnyView {
    let own = all.currency;
    let options = move || own.with_value(|own| currencies(&[own]));
    let events = hints(all.desk.site, || "event:name".to_owned());
    view! {
        {suggested(EVENT, entry.event.0, entry.event.1, events)}
        {entry.props.view()}
        {select(CURRENCY, Box::new(options), entry.currency.0, entry.currency.1)}
    }
    .into_any()
}
