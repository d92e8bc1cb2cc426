//! Shapes as an SVG: each shape as what it is, letters as text.

use std::fmt::Write as _;

use crate::experiment::comparison::report::escaped;
use crate::workbench::fonts;
use egui::epaint::{
    CircleShape, ClippedShape, ColorMode, PathShape, PathStroke, RectShape, TextShape,
};
use egui::{Color32, FontFamily, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2};

/// The shapes as a picture of this size.
pub fn write(shapes: &[ClippedShape], size: Vec2, title: &str) -> String {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" \
         font-family=\"Inter, 'Noto Sans SC', sans-serif\">\n<title>{}</title>\n",
        size.x,
        size.y,
        escaped(title)
    );
    let page = Rect::from_min_size(Pos2::ZERO, size);
    for (number, each) in shapes.iter().enumerate() {
        let mut drawn = String::new();
        shape(&mut drawn, &each.shape);
        if drawn.is_empty() {
            continue;
        }
        let clip = each.clip_rect.intersect(page);
        let around = each.shape.visual_bounding_rect();
        if clip.contains_rect(around) || clip.contains_rect(page) {
            text += &drawn;
        } else if clip.is_positive() && clip.intersects(around) {
            let _ = write!(
                text,
                "<clipPath id=\"c{number}\">{}/></clipPath>\n<g clip-path=\"url(#c{number})\">\n{drawn}\
                 </g>\n",
                rectangle(clip, 0.0)
            );
        }
    }
    text + "</svg>\n"
}

