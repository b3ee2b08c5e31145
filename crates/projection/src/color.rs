//! Consistent colours (XEP-0392): the same person has the same hue in every client.

use crate::hsluv::saturated_rgb;
use sha1::{Digest, Sha1};

/// What the colour stands on, or what stands on the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// For white text on it, or as text on white.
    Light,
    /// For black text on it, or as text on black.
    Dark,
}

impl Theme {
    /// `HSLuv` lightness is CIE lightness, so one number per theme keeps every hue above a contrast of 4.5:1 (WCAG AA).
    fn lightness(self) -> f64 {
        match self {
            Self::Light => 45.0,
            Self::Dark => 72.0,
        }
    }
}

/// The hue of a text in degrees, 0 to below 360 (XEP-0392 §5.1). Addresses must be normalised, as `BareJid` is.
pub fn hue(text: &str) -> f64 {
    let digest = Sha1::digest(text.as_bytes());
    let number = digest.iter().take(2).rev().fold(0_u16, |number, byte| number << 8 | u16::from(*byte));
    f64::from(number) / 65_536.0 * 360.0
}

/// The colour of a text as `#rrggbb`.
pub fn hex(text: &str, theme: Theme) -> String {
    let mut out = String::with_capacity(7);
    out.push('#');
    for byte in bytes(hue(text), theme) {
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    out
}

fn bytes(hue: f64, theme: Theme) -> [u8; 3] {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // in 0–1 before, and the cast saturates
    saturated_rgb(hue, theme.lightness()).map(|channel| (channel * 255.0).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// XEP-0392 §13.1: text, hue, red, green, blue at saturation 100 and lightness 50.
    const VECTORS: [(&str, f64, [f64; 3]); 5] = [
        ("Romeo", 327.255_249, [0.865, 0.000, 0.686]),
        ("juliet@capulet.lit", 209.410_400, [0.000, 0.515, 0.573]),
        ("😺", 331.199_341, [0.872, 0.000, 0.659]),
        ("council", 359.994_507, [0.918, 0.000, 0.394]),
        ("Board", 171.430_664, [0.000, 0.527, 0.457]),
    ];

    #[test]
    fn the_vectors_of_the_xep_hold() {
        for (text, angle, rgb) in VECTORS {
            assert!((hue(text) - angle).abs() < 1e-6, "{text}: {}", hue(text));
            let found = saturated_rgb(hue(text), 50.0);
            let near = found.iter().zip(rgb).all(|(found, expected)| (found - expected).abs() <= 0.0005);
            assert!(near, "{text}: {found:?}");
        }
    }

    fn relative_luminance(rgb: [u8; 3]) -> f64 {
        let linear = rgb.map(|byte| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn every_hue_has_contrast() {
        for tenth in 0..3600 {
            let hue = f64::from(tenth) / 10.0;
            let on_white = 1.05 / (relative_luminance(bytes(hue, Theme::Light)) + 0.05);
            let on_black = (relative_luminance(bytes(hue, Theme::Dark)) + 0.05) / 0.05;
            assert!(on_white >= 4.5 && on_black >= 4.5, "{hue}: {on_white} {on_black}");
        }
    }

    #[test]
    fn colours_are_written_for_css() {
        for theme in [Theme::Light, Theme::Dark] {
            let text = hex("romeo@montague.lit", theme);
            assert!(
                text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit()),
                "{text}"
            );
        }
        assert_ne!(hex("a", Theme::Light), hex("a", Theme::Dark));
        assert_ne!(hex("a", Theme::Light), hex("b", Theme::Light));
    }
}
