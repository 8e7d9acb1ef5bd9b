//! A text field that suggests values while one types.

use super::dom;
use super::markup::{Markup, written};
use crate::ui::tasks::spawn;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Typing rests this long before suggestions are asked for.
const TYPING: Duration = Duration::from_millis(200);

/// Values with what they are called, asked for by the text so far.
pub type Source = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Vec<(String, String)>>>> + Send + Sync>;

/// What distinguishes one field from another.
pub struct ComboboxSpec {
    /// The element's id, unique on the page.
    pub id: String,
    /// What to enter.
    pub label: &'static str,
    /// What stands in the field while it is empty.
    pub placeholder: &'static str,
    /// The ids of what explains the field.
    pub described_by: String,
    /// The text in it.
    pub text: RwSignal<String>,
    /// Where suggestions come from.
    pub source: Source,
    /// Takes a suggestion.
    pub pick: Callback<String>,
    /// Takes what was typed, when Enter or one of `ends` is pressed; without it Enter sends the form.
    pub enter: Option<Callback<()>>,
    /// Ends a value, beside Enter.
    pub ends: Signal<&'static str>,
}

#[derive(Clone, Copy)]
struct State {
    options: RwSignal<Vec<(String, String)>>,
    at: RwSignal<Option<usize>>,
    open: RwSignal<bool>,
    /// Counts the questions; late answers of older ones are dropped.
    round: StoredValue<u32>,
    waiting: StoredValue<Option<Arc<TimeoutHandle>>>,
}

impl State {
    fn ask(self, source: &Source, text: String) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        let answer = source(text);
        spawn(async move {
            let options = answer.await;
            if self.round.try_get_value() == Some(round) {
                self.at.set(None);
                self.open.set(!options.is_empty());
                self.options.set(options);
            }
        });
    }

    /// Forgets suggestions and those on their way.
    fn close(self) {
        self.round.update_value(|round| *round += 1);
        if let Some(Some(waiting)) = self.waiting.try_get_value() {
            waiting.clear();
        }
        self.open.set(false);
    }
}

/// The field and its list. Arrow keys walk, Enter takes, Esc closes the list alone.
pub fn combobox(spec: ComboboxSpec) -> AnyView {
    let ComboboxSpec {
        id,
        label,
        placeholder,
        described_by,
        text,
        source,
        pick,
        enter,
        ends,
    } = spec;
    let state = State {
        options: RwSignal::new(Vec::new()),
        at: RwSignal::new(None),
        open: RwSignal::new(false),
        round: StoredValue::new(0),
        waiting: StoredValue::new(None),
    };
    let list_id = format!("{id}-list");
    let input = NodeRef::<html::Input>::new();
    let later = Arc::clone(&source);
    let on_input = move |event| {
        let typed = event_target_value(&event);
        text.set(typed.clone());
        state.close();
        let source = Arc::clone(&later);
        let ask = move || state.ask(&source, typed);
        state
            .waiting
            .set_value(set_timeout_with_handle(ask, TYPING).ok().map(Arc::new));
    };
    let take = move |at: usize| {
        let picked = state
            .options
            .with_untracked(|options| options.get(at).map(|(value, _)| value.clone()));
        state.close();
        if let Some(value) = picked {
            pick.run(value);
        }
        if let Some(input) = input.get_untracked() {
            dom::focus_element(&input);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let (open, at) = (state.open.get_untracked(), state.at.get_untracked());
        let count = state.options.with_untracked(Vec::len);
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" if open => state.at.set(Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" if open => state.at.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
            "ArrowDown" => state.ask(&source, text.get_untracked()),
            "Enter" if open && at.is_some() => take(at.unwrap_or_default()),
            "Escape" if open => state.close(),
            key if key == "Enter" && !text.with_untracked(String::is_empty)
                || key.len() == 1 && ends.get_untracked() == key =>
            {
                state.close();
                let Some(enter) = enter else { return };
                enter.run(());
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let write = {
        let list_id = list_id.clone();
        move |markup: &mut Markup| options(state, &list_id, markup)
    };
    // A press beside the list takes the focus away from the field; one in it must not.
    let on_press = |event: web_sys::PointerEvent| event.prevent_default();
    let on_click = move |event: web_sys::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let option = target.and_then(|target| target.closest("[data-at]").ok().flatten());
        if let Some(at) = option.and_then(|option| option.get_attribute("data-at")?.parse().ok()) {
            take(at);
        }
    };
    let active = {
        let list_id = list_id.clone();
        move || {
            state
                .at
                .get()
                .filter(|_| state.open.get())
                .map(|at| format!("{list_id}-{at}"))
        }
    };
    view! {
        <div class="combobox" on:pointerdown=move |event| if event.target() != input.get_untracked().map(|input| input.unchecked_into()) { on_press(event) } on:click=on_click>
            <input class="input" type="text" id=id role="combobox" aria-label=label placeholder=placeholder autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-autocomplete="list" node_ref=input aria-describedby=described_by
                aria-controls=list_id aria-expanded=super::dynamic(move || state.open.get().to_string())
                aria-activedescendant=super::dynamic(active)
                prop:value=text on:input=on_input on:keydown=on_key on:blur=move |_| state.close() />
            {written("combobox-list", Box::new(write))}
        </div>
    }
    .into_any()
}

fn options(state: State, list_id: &str, markup: &mut Markup) {
    markup
        .raw("<ul role=\"listbox\" aria-label=\"Suggestions\" id=\"")
        .text(list_id)
        .raw("\"");
    markup.raw(if state.open.get() { ">" } else { " hidden>" });
    let at = state.at.get();
    state.options.with(|options| {
        for (index, (_, words)) in options.iter().enumerate() {
            let place = index.to_string();
            markup
                .raw("<li role=\"option\" id=\"")
                .text(list_id)
                .raw("-")
                .text(&place)
                .raw("\" data-at=\"")
                .text(&place);
            markup
                .raw("\" aria-selected=\"")
                .raw(if at == Some(index) { "true" } else { "false" })
                .raw("\">");
            markup.text(words).raw("</li>");
        }
    });
    markup.raw("</ul>");
}
