//! Paths with stars, as goals and shields name pages. Pure.

/// The regular expression of a text in which `*` stands for anything within a segment, and `**` for anything at all.
pub fn pattern(text: &str) -> String {
    let any = text.split("**").map(|part| {
        let segments: Vec<String> = part.split('*').map(regex::escape).collect();
        segments.join("[^/]*")
    });
    format!("^{}$", any.collect::<Vec<_>>().join(".*"))
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn stars_stand_for_segments_and_double_stars_for_anything() {
        let cases = [
            ("/blog/*", "/blog/one", true),
            ("/blog/*", "/blog/one/two", false),
            ("/blog/*", "/blog/", true),
            ("/blog/**", "/blog/one/two", true),
            ("/*/edit", "/a.b/edit", true),
            ("/a.b*", "/axb", false),
            ("**/done", "/shop/done", true),
            ("/a*", "/b/a", false),
            ("*.example.org", "a.b.example.org", true),
            ("*.example.org", "example.org", false),
        ];
        for (text, page, matches) in cases {
            let pattern = regex::Regex::new(&pattern(text)).expect("it is a pattern");
            assert_eq!(pattern.is_match(page), matches, "{text} {page}");
        }
    }
}
