//! Secrets that find their way into addresses are cut out before anything is stored.

/// What stands for a value that was cut out.
pub const REDACTED: &str = "(redacted)";

/// Query keys whose values are secrets or personal, whatever they look like.
const SECRET_KEYS: &[&str] = &[
    "auth",
    "token",
    "key",
    "password",
    "passwd",
    "pwd",
    "pass",
    "secret",
    "code",
    "email",
    "mail",
    "session",
    "sid",
    "signature",
    "sig",
    "jwt",
    "otp",
    "apikey",
    "hash",
    "credential",
];

/// Cuts secrets out of the query and the fragment's query of an address, and a user's name and password out of its
/// authority. Text that is no address comes back as it is, unless all of it looks like a secret.
pub fn address(text: &str) -> String {
    let (before, after) = match text.split_once('?') {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    };
    let before = without_user(before);
    match after {
        Some(after) => format!("{before}?{}", query(after)),
        None if before.contains("://") || before.starts_with('/') => before,
        None => value(&before).to_owned(),
    }
}

/// Cuts secret values out of `a=b&c=d`, with a fragment or not.
pub fn query(text: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if is_secret_key(key) => format!("{key}={REDACTED}"),
        Some((key, given)) => match given.split_once('#') {
            Some((given, fragment)) => format!("{key}={}#{fragment}", value(given)),
            None => format!("{key}={}", value(given)),
        },
        None => value(pair).to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// A value, or the mark in its place when it looks like a secret or an e-mail address.
pub fn value(text: &str) -> &str {
    if looks_secret(text) { REDACTED } else { text }
}

/// True for the name of a secret: `token`, `access_token`, `user[password]`, `apiKey`.
pub fn is_secret_key(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let camel_end =
        |word: &str| lower.ends_with(word) && matches!(word, "token" | "password" | "secret" | "key" | "email");
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| SECRET_KEYS.contains(&word)) || SECRET_KEYS.iter().any(|word| camel_end(word))
}

fn looks_secret(text: &str) -> bool {
    is_email(text) || is_long_hex(text) || is_long_base64(text)
}

fn is_email(text: &str) -> bool {
    let decoded = text.replace("%40", "@");
    let mut parts = decoded.split('@');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(host), None) => {
            !user.is_empty() && host.contains('.') && !decoded.contains(['/', ' ']) && !host.starts_with('.')
        }
        _ => false,
    }
}

fn is_long_hex(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| *byte != b'-');
    text.len() >= 24 && digits.clone().count() >= 24 && digits.into_iter().all(|byte| byte.is_ascii_hexdigit())
}

/// Long, of base64's characters, and with letters of both cases and digits, which words and slugs do not have together.
fn is_long_base64(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
    bytes.len() >= 32
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_.~%".contains(byte))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// `https://user:password@host/` without the user.
fn without_user(text: &str) -> String {
    if let Some((scheme, rest)) = text.split_once("://") {
        let end = rest.find('/').unwrap_or(rest.len());
        if let Some(at) = rest[..end].rfind('@') {
            return format!("{scheme}://{}", &rest[at + 1..]);
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out() {
        let long = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0";
        for (given, kept) in [
            (
                "https://a.example/x?page=2&token=abc".to_owned(),
                "https://a.example/x?page=2&token=(redacted)",
            ),
            (
                "https://a.example/x?access_token=abc&q=1".into(),
                "https://a.example/x?access_token=(redacted)&q=1",
            ),
            (
                "https://a.example/x?apiKey=abc".into(),
                "https://a.example/x?apiKey=(redacted)",
            ),
            (
                "https://a.example/share/b.example?auth=0123456789ab".into(),
                "https://a.example/share/b.example?auth=(redacted)",
            ),
            (
                "https://a.example/x?to=jane%40b.example".into(),
                "https://a.example/x?to=(redacted)",
            ),
            (
                format!("https://a.example/x?j={long}"),
                "https://a.example/x?j=(redacted)",
            ),
            (
                "https://a.example/?id=0f8fad5b-d9cb-469f-a165-70867728950e".into(),
                "https://a.example/?id=(redacted)",
            ),
            ("https://jane:pw@a.example/x".into(), "https://a.example/x"),
            (
                "https://a.example/very/long/path-of-words-and-2-Numbers-in-it".into(),
                "https://a.example/very/long/path-of-words-and-2-Numbers-in-it",
            ),
            (
                "/settings?tab=profile&keyword=monkey".into(),
                "/settings?tab=profile&keyword=monkey",
            ),
            ("jane@b.example".into(), "(redacted)"),
            ("pro plan".into(), "pro plan"),
        ] {
            assert_eq!(address(&given), kept, "{given}");
        }
    }
}
