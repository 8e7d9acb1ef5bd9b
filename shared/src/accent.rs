//! An accent colour that people can read: four colours from one, their contrast proven by a test over a grid of all colours.
//!
//! Lightness is moved in OKLCH (Ottosson 2020), so that the hue stays; chroma shrinks until sRGB has the colour. Contrast is that of
//! WCAG 2. The server computes the colours when a brand is saved; the app computes the same ones for its preview. Pure.

use serde::{Deserialize, Serialize};

/// The lightest background of the light theme on which an accent stands, and the lightest of the dark one: where its contrast is least.
const LIGHT: [u8; 3] = [0xfa, 0xfa, 0xfa];
const DARK: [u8; 3] = [0x15, 0x15, 0x19];
/// What WCAG 2 asks of text.
const LEAST_CONTRAST: f64 = 4.5;
/// A step of OKLCH lightness.
const STEP: f64 = 0.005;
const WHITE: [u8; 3] = [0xff; 3];
const INK: [u8; 3] = [0x11; 3];

/// The colours of one theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccentColours {
    /// The accent (`#rrggbb`): links, lines, the ring.
    pub accent: String,
    /// Text on the accent (`#rrggbb`).
    pub on_accent: String,
}

/// What an accent colour comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Accent {
    /// On light backgrounds.
    pub light: AccentColours,
    /// On dark backgrounds.
    pub dark: AccentColours,
}

impl Accent {
    /// The colours of `#rrggbb`, in lower or upper case; none of any other text.
    pub fn of(hex: &str) -> Option<Self> {
        let colour = parse(hex)?;
        let theme = |background, towards| {
            let accent = readable(colour, background, towards);
            let on_accent = if contrast(accent, WHITE) >= contrast(accent, INK) {
                WHITE
            } else {
                INK
            };
            AccentColours {
                accent: text(accent),
                on_accent: text(on_accent),
            }
        };
        Some(Self {
            light: theme(LIGHT, -STEP),
            dark: theme(DARK, STEP),
        })
    }
}

fn parse(hex: &str) -> Option<[u8; 3]> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

fn text([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The colour itself if it can be read on the background, or the nearest in lightness that can.
fn readable(colour: [u8; 3], background: [u8; 3], step: f64) -> [u8; 3] {
    if contrast(colour, background) >= LEAST_CONTRAST {
        return colour;
    }
    let [mut lightness, a, b] = oklab(colour);
    let (chroma, hue) = (a.hypot(b), b.atan2(a));
    loop {
        lightness += step;
        // Black or white is readable on either background, so the walk ends.
        let found = within_srgb(lightness.clamp(0.0, 1.0), chroma, hue);
        if contrast(found, background) >= LEAST_CONTRAST || !(0.0..=1.0).contains(&lightness) {
            return found;
        }
    }
}

/// The colour of a lightness and hue with as much of the chroma as sRGB has.
fn within_srgb(lightness: f64, most_chroma: f64, hue: f64) -> [u8; 3] {
    let mut chroma = most_chroma;
    loop {
        let linear = linear([lightness, chroma * hue.cos(), chroma * hue.sin()]);
        if chroma <= 0.0 || linear.iter().all(|channel| (-1e-4..=1.0001).contains(channel)) {
            return linear.map(|channel| (encode(channel.clamp(0.0, 1.0)) * 255.0).round() as u8);
        }
        chroma -= 0.004;
        chroma = chroma.max(0.0);
    }
}

/// WCAG 2's contrast, 1 to 21.
pub(crate) fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(decode);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// sRGB to linear light.
fn decode(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light to sRGB.
fn encode(value: f64) -> f64 {
    if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    }
}

fn oklab(colour: [u8; 3]) -> [f64; 3] {
    let [red, green, blue] = colour.map(decode);
    let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
    let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
    let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
    [
        0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short,
    ]
}

fn linear([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_a_grid_becomes_readable() {
        let mut kept = 0;
        for n in 0..16 * 16 * 16_u32 {
            let colour = [n / 256, n / 16 % 16, n % 16].map(|channel| (channel * 17) as u8);
            let accent = Accent::of(&text(colour)).unwrap();
            for (colours, background) in [(&accent.light, LIGHT), (&accent.dark, DARK)] {
                let found = parse(&colours.accent).unwrap();
                let on = parse(&colours.on_accent).unwrap();
                let least = contrast(found, background).min(contrast(found, on));
                assert!(least >= 4.5, "{} became {found:?}: {least}", text(colour));
            }
            kept += u32::from(accent.light.accent == text(colour));
        }
        assert!(kept > 1000, "{kept} of 4,096 can be read as they are");
    }

    #[test]
    fn a_colour_that_can_be_read_is_kept() {
        let dark_teal = Accent::of("#0F766E").unwrap();
        assert_eq!(dark_teal.light.accent, "#0f766e");
        assert_ne!(dark_teal.dark.accent, "#0f766e");
        let yellow = Accent::of("#ffd400").unwrap();
        assert_eq!(
            (yellow.dark.accent.as_str(), yellow.dark.on_accent.as_str()),
            ("#ffd400", "#111111")
        );
        assert_ne!(yellow.light.accent, "#ffd400");
    }

    /// T44.
    #[test]
    fn what_is_no_colour_is_none() {
        for given in [
            "red;}body{background:url(//x)",
            "url(//x)",
            "#fff</style><script>",
            "var(--x)",
            "expression(alert(1))",
            "#12345g",
            "#12345678",
            "#fff",
            "ffffff",
            "",
            "#ééé",
        ] {
            assert_eq!(Accent::of(given), None, "{given}");
        }
    }
}
