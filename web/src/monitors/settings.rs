//! What is checked, how often and for what: the owner's form.

use super::vitals::Vitals;
use crate::app::unsaved;
use crate::client::{Failure, health};
use crate::format::ago;
use crate::ui::button::submit;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::select::select;
use leptos::prelude::*;
use shared::monitor::{Monitor, MonitorKind, SetMonitor};

const URL: FieldSpec = FieldSpec {
    kind: "url",
    help: "Left empty, it is the start page of the site.",
    ..FieldSpec::text("monitor-url", "Address")
};
const INTERVAL: FieldSpec = FieldSpec::text("monitor-interval", "Check every");
const TIMEOUT: FieldSpec = FieldSpec {
    kind: "number",
    help: "Seconds that one answer may take, 1 to 30.",
    ..FieldSpec::text("monitor-timeout", "Time limit")
};
const KEYWORD: FieldSpec = FieldSpec {
    help: "Text that must be on the page. Left empty, any page will do.",
    ..FieldSpec::text("monitor-keyword", "Keyword")
};
const STATUS: FieldSpec = FieldSpec {
    help: "Statuses that count as up, with commas between: 200-299, 401.",
    ..FieldSpec::text("monitor-status", "Expected status")
};

/// Intervals that are offered, in seconds; those below a kind's least are left out.
const INTERVALS: [i64; 13] = [
    60, 120, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000,
];

/// The shortest interval of a kind, in seconds.
fn least(kind: MonitorKind) -> i64 {
    match kind {
        MonitorKind::Uptime => 60,
        MonitorKind::Certificate | MonitorKind::Links => 3600,
        MonitorKind::Domain | MonitorKind::Lighthouse => 86_400,
    }
}

/// The settings of a monitor as they are sent: what does not belong to its kind, and the site's own address, are left out.
pub fn body_of(monitor: &Monitor, domain: &str) -> SetMonitor {
    let is_uptime = monitor.kind == MonitorKind::Uptime;
    let has_url = monitor.kind != MonitorKind::Domain && monitor.url != format!("https://{domain}/");
    SetMonitor {
        enabled: monitor.enabled,
        url: has_url.then(|| monitor.url.clone()),
        interval_s: Some(monitor.interval_s),
        timeout_ms: (monitor.kind != MonitorKind::Lighthouse).then_some(monitor.timeout_ms),
        keyword: monitor.keyword.clone().filter(|_| is_uptime),
        expected_status: is_uptime.then(|| monitor.expected_status.clone()),
    }
}

/// A field with what is wrong with it.
type Text = (RwSignal<String>, RwSignal<String>);

fn text(value: String) -> Text {
    (RwSignal::new(value), RwSignal::new(String::new()))
}

/// What is being entered.
#[derive(Clone, Copy)]
struct Entry {
    url: Text,
    interval: Text,
    timeout: Text,
    keyword: Text,
    status: Text,
    /// What is wrong, and with no field.
    error: RwSignal<String>,
    /// What was last saved.
    saved: RwSignal<SetMonitor>,
    said: RwSignal<&'static str>,
    busy: RwSignal<bool>,
}

impl Entry {
    fn of(saved: &SetMonitor) -> Self {
        let statuses = saved.expected_status.as_ref().map(|list| list.join(", "));
        Entry {
            url: text(saved.url.clone().unwrap_or_default()),
            interval: text(saved.interval_s.unwrap_or_default().to_string()),
            timeout: text(saved.timeout_ms.map(seconds).unwrap_or_default()),
            keyword: text(saved.keyword.clone().unwrap_or_default()),
            status: text(statuses.unwrap_or_default()),
            error: RwSignal::new(String::new()),
            saved: RwSignal::new(saved.clone()),
            said: RwSignal::new(""),
            busy: RwSignal::new(false),
        }
    }

    /// What the form says; what is no number is sent as one that the server refuses at its field.
    fn read(self, kind: MonitorKind, enabled: bool) -> SetMonitor {
        let given = |text: Text| Some(text.0.get().trim().to_owned()).filter(|text| !text.is_empty());
        let is_uptime = kind == MonitorKind::Uptime;
        let timeout = |text: String| (text.parse::<f64>().unwrap_or(0.0) * 1000.0).round() as i64;
        let statuses = |text: String| text.split(',').map(|status| status.trim().to_owned()).collect();
        SetMonitor {
            enabled,
            url: given(self.url).filter(|_| kind != MonitorKind::Domain),
            interval_s: given(self.interval).and_then(|text| text.parse().ok()),
            timeout_ms: given(self.timeout)
                .map(timeout)
                .filter(|_| kind != MonitorKind::Lighthouse),
            keyword: given(self.keyword).filter(|_| is_uptime),
            expected_status: given(self.status).map(statuses).filter(|_| is_uptime),
        }
    }

