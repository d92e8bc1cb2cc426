//! What is drawn in the window, drawn once more on paper: as lines ([`svg`]) or as pixels ([`raster`]).
//!
//! The same functions draw it, in the light palette, so that a file shows what the window does.

mod raster;
mod svg;

use super::fonts;
use super::language::Language;
use super::theme::{STEP, Theme};
use egui::epaint::ClippedShape;
use egui::{
    ColorImage, Context, ImageData, Pos2, RawInput, Rect, TextureId, Ui, UiBuilder, Vec2,
    ViewportId,
};

/// So many pixels of a picture are a point.
const PIXELS_PER_POINT: f32 = 2.0;

/// What was drawn.
pub struct Sheet {
    ctx: Context,
    size: Vec2,
    shapes: Vec<ClippedShape>,
    /// The texture in which letters lie.
    letters: ColorImage,
}

impl Sheet {
    /// Draws on a sheet of this size (points), light, in a language.
    pub fn draw(size: Vec2, language: Language, mut draw: impl FnMut(&mut Ui, &Theme)) -> Self {
        let (ctx, theme) = (Context::default(), Theme::LIGHT);
        fonts::install(&ctx);
        theme.apply(&ctx);
        language.set(&ctx);
        let page = Rect::from_min_size(Pos2::ZERO, size);
        let mut letters = ColorImage::new([0, 0], Vec::new());
        let mut shapes = Vec::new();
        // Letters are known from the second pass on, and what keeps its room from the third.
        for _ in 0..3 {
            let mut input = RawInput { screen_rect: Some(page), ..RawInput::default() };
            if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
                viewport.native_pixels_per_point = Some(PIXELS_PER_POINT);
            }
            let output = ctx.run_ui(input, |ui| {
                ui.painter().rect_filled(page, 0.0, theme.panel);
                let builder = UiBuilder::new().max_rect(page.shrink(2.0 * STEP));
                ui.scope_builder(builder, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    draw(ui, &theme);
                });
            });
            let new = output.textures_delta.set.get(&TextureId::default());
            for delta in new.into_iter().flatten() {
                let ImageData::Color(image) = &delta.image;
                match delta.pos {
                    None => letters = (**image).clone(),
                    Some(at) => raster::patch(&mut letters, image, at),
                }
            }
            shapes = output.shapes;
        }
        Self { ctx, size, shapes, letters }
    }

    /// As a picture of lines.
    pub fn svg(&self, title: &str) -> String {
        svg::write(&self.shapes, self.size, title)
    }

    /// As a picture of pixels.
    ///
    /// # Errors
    /// Where it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, image::ImageError> {
        let primitives = self.ctx.tessellate(self.shapes.clone(), PIXELS_PER_POINT);
        let size = self.size * PIXELS_PER_POINT;
        let size = [size.x.round() as usize, size.y.round() as usize];
        raster::png(&primitives, &self.letters, size, PIXELS_PER_POINT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::lettering::Face;
    use egui::{Align2, Color32, Shape, Stroke, pos2, vec2};

    const BLUE: Color32 = Color32::from_rgb(0, 114, 178);

    fn sheet() -> Sheet {
        Sheet::draw(vec2(200.0, 100.0), Language::Chinese, |ui, _| {
            let painter = ui.painter();
            painter.rect_filled(Rect::from_min_max(pos2(20.0, 20.0), pos2(60.0, 40.0)), 0.0, BLUE);
            painter.circle_filled(pos2(150.0, 70.0), 10.0, BLUE);
            let line = vec![pos2(20.0, 90.0), pos2(60.0, 60.0), pos2(100.0, 90.0)];
            painter.add(Shape::line(line, Stroke::new(2.0, BLUE)));
            let face = Face::small(Color32::BLACK);
            face.paint(painter, Align2::LEFT_TOP, pos2(80.0, 20.0), "working");
            face.paint(painter, Align2::LEFT_TOP, pos2(80.0, 40.0), "a < b");
            face.paint_upright(painter, pos2(185.0, 50.0), "beats", 60.0);
        })
    }

    #[test]
    fn a_sheet_is_drawn_as_pixels() {
        let png = sheet().png().unwrap();
        let image = image::load_from_memory(&png).unwrap().to_rgba8();
        assert_eq!(image.dimensions(), (400, 200));
        let at = |x, y| image.get_pixel(x, y).0;
        let blue = BLUE.to_array();
        assert_eq!([at(80, 60), at(300, 140)], [blue, blue]);
        assert_eq!([at(2, 2), at(130, 60), at(300, 165)], [[255; 4]; 3]);
        // Half way up the line, and in letters that lie and letters that stand.
        assert_eq!(at(80, 150), blue);
        let dark = |xs: std::ops::Range<u32>, ys: std::ops::Range<u32>| {
            let all = ys.flat_map(|y| xs.clone().map(move |x| (x, y)));
            all.filter(|(x, y)| at(*x, *y)[0] < 80).count()
        };
        assert!(dark(160..240, 40..70) > 60, "{}", dark(160..240, 40..70));
        assert!(dark(355..390, 70..130) > 20, "{}", dark(355..390, 70..130));
    }

    #[test]
    fn a_sheet_is_drawn_as_lines() {
        let svg = sheet().svg("Three & more");
        assert!(svg.contains("<title>Three &amp; more</title>"), "{svg}");
        // In the language that it was drawn in, at its place and turned.
        assert!(svg.contains(">工作</text>") && svg.contains(">a &lt; b</text>"), "{svg}");
        assert!(svg.contains(">拍</text>") && svg.contains("rotate(-90)"), "{svg}");
        assert!(svg.contains("<circle") && svg.contains("#0072B2"), "{svg}");
        assert!(svg.contains("M20 90L60 60L100 90"), "{svg}");
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}
