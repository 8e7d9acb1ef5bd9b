//! Where a visit came from, by name: one table for referring hosts and `utm_source` values.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a source is to its visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A search engine.
    Search,
    /// A chat with a language model.
    Ai,
    /// A place where people talk.
    Social,
    /// A place of videos.
    Video,
    /// A place to buy.
    Shopping,
    /// A mailbox on the web.
    Email,
    /// Any other site.
    Referral,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, or the host or the `utm_source` value when the table does not know it.
    pub name: String,
    /// What it is; none when the table does not know it.
    pub kind: Option<SourceKind>,
}

type Table = HashMap<&'static str, (&'static str, SourceKind)>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let lines = include_str!("../../assets/sources.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let entries = lines.flat_map(|line| {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap_or("");
        let kind = match columns.next().unwrap_or("") {
            "search" => SourceKind::Search,
            "ai" => SourceKind::Ai,
            "social" => SourceKind::Social,
            "video" => SourceKind::Video,
            "shopping" => SourceKind::Shopping,
            "email" => SourceKind::Email,
            _ => SourceKind::Referral,
        };
        columns
            .next()
            .unwrap_or("")
            .split(' ')
            .map(move |key| (key, (name, kind)))
    });
    entries.collect()
});

/// The source of a tag such as `utm_source`.
pub fn of_tag(tag: &str) -> Source {
    let lower = tag.to_lowercase();
    let known = TABLE
        .get(lower.as_str())
        .copied()
        .or_else(|| lower.contains('.').then(|| find_host(&lower)).flatten());
    match known {
        Some((name, kind)) => Source {
            name: name.to_owned(),
            kind: Some(kind),
        },
        None => Source {
            name: tag.to_owned(),
            kind: None,
        },
    }
}

/// The source of a referring host, which is lower-case and without `www.`.
pub fn of_host(host: &str) -> Source {
    match find_host(host) {
        Some((name, kind)) => Source {
            name: name.to_owned(),
            kind: Some(kind),
        },
        None => Source {
            name: host.to_owned(),
            kind: None,
        },
    }
}

/// Tries the host, its `name.*` form, and the same for each parent domain.
fn find_host(host: &str) -> Option<(&'static str, SourceKind)> {
    let mut rest = Some(host);
    while let Some(name) = rest.filter(|name| name.contains('.')) {
        if let Some(found) = TABLE.get(name) {
            return Some(*found);
        }
        let (label, suffix) = name.split_once('.')?;
        // `google.de`, `google.co.uk`; not `google.example.com`.
        if suffix.len() <= 6
            && suffix.split('.').all(|part| part.len() <= 3)
            && let Some(found) = TABLE.get(format!("{label}.*").as_str())
        {
            return Some(*found);
        }
        rest = Some(suffix);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_tags_have_names() {
        use SourceKind::*;
        for (host, name, kind) in [
            ("google.com", "Google", Some(Search)),
            ("google.co.uk", "Google", Some(Search)),
            ("news.google.de", "Google", Some(Search)),
            ("mail.google.com", "Gmail", Some(Email)),
            ("gemini.google.com", "Gemini", Some(Ai)),
            ("google.example.com", "google.example.com", None),
            ("notgoogle.com", "notgoogle.com", None),
            ("l.facebook.com", "Facebook", Some(Social)),
            ("t.co", "X", Some(Social)),
            ("old.reddit.com", "Reddit", Some(Social)),
            ("amazon.com.br", "Amazon", Some(Shopping)),
            ("blog.example.org", "blog.example.org", None),
        ] {
            assert_eq!(
                of_host(host),
                Source {
                    name: name.into(),
                    kind
                },
                "{host}"
            );
        }
        assert_eq!(of_tag("FB").name, "Facebook");
        assert_eq!(
            of_tag("Spring Mailing"),
            Source {
                name: "Spring Mailing".into(),
                kind: None
            }
        );
        assert_eq!(of_tag("www.google.com").name, "Google");
    }
}