    fn fields(self) -> [(&'static str, Text); 5] {
        [
            ("url", self.url),
            ("interval_s", self.interval),
            ("timeout_ms", self.timeout),
            ("keyword", self.keyword),
            ("expected_status", self.status),
        ]
    }

    /// Takes back what was wrong before.
    fn hush(self) {
        self.error.set(String::new());
        for (_, (_, error)) in self.fields() {
            error.set(String::new());
        }
    }

    fn complain(self, failure: &Failure) {
        let mut is_told = false;
        for (name, (_, error)) in self.fields() {
            if let Some(words) = failure.within(name) {
                // The server counts in milliseconds, the field in seconds.
                error.set(match name {
                    "timeout_ms" => "1 to 30 seconds".to_owned(),
                    _ => words,
                });
                is_told = true;
            }
        }
        if !is_told {
            // Not every kind has every field: here it is seen in any case.
            self.error.set(failure.message());
        }
    }
}

/// Milliseconds as seconds, without decimals that say nothing.
fn seconds(ms: i64) -> String {
    match ms % 1000 {
        0 => (ms / 1000).to_string(),
        rest => format!("{}.{rest:03}", ms / 1000).trim_end_matches('0').to_owned(),
    }
}

/// The form; nothing for who may not change anything.
pub fn settings(vitals: Vitals, kind: MonitorKind) -> AnyView {
    let domain = vitals.domain.get_value();
    let saved = untrack(|| vitals.monitor(kind, |monitor, _| body_of(monitor, &domain)));
    let Some(saved) = saved.filter(|_| vitals.is_owner) else {
        return ().into_any();
    };
    let entry = Entry::of(&saved);
    // Whoever has not turned it on may want to say first what is checked.
    let is_off = !saved.enabled;
    let enabled = move || vitals.monitor(kind, |monitor, _| monitor.enabled).unwrap_or(false);
    unsaved::watch(move || {
        let now = entry.read(kind, enabled());
        entry.saved.with(|saved| {
            SetMonitor {
                enabled: now.enabled,
                ..saved.clone()
            } != now
        })
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if entry.busy.get_untracked() {
            return;
        }
        let (body, before) = untrack(|| {
            let before = vitals.monitor(kind, |monitor, _| monitor.checked_at.clone()).flatten();
            (entry.read(kind, enabled()), before)
        });
        entry.said.set("");
        entry.hush();
        let sent = body.clone();
        let call = health::set(vitals.desk.site.get_value(), kind, body);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                vitals.awaited.set(sent.enabled.then_some((kind, before)));
                entry.saved.set(sent);
                entry.said.set("Saved");
                vitals.desk.announce.run("Saved".to_owned());
                vitals.health.refresh();
            }
            Err(failure) => entry.complain(&failure),
        };
        vitals.desk.change(entry.busy, Box::pin(call), Box::new(then));
    };
    view! {
        <section aria-labelledby="monitor-settings">
            <details class="card fold" open=is_off>
                <summary><h2 id="monitor-settings">"Settings"</h2></summary>
                <form class="block" on:submit=on_submit novalidate>
                    {fields(entry, kind)}
                    <p class="field-error" role="alert">{entry.error}</p>
                    <div class="actions start">{submit("Save", entry.busy)} <span class="saved">{entry.said}</span></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn fields(entry: Entry, kind: MonitorKind) -> AnyView {
    let intervals = move || {
        let mut offered: Vec<i64> = INTERVALS
            .into_iter()
            .filter(|seconds| *seconds >= least(kind))
            .collect();
        let now = entry.saved.with_untracked(|saved| saved.interval_s.unwrap_or_default());
        if let Err(place) = offered.binary_search(&now) {
            offered.insert(place, now);
        }
        offered
            .into_iter()
            .map(|seconds| (seconds.to_string(), ago::every(seconds)))
            .collect()
    };
    let field =
        |spec: FieldSpec, (value, error): Text| view! { <Field spec=spec value=value error=error /> }.into_any();
    let mut shown = Vec::new();
    if kind != MonitorKind::Domain {
        shown.push(field(URL, entry.url));
    }
    shown.push(select(
        INTERVAL,
        Box::new(intervals),
        entry.interval.0,
        entry.interval.1,
    ));
    if kind != MonitorKind::Lighthouse {
        shown.push(field(TIMEOUT, entry.timeout));
    }
    if kind == MonitorKind::Uptime {
        shown.push(field(KEYWORD, entry.keyword));
        shown.push(field(STATUS, entry.status));
    }
    shown.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_fits_the_kind() {
        let monitor = |kind, url: &str| Monitor {
            kind,
            enabled: true,
            url: url.to_owned(),
            interval_s: 60,
            timeout_ms: 1500,
            keyword: None,
            expected_status: vec!["200".to_owned()],
            outcome: None,
            reason: None,
            checked_at: None,
            next_check_at: None,
        };
        let own = body_of(&monitor(MonitorKind::Uptime, "https://a.example/"), "a.example");
        assert_eq!((own.url, own.timeout_ms), (None, Some(1500)));
        assert_eq!(own.expected_status, Some(vec!["200".to_owned()]));
        let other = body_of(&monitor(MonitorKind::Lighthouse, "https://a.example/x"), "a.example");
        assert_eq!(
            (other.url.as_deref(), other.timeout_ms),
            (Some("https://a.example/x"), None)
        );
        assert_eq!(other.expected_status, None);
        assert_eq!(
            body_of(&monitor(MonitorKind::Domain, "https://b.example/"), "a.example").url,
            None
        );
    }

    #[test]
    fn seconds_are_short() {
        for (ms, text) in [(10_000, "10"), (1500, "1.5"), (1050, "1.05")] {
            assert_eq!(seconds(ms), text);
        }
    }
}
