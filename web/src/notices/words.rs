//! Silences, states of notices and what stood in their way, in words. Pure.

use crate::ui::status::Level;

/// Why a channel tells nothing, by its word in the API.
pub fn silence(word: &str) -> &'static str {
    match word {
        "unconfirmed" => "Not confirmed yet",
        "off" => "Off",
        "gone" => "The receiver wants nothing more. Turn it on to try again.",
        "mail_off" => "This server sends no mail",
        _ => "It tells nothing",
    }
}

/// What a notice tells.
pub fn event(word: &str) -> &'static str {
    match word {
        "incident.opened" => "Incident opened",
        "incident.closed" => "Incident closed",
        "incident.passed" => "Incident opened and closed",
        "test" => "Test",
        "confirmation" => "Confirmation code",
        _ => "Notice",
    }
}

/// How a notice stands.
pub fn state(word: &str) -> (Level, &'static str) {
    match word {
        "delivered" => (Level::Good, "Delivered"),
        "failed" => (Level::Bad, "Failed"),
        "dropped" => (Level::Off, "Not sent"),
        _ => (Level::Unknown, "Waiting"),
    }
}

/// Why a notice did not arrive, by its word in the API; the word itself when it is of a later version.
pub fn obstacle(word: &str) -> String {
    let known = match word {
        "blocked" => "This server may not reach the address",
        "name_not_found" => "The name has no address",
        "no_connection" => "No connection came about",
        "tls_failed" => "No secure connection came about",
        "timeout" => "No whole answer came in time",
        "broken_answer" => "The answer broke off",
        "wrong_status" => "The answer had an unexpected status",
        "redirected" => "The address leads elsewhere",
        "gone" => "The receiver wants nothing more",
        "mail_off" => "This server sends no mail",
        "mail_refused" => "The mail server refused it",
        "mail_put_off" => "The mail server put it off",
        "channel_off" => "The channel was turned off",
        "overtaken" => "Something newer was told in its place",
        "monitor_changed" => "The monitor was changed or turned off",
        other => return other.replace('_', " "),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::obstacle;

    #[test]
    fn an_obstacle_of_a_later_version_is_readable() {
        assert_eq!(obstacle("gone"), "The receiver wants nothing more");
        assert_eq!(obstacle("carrier_pigeon"), "carrier pigeon");
    }
}
