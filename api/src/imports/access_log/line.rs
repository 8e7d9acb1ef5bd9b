//! A line of an access log in the common or combined format, alone or behind the name of its virtual host.
//!
//! Written by hand because the crates at hand build a request with all its headers for each line and stop at the first odd one; this
//! borrows, takes what nginx and Apache write, and says what is wrong with a line.

use jiff::fmt::strtime;
use shared::import::LogFormat;
use std::borrow::Cow;
use std::net::IpAddr;

/// What a line tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// The virtual host, without a port.
    pub host: Option<&'a str>,
    /// The client.
    pub address: IpAddr,
    /// Unix ms.
    pub time_ms: i64,
    /// The request's method.
    pub method: Cow<'a, str>,
    /// What was asked for: path and query, or a whole address.
    pub target: Cow<'a, str>,
    /// The answer's status.
    pub status: u16,
    /// `Referer`; none when there was none or the format does not tell it.
    pub referrer: Option<Cow<'a, str>>,
    /// `User-Agent`; empty when there was none, none when the format does not tell it.
    pub user_agent: Option<Cow<'a, str>>,
}

/// Why a line can't be read.
pub type Fault = &'static str;

/// Reads a line, without its end.
pub fn parse(line: &str, format: LogFormat) -> Result<Line<'_>, Fault> {
    let (first, rest) = word(line).ok_or("the line is empty")?;
    let is_address = first.parse::<IpAddr>().ok();
    let (host, client, rest) = match (format, is_address) {
        (LogFormat::Vhost, _) | (LogFormat::Auto, None) => {
            let (client, rest) = word(rest).ok_or("there is no client address")?;
            (Some(without_port(first)), client, rest)
        }
        _ => (None, first, rest),
    };
    let address = client.parse::<IpAddr>().map_err(|_| "the client is no IP address")?;
    let (_, rest) = rest.split_once('[').ok_or("there is no time in brackets")?;
    let (time, rest) = rest.split_once(']').ok_or("there is no time in brackets")?;
    let time = strtime::parse("%d/%b/%Y:%H:%M:%S %z", time).and_then(|time| time.to_timestamp());
    let time_ms = time.map_err(|_| "the time can't be read")?.as_millisecond();
    let (request, rest) = quoted(rest).ok_or("there is no request in quotes")?;
    let (status, rest) = word(rest).ok_or("there is no status")?;
    let status = status.parse().map_err(|_| "the status is no number")?;
    let (_bytes, rest) = word(rest).unwrap_or(("", ""));
    let told = match format {
        LogFormat::Common => None,
        _ => quoted(rest).and_then(|(referrer, rest)| Some((referrer, quoted(rest)?.0))),
    };
    if format == LogFormat::Combined && told.is_none() {
        return Err("there is no referrer and user agent in quotes");
    }
    let (referrer, user_agent) = told.unzip();
    let (method, target) = request_line(request).ok_or("the request can't be read")?;
    Ok(Line {
        host,
        address,
        time_ms,
        method,
        target,
        status,
        referrer: referrer.filter(|text| *text != "-" && !text.is_empty()),
        user_agent: user_agent.map(|text| if text == "-" { Cow::Borrowed("") } else { text }),
    })
}

/// The next word and what follows its blank.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (!word.is_empty()).then_some((word, rest))
}

/// The next text in quotes, and what follows them.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let text = text.trim_start_matches(' ').strip_prefix('"')?;
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['"', '\\'])?;
        if text.as_bytes()[at] == b'"' {
            return Some((unescaped(&text[..at]), &text[at + 1..]));
        }
        // What is escaped is one character of ASCII, or the line ends here.
        from = at + 1 + text[at + 1..].chars().next()?.len_utf8();
    }
}

