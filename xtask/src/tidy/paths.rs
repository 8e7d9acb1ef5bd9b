//! The paths (`a::b::c`) that a Rust file names, with `use` trees spread out. Comments and literals do not count.

/// A path and the line on which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Its segments, from the left.
    pub(super) segments: Vec<String>,
    /// The line of its first segment, from 1.
    pub(super) line: usize,
}

impl Path {
    /// Whether it reaches into a crate: `krate::…`, or `use krate`.
    pub(super) fn reaches(&self, krate: &str) -> bool {
        self.segments.len() > 1 && self.segments.first().is_some_and(|first| first == krate)
    }
}

enum Token {
    Word(String),
    Sign(char),
}

/// Finds all paths of two or more segments, and single names after `use`, to which `self` is added.
pub(super) fn of(text: &str) -> Vec<Path> {
    let tokens = tokens(&code_only(text));
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_use = matches!(&tokens[at], (Token::Word(word), _) if word == "use");
        if is_use {
            at = tree(&tokens, at + 1, &[], &mut paths);
        } else {
            at = tree_or_word(&tokens, at, &mut paths);
        }
    }
    paths
}

/// Reads a use tree that begins at `at`, after the segments that lead to it; returns where it ends.
fn tree(tokens: &[(Token, usize)], mut at: usize, lead: &[String], paths: &mut Vec<Path>) -> usize {
    let mut segments = lead.to_vec();
    let mut line = None;
    while let Some((token, here)) = tokens.get(at) {
        match token {
            // Steps over the alias as well.
            Token::Word(word) if word == "as" => at += 1,
            Token::Word(word) => {
                line.get_or_insert(*here);
                segments.push(word.clone());
            }
            Token::Sign(':') => {}
            Token::Sign('*') => segments.push("*".to_owned()),
            Token::Sign('{') => {
                at += 1;
                while !matches!(tokens.get(at), None | Some((Token::Sign('}'), _))) {
                    at = tree(tokens, at, &segments, paths);
                    at += usize::from(matches!(tokens.get(at), Some((Token::Sign(','), _))));
                }
                return at + 1;
            }
            Token::Sign(_) => break,
        }
        at += 1;
    }
    if segments.len() == 1 {
        segments.push("self".to_owned());
    }
    let moved = segments.len() > lead.len();
    if moved {
        paths.push(Path {
            segments,
            line: line.unwrap_or(1),
        });
    }
    // A sign that no use tree holds: step over it unless it closes or separates an outer tree.
    let stays = matches!(tokens.get(at), Some((Token::Sign(',' | '}'), _))) && !lead.is_empty();
    if stays { at } else { at + 1 }
}

/// Reads a path outside `use`, or steps over anything else.
fn tree_or_word(tokens: &[(Token, usize)], mut at: usize, paths: &mut Vec<Path>) -> usize {
    let Some((Token::Word(first), line)) = tokens.get(at) else {
        return at + 1;
    };
    let mut segments = vec![first.clone()];
    while let [(Token::Sign(':'), _), (Token::Sign(':'), _), (Token::Word(next), _), ..] = &tokens[at + 1..] {
        segments.push(next.clone());
        at += 3;
    }
    if segments.len() > 1 {
        paths.push(Path { segments, line: *line });
    }
    at + 1
}

fn tokens(code: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let end = rest
                .find(|it: char| !it.is_alphanumeric() && it != '_')
                .unwrap_or(rest.len());
            if end > 0 {
                tokens.push((Token::Word(rest[..end].to_owned()), index + 1));
                rest = &rest[end..];
            } else {
                if !first.is_whitespace() {
                    tokens.push((Token::Sign(first), index + 1));
                }
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    tokens
}

/// The text with comments and string literals blanked out, line by line.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest).unwrap_or(0);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// The length of the comment or literal that begins here.
fn literal_or_comment(rest: &str) -> Option<usize> {
    let to = |end: Option<usize>| Some(end.unwrap_or(rest.len()));
    if rest.starts_with("//") {
        return to(rest.find('\n'));
    }
    if rest.starts_with("/*") {
        return to(rest.find("*/").map(|at| at + 2));
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let fence = raw.chars().take_while(|it| *it == '#').count();
        if raw[fence..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(fence));
            let start = fence + 2;
            return to(rest[start..].find(&close).map(|at| start + at + close.len()));
        }
    }
    if rest.starts_with("'\"'") || rest.starts_with("'\\") {
        return to(rest[2..].find('\'').map(|at| at + 3));
    }
    if let Some(text) = rest.strip_prefix('"') {
        let mut escaped = false;
        let end = text.char_indices().find(|(_, it)| {
            let closes = *it == '"' && !escaped;
            escaped = *it == '\\' && !escaped;
            closes
        });
        return to(end.map(|(at, _)| at + 2));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn paths_are_found_in_code_only() {
        let cases: [(&str, &[(&str, usize)]); 11] = [
            ("use sqlx;", &[("sqlx::self", 1)]),
            (
                "use a::{b, c::{d as e, self}};\nf::g();",
                &[("a::b", 1), ("a::c::d", 1), ("a::c::self", 1), ("f::g", 2)],
            ),
            ("use a::b::*;", &[("a::b::*", 1)]),
            (
                "pub use a::b;\nuse {c::d, e::f};",
                &[("a::b", 1), ("c::d", 2), ("e::f", 2)],
            ),
            ("// sqlx::query\nlet x = \"sqlx::query\";", &[]),
            ("/* a::b\n*/ c::d", &[("c::d", 2)]),
            ("r#\"a::b\"# r\"a::b\" c::d", &[("c::d", 1)]),
            ("let quote = '\"'; a::b(\"\\\"c::d\\\"\")", &[("a::b", 1)]),
            ("let a: b = c;", &[]),
            (
                "#[derive(sqlx::FromRow)]\nstruct A { b: c::D<e::F> }",
                &[("sqlx::FromRow", 1), ("c::D", 2), ("e::F", 2)],
            ),
            ("impl<'a> A<'a> { fn f(x: &'a str) -> b::C {} }", &[("b::C", 1)]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = of(text)
                .into_iter()
                .map(|path| (path.segments.join("::"), path.line))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(path, line)| ((*path).to_owned(), *line))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