fn shape(text: &mut String, drawn: &Shape) {
    match drawn {
        Shape::Noop | Shape::Callback(_) => {}
        Shape::Vec(shapes) => shapes.iter().for_each(|one| shape(text, one)),
        Shape::Rect(rect) => rect_shape(text, rect),
        Shape::Circle(CircleShape { center, radius, fill, stroke, .. }) => {
            let (x, y, r) = (short(center.x), short(center.y), short(*radius));
            let paint = filled(*fill) + &stroked(stroke.width, stroke.color);
            let _ = writeln!(text, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{paint}/>");
        }
        Shape::Ellipse(ellipse) => {
            let (at, radius) = (ellipse.center, ellipse.radius);
            let [x, y, rx, ry] = [at.x, at.y, radius.x, radius.y].map(short);
            let paint = filled(ellipse.fill) + &stroked(ellipse.stroke.width, ellipse.stroke.color);
            let _ =
                writeln!(text, "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\"{paint}/>");
        }
        Shape::LineSegment { points, stroke } => {
            path(text, points, false, Color32::TRANSPARENT, *stroke);
        }
        Shape::Path(PathShape { points, closed, fill, stroke }) => {
            path(text, points, *closed, *fill, plain(stroke));
        }
        Shape::QuadraticBezier(curve) => {
            path(text, &curve.flatten(None), curve.closed, curve.fill, plain(&curve.stroke));
        }
        Shape::CubicBezier(curve) => {
            path(text, &curve.flatten(None), curve.closed, curve.fill, plain(&curve.stroke));
        }
        Shape::Text(words) => text_shape(text, words),
        Shape::Mesh(triangles) => mesh(text, triangles),
    }
}

/// A colour in sRGB and how opaque it is.
fn colour(colour: Color32) -> (String, f32) {
    let [red, green, blue, alpha] = colour.to_srgba_unmultiplied();
    (format!("#{red:02X}{green:02X}{blue:02X}"), f32::from(alpha) / 255.0)
}

fn filled(fill: Color32) -> String {
    match colour(fill) {
        (_, 0.0) => " fill=\"none\"".to_owned(),
        (hex, 1.0) => format!(" fill=\"{hex}\""),
        (hex, alpha) => format!(" fill=\"{hex}\" fill-opacity=\"{}\"", short(alpha)),
    }
}

fn stroked(width: f32, ink: Color32) -> String {
    match colour(ink) {
        (_, 0.0) => String::new(),
        _ if width <= 0.0 => String::new(),
        (hex, alpha) => {
            let opacity = match alpha {
                1.0 => String::new(),
                alpha => format!(" stroke-opacity=\"{}\"", short(alpha)),
            };
            format!(" stroke=\"{hex}\" stroke-width=\"{}\"{opacity}", short(width))
        }
    }
}

fn plain(stroke: &PathStroke) -> Stroke {
    match stroke.color {
        ColorMode::Solid(ink) => Stroke::new(stroke.width, ink),
        ColorMode::UV(_) => Stroke::NONE,
    }
}

/// A number with two decimals at most.
fn short(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rectangle(rect: Rect, radius: f32) -> String {
    let [x, y, width, height] = [rect.left(), rect.top(), rect.width(), rect.height()].map(short);
    let round = if radius > 0.0 { format!(" rx=\"{}\"", short(radius)) } else { String::new() };
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{round}")
}

fn rect_shape(text: &mut String, shape: &RectShape) {
    let paint = filled(shape.fill) + &stroked(shape.stroke.width, shape.stroke.color);
    if !shape.rect.is_positive() || paint == " fill=\"none\"" {
        return;
    }
    // An SVG draws a stroke on the edge, half of it inside.
    let half = shape.stroke.width / 2.0;
    let rect = match shape.stroke_kind {
        StrokeKind::Inside => shape.rect.shrink(half),
        StrokeKind::Middle => shape.rect,
        StrokeKind::Outside => shape.rect.expand(half),
    };
    let _ = writeln!(text, "{}{paint}/>", rectangle(rect, f32::from(shape.corner_radius.nw)));
}

fn path(text: &mut String, points: &[Pos2], closed: bool, fill: Color32, stroke: Stroke) {
    let paint = filled(fill) + &stroked(stroke.width, stroke.color);
    if points.len() < 2 || paint == " fill=\"none\"" {
        return;
    }
    let _ = writeln!(text, "<path d=\"{}\"{paint}/>", way(points, closed));
}

/// "M1 2L3 4Z".
fn way(points: &[Pos2], closed: bool) -> String {
    let mut way = String::new();
    for (place, point) in points.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        let _ = write!(way, "{letter}{} {}", short(point.x), short(point.y));
    }
    if closed {
        way.push('Z');
    }
    way
}

fn text_shape(text: &mut String, shape: &TextShape) {
    let format = shape.galley.job.sections.first().map(|section| &section.format);
    let Some(format) = format else { return };
    let own =
        if format.color == Color32::PLACEHOLDER { shape.fallback_color } else { format.color };
    let ink = shape.override_text_color.unwrap_or(own).gamma_multiply(shape.opacity_factor);
    let weight = match &format.font_id.family {
        family if *family == fonts::semi_bold() => " font-weight=\"600\"",
        family if *family == fonts::medium() => " font-weight=\"500\"",
        FontFamily::Proportional | FontFamily::Monospace | FontFamily::Name(_) => "",
    };
    let turned = match shape.angle {
        0.0 => String::new(),
        angle => format!(" rotate({})", short(angle.to_degrees())),
    };
    for row in &shape.galley.rows {
        let letters: String = row.row.glyphs.iter().map(|glyph| glyph.chr).collect();
        let (Some(first), false) = (row.row.glyphs.first(), letters.trim().is_empty()) else {
            continue;
        };
        // Where the letters are in their row, turned with it around the shape's corner.
        let at = row.pos + first.pos.to_vec2();
        let _ = writeln!(
            text,
            "<text transform=\"translate({} {}){turned}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{weight}{}>{}\
             </text>",
            short(shape.pos.x),
            short(shape.pos.y),
            short(at.x),
            short(at.y),
            short(format.font_id.size),
            filled(ink),
            escaped(&letters)
        );
    }
}

/// Triangles of one colour after one another are one path; a hair of stroke closes their seams.
fn mesh(text: &mut String, mesh: &Mesh) {
    let mut open: Option<(Color32, String)> = None;
    for corners in mesh.indices.chunks_exact(3) {
        let corner = |place: &u32| mesh.vertices.get(*place as usize);
        let corners: Vec<_> = corners.iter().filter_map(corner).collect();
        let Some(first) = corners.first() else { continue };
        let places: Vec<Pos2> = corners.iter().map(|corner| corner.pos).collect();
        match &mut open {
            Some((ink, ways)) if *ink == first.color => *ways += &way(&places, true),
            _ => {
                write_mesh(text, open.take());
                open = Some((first.color, way(&places, true)));
            }
        }
    }
    write_mesh(text, open);
}

fn write_mesh(text: &mut String, drawn: Option<(Color32, String)>) {
    if let Some((ink, ways)) = drawn {
        let paint = filled(ink) + &stroked(0.3, ink);
        let _ = writeln!(text, "<path d=\"{ways}\"{paint}/>");
    }
}
