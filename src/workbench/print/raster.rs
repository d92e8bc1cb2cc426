//! Triangles as pixels, blended as egui means them: in gamma space, with colours multiplied by their
//! alpha.

#![expect(clippy::indexing_slicing, reason = "rows and columns are within the picture; a hot loop")]

use egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use egui::{Color32, ColorImage, Pos2, Rect};
use image::{ExtendedColorType, ImageEncoder, ImageError, codecs::png::PngEncoder};

/// Puts a part of a texture in its place.
pub fn patch(texture: &mut ColorImage, part: &ColorImage, [left, top]: [usize; 2]) {
    let ([wide, _], [width, height]) = (texture.size, part.size);
    for row in 0..height {
        let (to, from) = ((top + row) * wide + left, row * width);
        let Some(to) = texture.pixels.get_mut(to..to + width) else { return };
        to.copy_from_slice(&part.pixels[from..from + width]);
    }
}

/// A picture of these triangles on white, so many pixels wide and high.
///
/// # Errors
/// Where it cannot be encoded.
pub fn png(
    primitives: &[ClippedPrimitive],
    letters: &ColorImage,
    [width, height]: [usize; 2],
    pixels_per_point: f32,
) -> Result<Vec<u8>, ImageError> {
    let mut picture = Picture { width, height, pixels: vec![[255.0; 3]; width * height] };
    for ClippedPrimitive { clip_rect, primitive } in primitives {
        let Primitive::Mesh(mesh) = primitive else { continue };
        let clip = *clip_rect * pixels_per_point;
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |place: usize| mesh.vertices.get(corners[place] as usize);
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                picture.fill([a, b, c], pixels_per_point, clip, letters);
            }
        }
    }
    let rgb: Vec<u8> =
        picture.pixels.iter().flatten().map(|channel| channel.round() as u8).collect();
    let mut encoded = Vec::new();
    let (width, height) = (width as u32, height as u32);
    PngEncoder::new(&mut encoded).write_image(&rgb, width, height, ExtendedColorType::Rgb8)?;
    Ok(encoded)
}

struct Picture {
    width: usize,
    height: usize,
    /// Red, green and blue, 0 to 255.
    pixels: Vec<[f32; 3]>,
}

impl Picture {
    /// Fills one triangle. Of two that share an edge only one has the pixels on it.
    fn fill(&mut self, corners: [&Vertex; 3], scale: f32, clip: Rect, letters: &ColorImage) {
        let [a, mut b, mut c] = corners;
        let twice = cross(a.pos, b.pos, c.pos);
        if twice == 0.0 || !twice.is_finite() {
            return;
        }
        if twice < 0.0 {
            std::mem::swap(&mut b, &mut c);
        }
        let corners = [a, b, c];
        let places = corners.map(|corner| corner.pos * scale);
        let twice = cross(places[0], places[1], places[2]);
        let around = Rect::from_points(&places).intersect(clip);
        let end = |at: f32, most: usize| at.clamp(0.0, most as f32).round() as usize;
        // A pixel is where its middle is.
        let (left, right) = (end(around.left(), self.width), end(around.right(), self.width));
        let (top, bottom) = (end(around.top(), self.height), end(around.bottom(), self.height));
        for y in top..bottom {
            for x in left..right {
                let at = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
                let edge = |from: usize, to: usize| {
                    let (from, to) = (places[from], places[to]);
                    let side = cross(from, to, at);
                    let owns = to.y < from.y || to.y == from.y && to.x > from.x;
                    (side > 0.0 || side == 0.0 && owns).then_some(side / twice)
                };
                let (Some(wa), Some(wb), Some(wc)) = (edge(1, 2), edge(2, 0), edge(0, 1)) else {
                    continue;
                };
                let ink = ink(corners, [wa, wb, wc], letters);
                let pixel = &mut self.pixels[y * self.width + x];
                for (below, above) in pixel.iter_mut().zip(&ink) {
                    *below = (above + *below * (1.0 - ink[3] / 255.0)).clamp(0.0, 255.0);
                }
            }
        }
    }
}

/// Twice the area of a triangle, above 0 where its corners go round clockwise on the screen.
fn cross(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b - a).x * (c - a).y - (b - a).y * (c - a).x
}

/// The colour within a triangle: that of its corners, by their weights, times that of the texture.
fn ink(corners: [&Vertex; 3], weights: [f32; 3], letters: &ColorImage) -> [f32; 4] {
    let mut ink = [0.0; 4];
    let (mut u, mut v) = (0.0, 0.0);
    for (corner, weight) in corners.iter().zip(weights) {
        for (channel, value) in ink.iter_mut().zip(corner.color.to_array()) {
            *channel += weight * f32::from(value);
        }
        u += weight * corner.uv.x;
        v += weight * corner.uv.y;
    }
    let texel = texel(letters, u, v);
    for (channel, value) in ink.iter_mut().zip(texel) {
        *channel *= value / 255.0;
    }
    ink
}

/// The texture at a place from 0 to 1, between its four nearest texels.
fn texel(texture: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let [width, height] = texture.size;
    let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let at = |x: f32, y: f32| {
        let column = (x.max(0.0) as usize).min(width.saturating_sub(1));
        let row = (y.max(0.0) as usize).min(height.saturating_sub(1));
        let found = texture.pixels.get(row * width + column).copied();
        found.unwrap_or(Color32::WHITE).to_array().map(f32::from)
    };
    let (right, below) = (x - left, y - top);
    let mix = |one: [f32; 4], other: [f32; 4], share: f32| {
        let mut mixed = one;
        mixed.iter_mut().zip(other).for_each(|(one, other)| *one += (other - *one) * share);
        mixed
    };
    let above = mix(at(left, top), at(left + 1.0, top), right);
    mix(above, mix(at(left, top + 1.0), at(left + 1.0, top + 1.0), right), below)
}
