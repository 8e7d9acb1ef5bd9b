//! What a `User-Agent` header tells: robot or not, browser, system, kind of device.
//!
//! Patterns are uap-core's and crawler-user-agents' (`assets/agents/README.md`). Answers are cached by header, because a site's
//! visitors share a few hundred of them; the header itself is never stored.

use moka::sync::Cache;
use serde::Deserialize;
use std::sync::{Arc, LazyLock};
use ua_parser::{os, user_agent};

/// Longer headers are cut before they are looked at.
const MAX_BYTES: usize = 512;

/// What is known of a visitor's program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// True for crawlers, monitors, libraries and automated browsers.
    pub is_bot: bool,
    /// Browser; empty when unknown.
    pub browser: String,
    /// Major and minor version.
    pub browser_version: String,
    /// Operating system; empty when unknown.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// Desktop, Mobile, Tablet or TV; empty when unknown.
    pub device: &'static str,
}

struct Patterns {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
    bots: regex_filtered::Regexes,
    cache: Cache<String, Arc<Agent>>,
}

#[derive(Deserialize)]
struct UapCore {
    user_agent_parsers: Vec<user_agent::Parser<'static>>,
    os_parsers: Vec<os::Parser<'static>>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let core: UapCore = serde_json::from_str(include_str!("../../assets/agents/uap-core.json"))
        .expect("the embedded patterns are JSON");
    let browsers = user_agent::Builder::new()
        .push_all(core.user_agent_parsers)
        .expect("embedded patterns compile");
    let systems = os::Builder::new()
        .push_all(core.os_parsers)
        .expect("embedded patterns compile");
    let crawlers = include_str!("../../assets/agents/crawlers.txt").lines();
    let bots = regex_filtered::Builder::new_atom_len(2)
        .push_all(crawlers)
        .expect("embedded patterns compile");
    Patterns {
        browsers: browsers.build().expect("embedded patterns compile"),
        systems: systems.build().expect("embedded patterns compile"),
        bots: bots.build().expect("embedded patterns compile"),
        cache: Cache::new(4096),
    }
});

/// Reads the patterns now, so that the first visit does not wait for them.
pub fn load() {
    LazyLock::force(&PATTERNS);
}

/// What a header tells. No header at all is a robot's.
pub fn of_header(header: &str) -> Arc<Agent> {
    let header = &header[..header.floor_char_boundary(MAX_BYTES)];
    let read = || {
        Arc::new(if header.trim().is_empty() {
            Agent {
                is_bot: true,
                ..Agent::default()
            }
        } else {
            read(header)
        })
    };
    PATTERNS.cache.entry_by_ref(header).or_insert_with(read).into_value()
}

fn read(header: &str) -> Agent {
    let browser = PATTERNS.browsers.extract(header);
    let system = PATTERNS.systems.extract(header);
    let family = browser.as_ref().map_or("", |browser| browser.family.as_ref());
    let os = system.as_ref().map_or("", |system| system.os.as_ref());
    Agent {
        is_bot: PATTERNS.bots.is_match(header),
        browser: browser_name(family).to_owned(),
        browser_version: browser.as_ref().map_or(String::new(), |b| version(b.major, b.minor)),
        os: os_name(os).to_owned(),
        os_version: system
            .as_ref()
            .map_or(String::new(), |s| version(s.major.as_deref(), s.minor.as_deref())),
        device: device(header, os),
    }
}

/// `major.minor`, or what of it is known.
fn version(major: Option<&str>, minor: Option<&str>) -> String {
    match (major, minor) {
        (Some(major), Some(minor)) => format!("{major}.{minor}"),
        (major, _) => major.unwrap_or("").to_owned(),
    }
}

/// One name for a browser on all its platforms.
fn browser_name(family: &str) -> &str {
    match family {
        "Chrome Mobile" | "Chrome Mobile iOS" | "Chrome Mobile WebView" => "Chrome",
        "Mobile Safari" | "Mobile Safari UI/WKWebView" => "Safari",
        "Firefox Mobile" | "Firefox iOS" => "Firefox",
        "Edge Mobile" => "Edge",
        "Opera Mobile" | "Opera Mini" | "Opera Touch" => "Opera",
        "Samsung Internet" => "Samsung Internet",
        "IE" | "IE Mobile" => "Internet Explorer",
        "Brave Mobile" => "Brave",
        "DuckDuckGo Mobile" => "DuckDuckGo",
        "Other" => "",
        family => family,
    }
}

fn os_name(os: &str) -> &str {
    match os {
        "Mac OS X" => "macOS",
        "Ubuntu" | "Fedora" | "Debian" | "Arch Linux" | "Red Hat" | "SUSE" | "Linux" => "Linux",
        "Chrome OS" => "ChromeOS",
        "Other" => "",
        os => os,
    }
}

/// The kind of device, from the words that browsers agree on: tablets on Android leave out `Mobile`. An iPad that asks for
/// desktop pages says that it is a Mac, and no header tells otherwise.
fn device(header: &str, os: &str) -> &'static str {
    let has = |word: &str| header.contains(word);
    let television = [
        "SmartTV", "SMART-TV", "HbbTV", "AppleTV", "GoogleTV", "BRAVIA", "Roku", "AFT", "CrKey", "Web0S", "NetCast",
    ];
    if television.iter().any(|word| has(word)) {
        "TV"
    } else if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) || has("Kindle") || has("Silk/") {
        "Tablet"
    } else if has("Mobi") || has("iPhone") || has("iPod") || has("Android") {
        "Mobile"
    } else if os.is_empty() || os == "Other" {
        ""
    } else {
        "Desktop"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &str) -> (String, String, &'static str) {
        let agent = of_header(header);
        assert!(!agent.is_bot, "{header}");
        (
            format!("{} {}", agent.browser, agent.browser_version),
            format!("{} {}", agent.os, agent.os_version),
            agent.device,
        )
    }

    #[test]
    fn browsers_systems_and_devices_are_told() {
        const WEBKIT: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5";
        const BLINK: &str = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
        for (header, browser, os, device) in [
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36"),
                "Chrome 140.0",
                "Windows 10",
                "Desktop",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36 Edg/140.0.0.0"),
                "Edge 140.0",
                "Windows 10",
                "Desktop",
            ),
            (
                format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Safari/605.1.15"),
                "Safari 17.5",
                "macOS 10.15",
                "Desktop",
            ),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Mobile/15E148 Safari/604.1"),
                "Safari 17.5",
                "iOS 17.5",
                "Mobile",
            ),
            (
                format!("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} Mobile/15E148 Safari/604.1"),
                "Safari 17.5",
                "iOS 17.5",
                "Tablet",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 14; K) {BLINK} Mobile Safari/537.36"),
                "Chrome 140.0",
                "Android 14",
                "Mobile",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 14; K) {BLINK} Safari/537.36"),
                "Chrome 140.0",
                "Android 14",
                "Tablet",
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
                "Firefox 140.0",
                "Linux ",
                "Desktop",
            ),
        ] {
            assert_eq!(told(&header), (browser.to_owned(), os.to_owned(), device), "{header}");
        }
    }

    #[test]
    fn robots_are_told() {
        for header in [
            "",
            " ",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
            "curl/8.5.0",
            "python-requests/2.32",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        ] {
            assert!(of_header(header).is_bot, "{header:?}");
        }
        let long = "Mozilla/5.0 ".to_owned() + &"ü".repeat(5000);
        assert!(!of_header(&long).is_bot);
    }
}
