//! A site's picture: what the owner set, or a drawn letter. Always a `data:` URL, so that showing it asks nobody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shared::problem::FieldError;

/// Images are at most so large before encoding.
const MAX_IMAGE_BYTES: usize = 32 * 1024;

/// First bytes of the image types that are taken; SVG is not among them.
const SIGNATURES: [(&str, &[u8]); 6] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
    ("image/x-icon", b"\x00\x00\x01\x00"),
    ("image/vnd.microsoft.icon", b"\x00\x00\x01\x00"),
];

/// Checks an image that the owner sets: a `data:` URL whose bytes are of the type that it names.
pub fn check(pointer: &str, given: &str) -> Result<String, FieldError> {
    let fail = |detail: &str| FieldError::new(pointer, "invalid", detail);
    let parts = given.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    let (kind, encoded) = parts.ok_or_else(|| fail("Send a data: URL in base64"))?;
    if encoded.len() > MAX_IMAGE_BYTES.div_ceil(3) * 4 {
        return Err(FieldError::new(pointer, "too_long", "At most 32 KiB"));
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| fail("The base64 is broken"))?;
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(FieldError::new(pointer, "too_long", "At most 32 KiB"));
    }
    let known = SIGNATURES
        .iter()
        .any(|(name, signature)| *name == kind && bytes.starts_with(signature));
    if known {
        Ok(given.to_owned())
    } else {
        Err(fail("Send a PNG, JPEG, GIF, WebP or ICO image"))
    }
}

/// The domain's first letter on a colour of its own.
pub fn draw(domain: &str) -> String {
    let letter = domain
        .chars()
        .find(char::is_ascii_alphanumeric)
        .unwrap_or('v')
        .to_ascii_uppercase();
    let hue = domain
        .bytes()
        .fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
        % 360;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"7\" \
         fill=\"hsl({hue} 45% 38%)\"/><text x=\"16\" y=\"22\" font-family=\"system-ui,sans-serif\" font-size=\"17\" \
         font-weight=\"600\" fill=\"#fff\" text-anchor=\"middle\">{letter}</text></svg>"
    );
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
