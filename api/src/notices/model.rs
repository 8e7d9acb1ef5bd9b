//! Rules of channels and of trying again, and the words in which both are stored. Pure.

use jiff::Timestamp;
use shared::monitor::Incident;
use shared::notice::{ChannelKind, NoticeEvent, NoticeState};

/// Most channels of a site; the schema has as many slots.
pub const MOST_CHANNELS: i64 = 10;
/// A code of confirmation is good for so long.
pub const CODE_LIFE_MS: i64 = 24 * 3_600_000;
/// Wrong codes after which another has to be sent.
pub const MOST_CODE_TRIES: i64 = 5;
/// Characters of a code: 40 bits.
pub const CODE_CHARS: usize = 8;

/// Milliseconds after a failed try until the next: 30 s, 2 min, 10 min, 1 h, 4 h, 12 h. The seventh is the last.
const PAUSES_MS: [i64; 6] = [30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000];
/// A receiver that asks for more patience than this is asked again all the same.
const MOST_PATIENCE_MS: i64 = 3_600_000;

/// When a notice that failed so many times is tried again: milliseconds from now; none when that was the last try.
pub fn pause_ms(attempts: i64, asked_s: Option<i64>) -> Option<i64> {
    let usual = *PAUSES_MS.get(usize::try_from(attempts - 1).ok()?)?;
    let asked = asked_s.unwrap_or(0).saturating_mul(1000).clamp(0, MOST_PATIENCE_MS);
    Some(usual.max(asked))
}

/// The word of a kind, as it is stored.
pub fn kind_word(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Mail => "mail",
        ChannelKind::Webhook => "webhook",
    }
}

/// The kind of a stored word; the schema allows no others.
pub fn kind_of(word: &str) -> ChannelKind {
    match word {
        "mail" => ChannelKind::Mail,
        _ => ChannelKind::Webhook,
    }
}

/// The word of an event, as it is stored and sent.
pub fn event_word(event: NoticeEvent) -> &'static str {
    match event {
        NoticeEvent::IncidentOpened => "incident.opened",
        NoticeEvent::IncidentClosed => "incident.closed",
        NoticeEvent::IncidentPassed => "incident.passed",
        NoticeEvent::Test => "test",
        NoticeEvent::Confirmation => "confirmation",
    }
}

/// The event of a stored word; the schema allows no others.
pub fn event_of(word: &str) -> NoticeEvent {
    match word {
        "incident.opened" => NoticeEvent::IncidentOpened,
        "incident.closed" => NoticeEvent::IncidentClosed,
        "incident.passed" => NoticeEvent::IncidentPassed,
        "confirmation" => NoticeEvent::Confirmation,
        _ => NoticeEvent::Test,
    }
}

/// The state of a stored word; the schema allows no others.
pub fn state_of(word: &str) -> NoticeState {
    match word {
        "waiting" => NoticeState::Waiting,
        "delivered" => NoticeState::Delivered,
        "failed" => NoticeState::Failed,
        _ => NoticeState::Dropped,
    }
}

/// How long an incident lasted, in the two largest units: `1 h 5 min`; none while it lasts.
pub fn length(incident: &Incident) -> Option<String> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let (opened, closed) = (instant(&incident.opened_at)?, instant(incident.closed_at.as_deref()?)?);
    let minutes = (closed.as_second() - opened.as_second()).max(0) / 60;
    let parts = [(minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "min")];
    let told = parts.into_iter().skip_while(|(count, _)| *count == 0).take(2);
    let told = told
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"));
    let told = told.collect::<Vec<_>>().join(" ");
    Some(if told.is_empty() {
        "less than a minute".to_owned()
    } else {
        told
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_end_after_seven() {
        assert_eq!(pause_ms(1, None), Some(30_000));
        assert_eq!(pause_ms(1, Some(90)), Some(90_000));
        assert_eq!(pause_ms(1, Some(i64::MAX)), Some(3_600_000));
        assert_eq!(pause_ms(1, Some(-1)), Some(30_000));
        assert_eq!(pause_ms(6, Some(1)), Some(43_200_000));
        assert_eq!(pause_ms(7, Some(1)), None);
    }
}
