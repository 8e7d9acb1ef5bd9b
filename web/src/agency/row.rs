//! A portal in a table: whether it is on, its link, and what can be done with it.

use super::frames::frames_dialog;
use super::office::Office;
use crate::client::Failure;
use crate::client::agency::{self, Holder};
use crate::format::date;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::toggle::toggle;
use crate::ui::{dynamic, part, part_if};
use leptos::prelude::*;
use shared::portal::Portal;

/// One portal, as it is now.
#[derive(Clone, Copy)]
pub struct Row {
    /// The page's office.
    pub office: Office,
    /// What has the portal.
    pub holder: StoredValue<Holder>,
    /// What it is called: a domain, or a group's name.
    pub name: StoredValue<String>,
    /// The zone in which its times are told: the site's own. A group has none, and its times are those of the browser.
    zone: StoredValue<Option<String>>,
    /// The portal.
    pub portal: RwSignal<Portal>,
    /// What is wrong.
    pub error: RwSignal<String>,
    busy: RwSignal<bool>,
    /// True after a token was made here: its copy button gets the focus.
    fresh: RwSignal<bool>,
}

impl Row {
    /// The row of a portal.
    pub fn new(office: Office, holder: Holder, name: String, zone: Option<String>, portal: Portal) -> Self {
        Row {
            office,
            holder: StoredValue::new(holder),
            name: StoredValue::new(name),
            zone: StoredValue::new(zone),
            portal: RwSignal::new(portal),
            error: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            fresh: RwSignal::new(false),
        }
    }

    fn generate(self, said: &'static str) {
        self.error.set(String::new());
        let then = move |outcome: Result<Portal, Failure>| match outcome {
            Ok(portal) => {
                self.fresh.set(true);
                self.portal.set(portal);
                self.office.say(said);
            }
            Err(failure) => self.error.set(failure.message()),
        };
        let call = agency::generate(self.holder.get_value());
        self.office.call(self.busy, Box::pin(call), Box::new(then));
    }

    fn revoke(self) {
        self.error.set(String::new());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => self.error.set(failure.message()),
            _ => {
                self.portal.update(|portal| {
                    portal.token = None;
                    portal.url = None;
                });
                self.office.say("Link revoked");
            }
        };
        let call = agency::revoke(self.holder.get_value());
        self.office.call(self.busy, Box::pin(call), Box::new(then));
    }

    /// The switch that turns the portal on and off.
    pub fn switch(self) -> AnyView {
        let (busy, said) = (RwSignal::new(false), RwSignal::new(""));
        let flip = Callback::new(move |on: bool| {
            self.error.set(String::new());
            said.set("");
            let then = move |outcome: Result<Portal, Failure>| match outcome {
                Ok(portal) => {
                    self.portal.set(portal);
                    said.set("Saved");
                    self.office.say("Saved");
                }
                Err(failure) => self.error.set(failure.message()),
            };
            let call = agency::set(self.holder.get_value(), on, None);
            self.office.call(busy, Box::pin(call), Box::new(then));
        });
        let on = Signal::derive(move || self.portal.with(|portal| portal.enabled));
        let name = self.name.with_value(|name| format!("Client portal of {name}"));
        view! { <div class="switch-line">{toggle(name, on, busy, flip)} <span class="saved">{said}</span></div> }
            .into_any()
    }

    /// The link with a way to copy it.
    pub fn link(self) -> AnyView {
        let url = Memo::new(move |_| self.portal.with(|portal| portal.url.clone()));
        let field = move || match url.get() {
            None => view! { <p class="muted">"No link yet"</p> }.into_any(),
            Some(url) => {
                let name = self.name.with_value(|name| format!("Portal link of {name}"));
                let focus = self.fresh.get_untracked();
                self.fresh.set(false);
                view! { <CopyField name=name label="Copy link" text=url focus=focus /> }.into_any()
            }
        };
        let used = move || {
            self.portal.with(|portal| {
                portal.token.as_ref()?;
                let opened = portal.last_opened_at.as_deref();
                let opened = opened.map(|at| self.zone.with_value(|zone| date::instant(at, zone.as_deref())));
                let words = match (portal.opens, opened) {
                    (0, _) | (_, None) => "Not opened yet".to_owned(),
                    (1, Some(at)) => format!("Opened once, {at}"),
                    (opens, Some(at)) => format!("Opened {opens} times, last {at}"),
                };
                let off = match portal.enabled {
                    true => "",
                    false => " · Off: the link opens nothing",
                };
                Some(view! { <p class="facts">{words}{off}</p> })
            })
        };
        view! { <div class="portal-link">{part(field)} {part_if(used)}</div> }.into_any()
    }

    /// What can be done with it.
    pub fn actions(self) -> AnyView {
        let framing = RwSignal::new(false);
        let has_token = Memo::new(move |_| self.portal.with(|portal| portal.token.is_some()));
        let name = move || self.name.get_value();
        let buttons = move || match has_token.get() {
            true => {
                let regenerate = Callback::new(move |()| self.generate("New link made; the old one is dead"));
                let revoke = Callback::new(move |()| self.revoke());
                view! {
                    <ConfirmButton label="Regenerate" question="Old link stops working. Regenerate?" about=name() busy=self.busy on_confirm=regenerate />
                    <ConfirmButton label="Revoke" question="Revoke?" about=name() busy=self.busy on_confirm=revoke />
                }
                .into_any()
            }
            false => {
                let about = format!("Generate token for {}", name());
                let is_off = move || self.portal.with(|portal| !portal.enabled);
                let press = move |_| {
                    if untrack(is_off) {
                        self.error.set("Turn the portal on first".to_owned());
                    } else if !self.busy.get_untracked() {
                        self.generate("Link made");
                    }
                };
                // Not `disabled`: whoever presses it learns what is missing.
                view! { <button type="button" class="btn" class:off=is_off aria-disabled=dynamic(move || is_off().to_string()) aria-label=about on:click=press>"Generate token"</button> }
                    .into_any()
            }
        };
        let about = format!("Embedding of {}", name());
        view! {
            <div class="actions start portal-actions">
                {part(buttons)}
                <button type="button" class="btn" aria-label=about on:click=move |_| framing.set(true)>"Embedding"</button>
            </div>
            <p class="field-error" role="alert">{self.error}</p>
            {part_if(move || framing.get().then(|| frames_dialog(self, Callback::new(move |()| framing.set(false)))))}
        }
        .into_any()
    }
}
