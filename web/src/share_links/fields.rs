//! What a link's form asks for: name, password, segment, end, and who may frame it.

use crate::client::Failure;
use crate::format::date;
use crate::reports::date::Date;
use crate::ui::area::area;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::select::{Options, select};
use crate::ui::{dynamic, part_if};
use leptos::prelude::*;
use shared::ids::SegmentId;
use shared::patch::Patch;
use shared::problem::ProblemCode;
use shared::segment::Segment;
use shared::share_link::{CreateShareLink, ShareLink, UpdateShareLink};

const NAME: FieldSpec = FieldSpec {
    placeholder: "Client, team or campaign",
    ..FieldSpec::text("link-name", "Name")
};
// It is handed out, and nobody's own: shown while it is chosen, and no business of password managers.
const PASSWORD: FieldSpec = FieldSpec {
    help: "Leave it empty to let everyone with the link in.",
    ..FieldSpec::text("link-password", "Password (optional)")
};
const NEW_PASSWORD: FieldSpec = FieldSpec::text("link-password", "New password");
const PROTECTION: FieldSpec = FieldSpec {
    help: "After a change, everyone has to enter the new one.",
    ..FieldSpec::text("link-protection", "Password")
};
const SEGMENT: FieldSpec = FieldSpec {
    help: "The link shows nothing outside of it.",
    ..FieldSpec::text("link-segment", "Segment")
};
const EXPIRES: FieldSpec = FieldSpec {
    kind: "date",
    help: "The link's last day in the site's time zone. Empty: until it is revoked.",
    ..FieldSpec::text("link-expires", "Expires (optional)")
};
const FRAMES: FieldSpec = FieldSpec {
    help: "Who may show the dashboard inside a page of theirs.",
    ..FieldSpec::text("link-frames", "Embedding")
};
const ORIGINS: FieldSpec = FieldSpec {
    placeholder: "https://client.example",
    help: "One origin a line, such as https://client.example.",
    ..FieldSpec::text("link-origins", "Sites")
};
/// Shorter ones are noted, not refused.
const GOOD_PASSWORD_CHARS: usize = 12;

/// The fields of one form.
#[derive(Clone, Copy)]
pub struct Fields {
    name: Text,
    /// `keep`, `set` or `remove`; only asked of a protected link.
    protection: Text,
    password: Text,
    segment: Text,
    expires: Text,
    /// `none`, `any` or `some`.
    frames: Text,
    origins: Text,
    zone: StoredValue<String>,
    /// The link that is changed.
    before: StoredValue<Option<ShareLink>>,
    start: StoredValue<Start>,
}

/// A field's text and what is wrong with it.
#[derive(Clone, Copy)]
struct Text {
    value: RwSignal<String>,
    error: RwSignal<String>,
}

impl Text {
    fn new(value: impl Into<String>) -> Self {
        Text {
            value: RwSignal::new(value.into()),
            error: RwSignal::new(String::new()),
        }
    }

    fn now(self) -> String {
        self.value.get_untracked()
    }
}

impl Fields {
    /// Fields that say what the link is, or those of a new one.
    pub fn new(before: Option<ShareLink>, zone: &str) -> Self {
        let link = before.as_ref();
        let origins = link.map(|link| link.frame_ancestors.join("\n")).unwrap_or_default();
        let frames = match origins.as_str() {
            "" => "none",
            "*" => "any",
            _ => "some",
        };
        let name = Text::new(link.map(|link| link.name.clone()).unwrap_or_default());
        let protected = link.is_some_and(|link| link.protected);
        let protection = Text::new(if protected { "keep" } else { "set" });
        let password = Text::new("");
        let segment = Text::new(segment_id(link));
        let expires = Text::new(last_day(link, zone));
        let frames = Text::new(frames);
        let origins = Text::new(if frames.now() == "some" { &origins } else { "" });
        let start = Start {
            texts: [name, password, segment, expires, origins].map(Text::now),
            choices: (protection.now(), frames.now()),
        };
        Fields {
            name,
            protection,
            password,
            segment,
            expires,
            frames,
            origins,
            zone: StoredValue::new(zone.to_owned()),
            before: StoredValue::new(before),
            start: StoredValue::new(start),
        }
    }

    /// True when the fields say something that is not saved.
    pub fn is_changed(self) -> bool {
        let fields = [self.name, self.password, self.segment, self.expires, self.origins];
        let now = fields.map(|field| field.value.get());
        let choices = (self.protection.value.get(), self.frames.value.get());
        self.start
            .with_value(|start| now != start.texts || choices != start.choices)
    }

    /// The body that makes a link; `None` when something is missing, which the field says.
    pub fn create_body(self) -> Option<CreateShareLink> {
        let name = self.checked_name()?;
        let password = self.password.now();
        let segment = self.segment.now();
        Some(CreateShareLink {
            name,
            password: (!password.is_empty()).then_some(password),
            segment_id: (!segment.is_empty()).then_some(SegmentId(segment)),
            expires_at: self.expiry(),
            frame_ancestors: self.ancestors()?,
        })
    }

    /// The body that changes the link, with what was changed; `None` when something is missing.
    pub fn update_body(self) -> Option<UpdateShareLink> {
        let name = self.checked_name()?;
        let before = self.before.get_value()?;
        let (protection, password) = (self.protection.now(), self.password.now());
        let password = match protection.as_str() {
            "remove" => Patch::Null,
            "set" if !password.is_empty() => Patch::Value(password),
            "set" if before.protected => {
                self.password.error.set("Enter the new password".to_owned());
                return None;
            }
            _ => Patch::Absent,
        };
        let segment = self.segment.now();
        let expires_changed = self.expires.now() != last_day(Some(&before), &self.zone.get_value());
        let ancestors = self.ancestors()?;
        Some(UpdateShareLink {
            name: changed(name != before.name, Some(name)),
            password,
            segment_id: changed(
                segment != segment_id(Some(&before)),
                (!segment.is_empty()).then_some(SegmentId(segment)),
            ),
            expires_at: changed(expires_changed, self.expiry()),
            frame_ancestors: changed(ancestors != before.frame_ancestors, Some(ancestors)),
        })
    }

