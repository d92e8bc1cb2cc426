//! What a picture shows, region by region.

use std::path::Path;

use image::RgbImage;

use super::program::Place;

/// A picture of the window.
pub struct Picture(RgbImage);

/// A colour as LOOK names it, `0x009E73`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u32);

impl Colour {
    fn channels(self) -> [u8; 3] {
        let [_, red, green, blue] = self.0.to_be_bytes();
        [red, green, blue]
    }
}

pub const WORKING: Colour = Colour(0x009E73);
pub const STARVED: Colour = Colour(0x56B4E9);
pub const BLOCKED: Colour = Colour(0xE69F00);
pub const DOWN: Colour = Colour(0xD55E00);
pub const HELD_BACK: Colour = Colour(0x9AA4AE);
pub const SET_UP: Colour = Colour(0xCC79A7);
/// A part, in the dark theme.
pub const PART: Colour = Colour(0xF0C85A);
/// The ground of the stage in the dark theme.
pub const GROUND: Colour = Colour(0x14171A);

/// The colour of a condition by its name.
pub fn of_condition(name: &str) -> Colour {
    match name {
        "working" => WORKING,
        "starved" => STARVED,
        "blocked" => BLOCKED,
        "down" => DOWN,
        "held back" => HELD_BACK,
        "set-up" => SET_UP,
        _ => panic!("{name} is no condition"),
    }
}

impl Picture {
    pub fn open(path: &Path) -> Self {
        Self(image::open(path).unwrap().to_rgb8())
    }

    pub fn size(&self) -> (u32, u32) {
        self.0.dimensions()
    }

    /// How many pixels of a place have a colour, give or take rounding.
    pub fn count(&self, place: &Place, colour: Colour) -> usize {
        let near =
            |pixel: &[u8; 3]| pixel.iter().zip(colour.channels()).all(|(a, b)| a.abs_diff(b) <= 6);
        self.pixels(place).filter(near).count()
    }

    /// How many different colours a place has: 1 where nothing is drawn.
    pub fn colours(&self, place: &Place) -> usize {
        let mut all: Vec<[u8; 3]> = self.pixels(place).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    fn pixels(&self, place: &Place) -> impl Iterator<Item = [u8; 3]> + '_ {
        let (width, height) = self.size();
        let clamp = |value: f64, most: u32| (value.max(0.0) as u32).min(most);
        let columns = clamp(place.left.ceil(), width)..clamp(place.right.floor(), width);
        let lines = clamp(place.top.ceil(), height)..clamp(place.bottom.floor(), height);
        lines.flat_map(move |y| columns.clone().map(move |x| self.0.get_pixel(x, y).0))
    }
}
