//! `/<domain>/settings/people`.

use super::row::member_row;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav, unsaved};
use crate::client::{Failure, members};
use crate::router::{Router, use_router};
use crate::sites::own_site::owned_site;
use crate::ui::announce::announcer;
use crate::ui::button::submit;
use crate::ui::confirm::ConfirmButton;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use crate::ui::{Views, part};
use leptos::prelude::*;
use shared::ids::{MemberId, SiteId};
use shared::member::{InviteMember, Member, TransferSite};
use shared::site::{Role, Site};

const INVITED: FieldSpec = FieldSpec {
    kind: "email",
    placeholder: "bob@example.net",
    help: "Only the account of this address may accept. Empty: whoever opens the link first.",
    ..FieldSpec::text("invite-email", "E-mail (optional)")
};
const NEW_OWNER: FieldSpec = FieldSpec {
    kind: "email",
    help: "Once they accept, the site and its share links are theirs, and you may view it.",
    ..FieldSpec::text("transfer-email", "E-mail of the new owner")
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct People {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// Members and invitations.
    pub list: RwSignal<Loaded<Vec<Member>>>,
    /// The invitation that was just made.
    pub fresh: RwSignal<Option<MemberId>>,
    /// The live region.
    pub announce: Callback<String>,
    /// The app's session, for expired ones.
    pub session: Session,
    /// The app's router.
    pub router: Router,
}

impl People {
    fn load(self) {
        spawn(async move {
            let Some(site) = self.site.try_get_value() else { return };
            match members::list(&site).await {
                Ok(list) => drop(self.list.try_set(Some(Ok(list)))),
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }

    /// Takes a new invitation into the list, or says beside the field why there is none.
    fn invited(self, answer: Result<Member, Failure>, email: RwSignal<String>, error: RwSignal<String>) {
        match answer {
            Ok(member) => {
                email.try_set(String::new());
                self.fresh.try_set(Some(member.id.clone()));
                self.announce.run("Invitation created".to_owned());
                // An offer takes the place of an open one, so the whole list is asked for.
                self.load();
            }
            Err(failure) => {
                if let Some(failure) = self.session.check(failure, self.router) {
                    error.try_set(failure.field("email").unwrap_or_else(|| failure.message()));
                }
            }
        }
    }
}

/// A site's members, for its owner.
#[component]
pub fn PeoplePage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("People · {domain}"));
    let nav = domain.clone();
    let waiting = || view! { <div class="card block skeleton-block"></div> }.into_any();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="people" />
            <h1 tabindex="-1">"People"</h1>
            {owned_site(domain, Box::new(waiting), Box::new(page))}
        </OwnerPage>
    }
}

fn page(site: Site) -> AnyView {
    let people = People {
        site: StoredValue::new(site.id),
        list: RwSignal::new(None),
        fresh: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    people.load();
    let body = move || match people.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| people.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) => {
            let rows = list.into_iter().map(|member| member_row(people, member)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    };
    view! {
        {part(body)}
        {invite_form(people)}
        {transfer_form(people, site.domain)}
    }
    .into_any()
}

fn invite_form(people: People) -> AnyView {
    let (email, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    unsaved::watch(move || !email.with(String::is_empty));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let address = email.get_untracked().trim().to_owned();
        let body = InviteMember {
            email: (!address.is_empty()).then_some(address),
            role: Role::Viewer,
        };
        spawn(async move {
            let Some(site) = people.site.try_get_value() else {
                return;
            };
            let answer = members::invite(&site, &body).await;
            busy.try_set(false);
            people.invited(answer, email, error);
        });
    };
    view! {
        <section class="card block" aria-labelledby="invite-title">
            <h2 id="invite-title">"Invite a viewer"</h2>
            <p class="muted">"A viewer sees the dashboard, and no links, keys or settings. No mail is sent: hand the link over yourself."</p>
            <form class="stack" on:submit=on_submit novalidate>
                <Field spec=INVITED value=email error=error />
                <div class="actions start">{submit("Create invitation", busy)}</div>
            </form>
        </section>
    }
    .into_any()
}

fn transfer_form(people: People, domain: String) -> AnyView {
    let (email, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let offer = Callback::new(move |()| {
        let address = email.get_untracked().trim().to_owned();
        if address.is_empty() {
            error.set("Enter an address".to_owned());
            return;
        }
        busy.set(true);
        spawn(async move {
            let Some(site) = people.site.try_get_value() else {
                return;
            };
            let answer = members::transfer(&site, &TransferSite { email: address }).await;
            busy.try_set(false);
            people.invited(answer, email, error);
        });
    });
    view! {
        <section class="card block danger" aria-labelledby="transfer-title">
            <h2 id="transfer-title">"Transfer the site"</h2>
            <form class="stack" on:submit=move |event| event.prevent_default() novalidate>
                <Field spec=NEW_OWNER value=email error=error />
                <div class="actions start">
                    <ConfirmButton label="Offer the site" question="Offer it?" about=domain busy=busy on_confirm=offer />
                </div>
            </form>
        </section>
    }
    .into_any()
}