    fn checked_name(self) -> Option<String> {
        let name = self.name.now().trim().to_owned();
        if name.is_empty() {
            self.name.error.set("Enter a name".to_owned());
        }
        (!name.is_empty()).then_some(name)
    }

    fn expiry(self) -> Option<String> {
        let day = Date::parse(&self.expires.now())?;
        Some(self.zone.with_value(|zone| date::end_of_day(day, zone)))
    }

    fn ancestors(self) -> Option<Vec<String>> {
        let lines = self.origins.now();
        let origins = lines.split_whitespace().map(str::to_owned);
        match self.frames.now().as_str() {
            "any" => Some(vec!["*".to_owned()]),
            "some" => {
                let origins: Vec<String> = origins.collect();
                if origins.is_empty() {
                    self.origins.error.set("Enter at least one origin".to_owned());
                    return None;
                }
                Some(origins)
            }
            _ => Some(Vec::new()),
        }
    }

    /// Puts what the server has against the form beside its fields.
    pub fn complain(self, failure: &Failure) {
        let mut said = false;
        for (field, name) in [
            (self.password, "password"),
            (self.segment, "segment_id"),
            (self.expires, "expires_at"),
            (self.origins, "frame_ancestors"),
        ] {
            if let Some(words) = failure.within(name) {
                field.error.try_set(words);
                said = true;
            }
        }
        if !said || failure.field("name").is_some() {
            self.name.error.try_set(name_error(failure));
        }
    }

    /// The fields; `segments` are those of the site once they are known.
    pub fn view(self, segments: RwSignal<Vec<Segment>>) -> AnyView {
        let protected = self
            .before
            .with_value(|before| before.as_ref().is_some_and(|link| link.protected));
        let options = move || {
            let all = [(String::new(), "All data".to_owned())];
            let known = segments.get().into_iter().map(|segment| (segment.id.0, segment.name));
            all.into_iter().chain(known).collect::<Options>()
        };
        let frames = || choices(&[("none", "No site"), ("any", "Any site"), ("some", "These sites")]);
        let origins = move || {
            let some = self.frames.value.with(|frames| frames == "some");
            some.then(|| area(ORIGINS, self.origins.value, self.origins.error))
        };
        let protection = protected.then(|| {
            let options = || choices(&[("keep", "Keep it"), ("set", "Change it"), ("remove", "Remove it")]);
            select(
                PROTECTION,
                Box::new(options),
                self.protection.value,
                self.protection.error,
            )
        });
        let password = move || {
            let spec = if protected { NEW_PASSWORD } else { PASSWORD };
            self.protection.value.with(|choice| choice == "set").then(|| {
                view! {
                    <div>
                        <Field spec=spec value=self.password.value error=self.password.error />
                        <p class="field-note" role="status">{dynamic(move || strength(&self.password.value.get()))}</p>
                    </div>
                }
            })
        };
        view! {
            <Field spec=NAME value=self.name.value error=self.name.error />
            {protection}
            {part_if(password)}
            {select(SEGMENT, Box::new(options), self.segment.value, self.segment.error)}
            <Field spec=EXPIRES value=self.expires.value error=self.expires.error />
            {select(FRAMES, Box::new(frames), self.frames.value, self.frames.error)}
            {part_if(origins)}
        }
        .into_any()
    }
}

/// What the fields said at first.
struct Start {
    texts: [String; 5],
    choices: (String, String),
}

fn changed<T>(changed: bool, now: Option<T>) -> Patch<T> {
    match (changed, now) {
        (false, _) => Patch::Absent,
        (true, None) => Patch::Null,
        (true, Some(value)) => Patch::Value(value),
    }
}

fn choices(of: &[(&str, &str)]) -> Options {
    of.iter()
        .map(|(key, label)| ((*key).to_owned(), (*label).to_owned()))
        .collect()
}

fn segment_id(link: Option<&ShareLink>) -> String {
    let segment = link.and_then(|link| link.segment.as_ref());
    segment.map(|segment| segment.id.0.clone()).unwrap_or_default()
}

/// The last whole day of a link, as a date field has it.
fn last_day(link: Option<&ShareLink>, zone: &str) -> String {
    let expires_at = link.and_then(|link| link.expires_at.as_deref());
    let day = expires_at.and_then(|at| date::last_day(at, zone));
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn strength(password: &str) -> String {
    match password.chars().count() {
        1..GOOD_PASSWORD_CHARS => {
            format!("Short passwords can be guessed: better at least {GOOD_PASSWORD_CHARS} characters.")
        }
        _ => String::new(),
    }
}

/// What is wrong with a name, in the words of the product.
fn name_error(failure: &Failure) -> String {
    let known = [
        (ProblemCode::NameTaken, "A link with this name already exists"),
        (
            ProblemCode::NameReserved,
            "This name is reserved. Please choose another one",
        ),
        (
            ProblemCode::LimitReached,
            "The limit is reached. Revoke unused links to free up slots.",
        ),
    ];
    match known.into_iter().find(|(code, _)| failure.is(*code)) {
        Some((_, words)) => words.to_owned(),
        None => failure.field("name").unwrap_or_else(|| failure.message()),
    }
}
