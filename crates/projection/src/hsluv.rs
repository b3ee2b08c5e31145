//! `HSLuv` → sRGB (www.hsluv.org, revision 4), written here because it is a page and a crate brings a build script.

/// XYZ → linear sRGB, D65.
const M: [[f64; 3]; 3] = [
    [3.240_969_941_904_521_4, -1.537_383_177_570_093_5, -0.498_610_760_293_003_3],
    [-0.969_243_636_280_879_8, 1.875_967_501_507_720_7, 0.041_555_057_407_175_61],
    [0.055_630_079_696_993_61, -0.203_976_958_888_976_57, 1.056_971_514_242_878_6],
];
/// Chromaticity of white in CIE 1976 u′v′.
const WHITE_U: f64 = 0.197_830_006_642_836_81;
const WHITE_V: f64 = 0.468_319_994_938_791;
/// CIE constants: below ε the lightness curve is a line of slope κ.
const KAPPA: f64 = 903.296_296_296_296_3;
const EPSILON: f64 = 0.008_856_451_679_035_631;

/// Red, green, blue in 0–1 for a hue in degrees and a lightness strictly between 0 and 100, at full saturation.
pub(crate) fn saturated_rgb(hue: f64, lightness: f64) -> [f64; 3] {
    let (sin, cos) = (sin_degrees(hue), sin_degrees(hue + 90.0));
    let chroma = max_chroma(lightness, sin, cos);
    let u = chroma * cos / (13.0 * lightness) + WHITE_U;
    let v = chroma * sin / (13.0 * lightness) + WHITE_V;
    let luminance = luminance(lightness);
    // Y is the luminance itself; X and Z follow from the chromaticity.
    let xyz =
        [luminance * 9.0 * u / (4.0 * v), luminance, luminance * (12.0 - 3.0 * u - 20.0 * v) / (4.0 * v)];
    M.map(|row| gamma(row.iter().zip(xyz).map(|(weight, part)| weight * part).sum()))
}

/// CIE relative luminance of a lightness.
fn luminance(lightness: f64) -> f64 {
    let cube = ((lightness + 16.0) / 116.0).powi(3);
    if cube > EPSILON { cube } else { lightness / KAPPA }
}

/// The largest chroma that sRGB can show at a lightness and hue. For each channel, the colours where it is 0 or 1 are
/// a line in the u-v plane; the nearest one in the hue's direction is the limit.
fn max_chroma(lightness: f64, sin: f64, cos: f64) -> f64 {
    let sub = luminance(lightness);
    let lines = M.iter().flat_map(|row| [(row, 0.0), (row, 1.0)]).map(|([m1, m2, m3], t)| {
        let top1 = (284_517.0 * m1 - 94_839.0 * m3) * sub;
        let top2 =
            (838_422.0 * m3 + 769_860.0 * m2 + 731_718.0 * m1) * lightness * sub - 769_860.0 * t * lightness;
        let bottom = (632_260.0 * m3 - 126_452.0 * m2) * sub + 126_452.0 * t;
        (top1 / bottom, top2 / bottom)
    });
    let lengths = lines.map(|(slope, intercept)| intercept / (sin - slope * cos));
    lengths.filter(|length| *length >= 0.0).fold(f64::INFINITY, f64::min)
}

/// The sRGB transfer curve.
fn gamma(linear: f64) -> f64 {
    let value = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * five_twelfths(linear) - 0.055 };
    value.clamp(0.0, 1.0)
}

/// `x` to the power of 1/2.4, for `x` from 0.003 to a little above 1: the fifth power of the cube root of the fourth root. The
/// library's power function is made for any exponent and costs 2 KB of the download.
fn five_twelfths(x: f64) -> f64 {
    let fourth = x.sqrt().sqrt();
    // Newton's method; from 1 down to 0.6 five steps are exact to the last digits.
    let root = (0..5).fold(1.0, |root: f64, _| (2.0 * root + fourth / (root * root)) / 3.0);
    root.powi(5)
}

/// The sine of 0 to 450 degrees, to seven digits. The library's is made for any angle and costs 7 KB of the download.
fn sin_degrees(degrees: f64) -> f64 {
    // To -180..180, then folded to -90..90, where the series is short.
    let turned = if degrees > 180.0 { degrees - 360.0 } else { degrees };
    let folded = if turned.abs() > 90.0 { 180.0_f64.copysign(turned) - turned } else { turned };
    let x = folded.to_radians();
    let square = x * x;
    let series = [-39_916_800.0, 362_880.0, -5_040.0, 120.0, -6.0, 1.0];
    x * series.into_iter().fold(0.0, |sum, factorial| sum * square + 1.0 / factorial)
}

#[cfg(test)]
mod tests {
    use super::five_twelfths;

    #[test]
    fn the_short_power_is_exact_enough() {
        for step in 3..1_100 {
            let x = f64::from(step) / 1_000.0;
            assert!((five_twelfths(x) - x.powf(1.0 / 2.4)).abs() < 1e-9, "{x}");
        }
    }
}
