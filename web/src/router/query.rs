//! Query strings as ordered pairs. Pure.

/// Keys and values in their order; keys may repeat.
pub type Pairs = Vec<(String, String)>;

/// Reads a query string without its `?`. Broken escapes stay as they stand.
pub fn parse(query: &str) -> Pairs {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Writes pairs as a query string with its `?`; nothing gives `?` alone, which links back to the bare page.
pub fn write(pairs: &[(String, String)]) -> String {
    let mut out = String::from("?");
    for (key, value) in pairs {
        if out.len() > 1 {
            out.push('&');
        }
        encode_into(&mut out, key);
        out.push('=');
        encode_into(&mut out, value);
    }
    out
}

/// The first value of a key.
pub fn first<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
}

/// One text, escaped for a query value or a path segment.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode_into(&mut out, text);
    out
}

fn encode_into(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b',' | b'@' => {
                out.push(char::from(byte));
            }
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

/// Undoes the escapes of one key or value; `+` is a space.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| Some((nibble(*bytes.get(at + 1)?)?, nibble(*bytes.get(at + 2)?)?)))
            .flatten();
        match escaped {
            Some((high, low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives_a_round_trip() {
        for text in [
            "",
            "/blog/a b",
            "a&b=c",
            "100%",
            "%41",
            "é🦀",
            "+plus+",
            "a:b,c",
            "\n\t\"<>#?",
        ] {
            let pairs = vec![("f".to_owned(), text.to_owned()), ("f".to_owned(), "x".to_owned())];
            let query = write(&pairs);
            assert_eq!(parse(&query[1..]), pairs, "{text}");
        }
    }

    #[test]
    fn foreign_query_strings_are_read() {
        let cases = [
            ("a=1&b=2", vec![("a", "1"), ("b", "2")]),
            ("a", vec![("a", "")]),
            ("&&a=b=c", vec![("a", "b=c")]),
            ("a=x+y%20z", vec![("a", "x y z")]),
            ("a=%zz%2", vec![("a", "%zz%2")]),
        ];
        for (query, expected) in cases {
            let expected: Pairs = expected
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect();
            assert_eq!(parse(query), expected, "{query}");
        }
    }
}
