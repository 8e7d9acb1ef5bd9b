//! Randomness from the operating system, and keyed hashes of secrets.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Lower-case hex digits: share tokens.
pub const HEX: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
];

/// Thirty-two lower-case letters and digits that are hard to confuse (Crockford's): ids and keys.
pub const BASE32: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// The sixty-four characters of a nanoid, which need no escaping in a URL: portal tokens.
pub const NANOID: [char; 64] = nanoid::alphabet::SAFE;

/// Random bytes.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a random source");
    bytes
}

/// Random text of `length` characters of `alphabet`.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
pub fn text(length: usize, alphabet: &[char]) -> String {
    let os = |count| {
        let mut bytes = vec![0; count];
        getrandom::fill(&mut bytes).expect("the operating system has a random source");
        bytes
    };
    nanoid::format(os, alphabet, length)
}

/// HMAC-SHA-256 of `message` under `key`.
pub fn keyed_hash(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The key of a text, for limits by something that has a name.
pub fn limit_key(text: &str) -> u128 {
    let hash = keyed_hash(b"limit", text.as_bytes());
    u128::from_be_bytes(*hash.first_chunk().expect("a hash is longer than half of it"))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a String can't fail");
            hex
        })
}

/// The bytes of lower-case hex; up to the first pair that is none.
pub fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map_while(byte).collect()
}
