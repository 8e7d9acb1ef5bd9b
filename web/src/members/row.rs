//! One member or open invitation: who, since when, and how to end it.

use super::people::People;
use crate::client::members;
use crate::format::date;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::member::{Member, MemberStatus};
use shared::site::Role;

/// A member's row.
pub fn member_row(people: People, member: Member) -> AnyView {
    let fresh = people.fresh.with_untracked(|fresh| fresh.as_ref() == Some(&member.id));
    if fresh {
        people.fresh.update_untracked(|fresh| *fresh = None);
    }
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = member.id.clone();
    let remove = Callback::new(move |()| {
        let id = id.clone();
        busy.set(true);
        error.set(String::new());
        spawn(async move {
            let Some(site) = people.site.try_get_value() else {
                return;
            };
            let answer = members::remove(&site, &id).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = people.session.check(failure, people.router) {
                        error.try_set(failure.message());
                    }
                }
                _ => {
                    people.list.try_update(|list| {
                        if let Some(Ok(list)) = list {
                            list.retain(|member| member.id != id);
                        }
                    });
                    people.announce.run("Removed".to_owned());
                }
            }
        });
    });
    let invited = member.status == MemberStatus::Invited;
    let name = member.name.clone().or_else(|| member.email.clone());
    let name = name.unwrap_or_else(|| "Whoever opens the link".to_owned());
    let (role, is_owner) = match member.role {
        Role::Owner => ("Owner", !invited),
        Role::Viewer => ("Viewer", false),
    };
    let pill = if invited {
        format!("Invited as {}", role.to_ascii_lowercase())
    } else {
        role.to_owned()
    };
    let link = member.invite_url.as_ref().map(|url| {
        view! { <CopyField name=format!("Invitation of {name}") label="Copy link" text=url.clone() focus=fresh /> }
    });
    let action = (!is_owner).then(|| {
        let (label, question) = if invited {
            ("Withdraw", "Withdraw?")
        } else {
            ("Remove", "Remove?")
        };
        view! { <ConfirmButton label=label question=question about=name.clone() busy=busy on_confirm=remove /> }
    });
    view! {
        <li>
            <div class="card link" class:fresh=fresh>
                <div class="link-head"><h2 class="link-name">{name.clone()}</h2><span class="pill">{pill}</span></div>
                {link}
                <div class="link-foot">
                    <p class="facts">{facts(&member)}</p>
                    <div class="link-actions">{action}</div>
                </div>
                <p class="field-error" role="alert">{error}</p>
            </div>
        </li>
    }
    .into_any()
}

fn facts(member: &Member) -> String {
    let since = date::instant_day(&member.created_at, None);
    match (&member.expires_at, &member.name, &member.email) {
        (Some(at), ..) => format!("Invited {since} · Good until {}", date::instant(at, None)),
        (None, Some(_), Some(email)) => format!("{email} · Since {since}"),
        _ => format!("Since {since}"),
    }
}
