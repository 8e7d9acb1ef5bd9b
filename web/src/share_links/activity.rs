//! Who did what to the site, under its links: loaded when it is opened.

use super::manage::Links;
use crate::client::{Failure, audit};
use crate::format::date;
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::audit::AuditEntry;

/// What is shown of the log.
#[derive(Clone, Copy)]
struct Log {
    links: Links,
    entries: RwSignal<Vec<AuditEntry>>,
    /// Where the next page begins; none when there is no more.
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    is_open: RwSignal<bool>,
}

impl Log {
    /// Begins anew each time it is opened, so that it has what was just done.
    fn turn(self) {
        let opens = !self.is_open.get_untracked();
        self.is_open.set(opens);
        if opens {
            self.entries.set(Vec::new());
            self.next.set(None);
            self.load();
        }
    }

    fn load(self) {
        self.failure.set(None);
        spawn(async move {
            let Some(site) = self.links.site.try_get_value() else {
                return;
            };
            let cursor = self.next.try_get_untracked().flatten();
            match audit::list(&site, cursor.as_deref()).await {
                Ok(page) => {
                    self.entries.try_update(|entries| entries.extend(page.data));
                    self.next.try_set(page.next_cursor);
                }
                Err(failure) => {
                    if let Some(failure) = self.links.session.check(failure, self.links.router) {
                        self.failure.try_set(Some(failure));
                    }
                }
            }
        });
    }
}

/// The log behind its heading.
pub fn activity(links: Links) -> AnyView {
    let log = Log {
        links,
        entries: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        failure: RwSignal::new(None),
        is_open: RwSignal::new(false),
    };
    let rows = move || {
        let zone = log.links.zone.get_value();
        let entries = log.entries.get();
        let rows = entries.into_iter().map(|entry| {
            let at = date::instant(&entry.at, Some(&zone));
            view! { <li>{sentence(&entry)}<span class="muted">{at}</span></li> }
        });
        view! { <ul class="activity">{rows.views()}</ul> }.into_any()
    };
    let more = move || {
        let button = || view! { <button type="button" class="btn" on:click=move |_| log.load()>"Load more"</button> };
        log.next.with(Option::is_some).then(button)
    };
    let failed = move || {
        let failure = log.failure.get()?;
        let retry = Callback::new(move |()| log.load());
        Some(view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> })
    };
    view! {
        <details class="disclosure" on:toggle=move |_| log.turn()>
            <summary>"Activity"</summary>
            {part(rows)}
            {part_if(failed)}
            {part_if(more)}
        </details>
    }
    .into_any()
}

/// "Ann created the share link Board (API key: report)"
fn sentence(entry: &AuditEntry) -> String {
    let who = entry
        .account
        .as_ref()
        .map_or("A former account", |account| &account.name);
    let did = match entry.action.as_str() {
        "create_share_link" => "created the share link",
        "update_share_link" => "changed the share link",
        "revoke_share_link" => "revoked a share link",
        "create_segment" => "created the segment",
        "update_segment" => "changed the segment",
        "delete_segment" => "deleted a segment",
        "create_site" => "added the site",
        "update_site" => "changed the site",
        "reset_site" => "reset the site's data",
        "invite_member" => "invited somebody",
        "offer_site" => "offered the site to somebody",
        "withdraw_invitation" => "withdrew an invitation",
        "join_site" => "joined",
        "transfer_site" => "took the site over",
        "remove_member" => "removed a viewer",
        "leave_site" => "left",
        "create_api_key" => "made an API key for this site",
        "revoke_api_key" => "revoked an API key of this site",
        other => other,
    };
    let what = entry.subject_name.as_deref().map(|name| format!(" {name}"));
    let key = entry.api_key.as_ref().map(|key| match &key.name {
        Some(name) => format!(" (API key: {name})"),
        None => " (a revoked API key)".to_owned(),
    });
    format!("{who} {did}{}{}", what.unwrap_or_default(), key.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use shared::audit::{AuditAccount, AuditApiKey, AuditEntry};
    use shared::ids::{AccountId, ApiKeyId};

    #[test]
    fn entries_are_read_as_sentences() {
        let account = |name: &str| AuditAccount {
            id: AccountId("acc_1".to_owned()),
            name: name.to_owned(),
        };
        let key = |name: Option<&str>| AuditApiKey {
            id: ApiKeyId("key_1".to_owned()),
            name: name.map(str::to_owned),
        };
        let entry = |action: &str, name: Option<&str>| AuditEntry {
            id: "aud_1".to_owned(),
            at: "2026-03-10T12:00:00.000Z".to_owned(),
            account: Some(account("Ann")),
            api_key: None,
            action: action.to_owned(),
            subject_id: None,
            subject_name: name.map(str::to_owned),
        };
        assert_eq!(
            sentence(&entry("create_share_link", Some("Board"))),
            "Ann created the share link Board"
        );
        assert_eq!(sentence(&entry("revoke_share_link", None)), "Ann revoked a share link");
        assert_eq!(sentence(&entry("invite_member", None)), "Ann invited somebody");
        let mut scripted = entry("create_share_link", Some("Board"));
        scripted.api_key = Some(key(Some("report")));
        assert_eq!(
            sentence(&scripted),
            "Ann created the share link Board (API key: report)"
        );
        scripted.api_key = Some(key(None));
        scripted.account = None;
        assert_eq!(
            sentence(&scripted),
            "A former account created the share link Board (a revoked API key)"
        );
    }
}