/// nginx writes `\x22` for a quote, Apache `\"`.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let hex = |from: &[u8]| u8::from_str_radix(std::str::from_utf8(from.get(1..3)?).ok()?, 16).ok();
        match rest.first() {
            Some(b'x') if hex(rest).is_some() => {
                bytes.extend(hex(rest));
                rest = &rest[3..];
            }
            Some(b't' | b'n' | b'r' | b'b' | b'v') => rest = &rest[1..],
            Some(&escaped) => {
                bytes.push(escaped);
                rest = &rest[1..];
            }
            None => bytes.push(b'\\'),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Method and target of `GET /path HTTP/1.1`; the version may be missing, as in HTTP/0.9.
fn request_line(request: Cow<'_, str>) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let parts = |request: &str| {
        let (method, rest) = request.split_once(' ')?;
        let target = rest.rsplit_once(" HTTP/").map_or(rest, |(target, _)| target);
        (!target.is_empty()).then_some((method.len(), target.len()))
    };
    let (method, target) = parts(&request)?;
    Some(match request {
        Cow::Borrowed(text) => (
            Cow::Borrowed(&text[..method]),
            Cow::Borrowed(&text[method + 1..method + 1 + target]),
        ),
        Cow::Owned(text) => (
            Cow::Owned(text[..method].to_owned()),
            Cow::Owned(text[method + 1..method + 1 + target].to_owned()),
        ),
    })
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: &str = r#"192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.html HTTP/1.0" 200 2326"#;

    #[test]
    fn the_formats_are_read() {
        let line = parse(COMMON, LogFormat::Auto).unwrap();
        assert_eq!(
            (line.host, line.method.as_ref(), line.target.as_ref(), line.status),
            (None, "GET", "/apache_pb.html", 200)
        );
        assert_eq!(
            (line.time_ms, line.referrer, line.user_agent),
            (971_211_336_000, None, None)
        );
        let combined = format!(r#"{COMMON} "https://a.example/?q=1" "Mozilla/5.0 \"x\"" "203.0.113.9""#);
        let line = parse(&combined, LogFormat::Auto).unwrap();
        assert_eq!(line.referrer.as_deref(), Some("https://a.example/?q=1"));
        assert_eq!(line.user_agent.as_deref(), Some(r#"Mozilla/5.0 "x""#));
        for format in [LogFormat::Auto, LogFormat::Vhost] {
            let vhost = format!(r#"www.a.example:443 {COMMON} "-" "-""#);
            let line = parse(&vhost, format).unwrap();
            assert_eq!(
                (line.host, line.referrer, line.user_agent.as_deref()),
                (Some("www.a.example"), None, Some(""))
            );
        }
        let nginx =
            r#"2001:db8::1 - - [29/Feb/2024:23:59:59 +0530] "GET /caf\xC3\xA9?a=\x22b\x22 HTTP/2.0" 304 0 "-" "UA""#;
        let line = parse(nginx, LogFormat::Combined).unwrap();
        assert_eq!(line.target, "/café?a=\"b\"");
        assert_eq!(line.address, "2001:db8::1".parse::<IpAddr>().unwrap());
        let common = parse(&combined, LogFormat::Common).unwrap();
        assert_eq!(common.user_agent, None, "the rest is not looked at");
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (line, format, fault) in [
            ("", LogFormat::Auto, "the line is empty"),
            ("a.example", LogFormat::Auto, "there is no client address"),
            (
                "a.example client.example - - [x]",
                LogFormat::Auto,
                "the client is no IP address",
            ),
            ("192.0.2.7 - - no time", LogFormat::Auto, "there is no time in brackets"),
            (
                "192.0.2.7 - - [32/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 1",
                LogFormat::Auto,
                "the time can't be read",
            ),
            (
                "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] \"\\",
                LogFormat::Auto,
                "there is no request in quotes",
            ),
            (
                "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] \"\\x16\\x03\" 400 1",
                LogFormat::Auto,
                "the request can't be read",
            ),
            (
                "192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" x",
                LogFormat::Auto,
                "the status is no number",
            ),
            (
                COMMON,
                LogFormat::Combined,
                "there is no referrer and user agent in quotes",
            ),
        ] {
            assert_eq!(parse(line, format).unwrap_err(), fault, "{line}");
        }
    }
}
