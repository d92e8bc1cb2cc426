//! Colour maps for values and differences, and the contrast of two colours.

#![expect(clippy::indexing_slicing, reason = "places are within their tables")]

use egui::Color32;

/// Viridis, the perceptually even map for values: `share` 0 is the lowest value, 1 the highest.
///
/// A polynomial of degree six in each channel (Zucker, 2019, "Colormaps as polynomials", CC0),
/// fitted to the table of Smith and van der Walt (2015, matplotlib, CC0).
pub fn viridis(share: f64) -> Color32 {
    const C: [[f64; 3]; 7] = [
        [0.277_727_327_223_417_7, 0.005_407_344_544_966_578, 0.334_099_805_335_306_1],
        [0.105_093_043_108_577_4, 1.404_613_529_898_575, 1.384_590_162_594_685],
        [-0.330_861_828_725_556_3, 0.214_847_559_468_213, 0.095_095_163_028_236_59],
        [-4.634_230_498_983_486, -5.799_100_973_351_585, -19.332_440_956_279_87],
        [6.228_269_936_347_081, 14.179_933_366_805_09, 56.690_552_600_681_05],
        [4.776_384_997_670_288, -13.745_145_377_746_01, -65.353_032_633_372_34],
        [-5.435_455_855_934_631, 4.645_852_612_178_535, 26.312_435_249_583_2],
    ];
    let t = unit(share);
    let channel = |k: usize| {
        let value = C.iter().rev().fold(0.0, |sum, row| sum * t + row[k]);
        to_byte(value)
    };
    Color32::from_rgb(channel(0), channel(1), channel(2))
}

/// Purple–white–orange for differences: −1 is the most negative, 0 neutral, 1 the most positive.
///
/// The eleven classes of `PuOr` (Brewer, 2003, colorbrewer2.org), safe for the colour-blind, with
/// straight lines between them.
pub fn diverging(signed_share: f64) -> Color32 {
    const TABLE: [u32; 11] = [
        0x2d004b, 0x542788, 0x8073ac, 0xb2abd2, 0xd8daeb, 0xf7f7f7, 0xfee0b6, 0xfdb863, 0xe08214,
        0xb35806, 0x7f3b08,
    ];
    let place = (unit((signed_share + 1.0) / 2.0)) * 10.0;
    let below = (place.floor() as usize).min(9);
    mix(hex(TABLE[below]), hex(TABLE[below + 1]), (place - below as f64) as f32)
}

/// The opaque colour 0xRRGGBB.
pub const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// The colour `share` of the way from `from` to `to`, both opaque, in gamma space.
pub fn mix(from: Color32, to: Color32, share: f32) -> Color32 {
    let channel = |a: u8, b: u8| {
        (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round().clamp(0.0, 255.0) as u8
    };
    Color32::from_rgb(
        channel(from.r(), to.r()),
        channel(from.g(), to.g()),
        channel(from.b(), to.b()),
    )
}

/// The relative luminance of an opaque colour, 0 to 1 (W3C, 2018, WCAG 2.1).
pub fn luminance(colour: Color32) -> f64 {
    let linear = |byte: u8| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}

/// The contrast of two opaque colours, 1 to 21 (W3C, 2018, WCAG 2.1).
pub fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Near-black or white, whichever reads better on this ground.
pub fn ink_on(ground: Color32) -> Color32 {
    const DARK: Color32 = hex(0x0E1114);
    if contrast(ground, DARK) >= contrast(ground, Color32::WHITE) { DARK } else { Color32::WHITE }
}

/// Clamps to 0..=1; what is not a number is 0.
fn unit(share: f64) -> f64 {
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

fn to_byte(channel: f64) -> u8 {
    (channel * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viridis_meets_the_published_table() {
        // Ten evenly spaced rows of matplotlib's table (Smith and van der Walt, 2015).
        let published = [
            0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58,
            0xb5de2b, 0xfde725,
        ];
        for (i, rgb) in published.into_iter().enumerate() {
            let (ours, theirs) = (viridis(i as f64 / 9.0), hex(rgb));
            for (a, b) in [(ours.r(), theirs.r()), (ours.g(), theirs.g()), (ours.b(), theirs.b())] {
                assert!(a.abs_diff(b) <= 5, "row {i}: {ours:?} is not {theirs:?}");
            }
        }
    }

    #[test]
    fn viridis_grows_lighter_and_the_diverging_map_is_lightest_at_zero() {
        for i in 0..100 {
            let (a, b) = (f64::from(i) / 100.0, f64::from(i + 1) / 100.0);
            assert!(luminance(viridis(a)) < luminance(viridis(b)), "viridis falls at {a}");
            assert!(luminance(diverging(a)) >= luminance(diverging(b)), "rises at {a}");
            assert!(luminance(diverging(-a)) >= luminance(diverging(-b)), "rises at -{a}");
        }
        assert_eq!(diverging(0.0), hex(0xf7f7f7));
        assert_eq!(diverging(f64::NAN), diverging(-1.0));
    }

    #[test]
    fn contrast_of_black_and_white_is_21_and_ink_can_always_be_read() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        for i in 0..=100 {
            let share = f64::from(i) / 100.0;
            for ground in [viridis(share), diverging(2.0 * share - 1.0)] {
                assert!(contrast(ink_on(ground), ground) >= 4.3, "{ground:?}");
            }
        }
    }
}
