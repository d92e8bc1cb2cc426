//! Features of the named variables, for learners whose values are linear in them: v(s) = wᵀx(s).
//!
//! - **One-hot**: an indicator for each level of each variable, of each pair of variables, or of all
//!   variables together, which is a table.
//! - **Tiles** (Sutton & Barto 2018, sec. 9.5.4): several tilings, each with so many tiles along a
//!   variable and shifted against the others by (1, 3, 5, …)/tilings of a tile in the variables'
//!   order (Miller & Glanz 1996); of each variable, each pair, or all together. Where there are more
//!   tiles than the memory holds, they share places by a hash.
//! - **Polynomial** (sec. 9.5.1): x = Π sᵢ^cᵢ with whole cᵢ from 0 to the order, s scaled to 0 to 1,
//!   and at most so many variables in a term; with all of them the book's. The constant is one.
//!
//! A space need not be countable: only the sizes of the variables are asked for.

#![expect(
    clippy::indexing_slicing,
    reason = "groups and terms name variables of the space that they were made for; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::tabular::{TABLE_LIMIT_BYTES, TableError};
use crate::environments::SettingError;
use crate::mdp::{Level, Space};

/// Which variables are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Together {
    /// Each variable for itself.
    #[default]
    Single,
    /// Each variable for itself, and each pair.
    Pairs,
    /// All variables at once.
    All,
}

/// Which features a learner sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Features {
    /// An indicator for each level, or for each combination of levels.
    OneHot {
        /// Of which variables together. Single by default.
        #[serde(default)]
        of: Together,
    },
    /// Overlapping tiles. A variable with no more levels than tiles has one for each level.
    Tiles {
        /// How many tilings: 1 to 64. 8 by default, a power of two of at least four times the
        /// variables that are looked at together, for these two.
        #[serde(default = "default_tilings")]
        tilings: u32,
        /// How many tiles along a variable: 1 to 1,000. 4 by default.
        #[serde(default = "default_tiles")]
        tiles: u32,
        /// Of which variables together. Pairs by default.
        #[serde(default = "pairs")]
        of: Together,
        /// How many places a group of variables that are looked at together has in memory, at most.
        /// 65,536 by default.
        #[serde(default = "default_memory")]
        memory: u32,
    },
    /// Powers and products.
    Polynomial {
        /// The highest power of a variable: 1 to 16. 2 by default.
        #[serde(default = "two")]
        order: u32,
        /// How many variables a term multiplies at most: 1 to 16. 2 by default.
        #[serde(default = "two")]
        factors: u32,
    },
}

fn default_tilings() -> u32 {
    8
}

fn default_tiles() -> u32 {
    4
}

fn default_memory() -> u32 {
    1 << 16
}

fn two() -> u32 {
    2
}

fn pairs() -> Together {
    Together::Pairs
}

impl Default for Features {
    fn default() -> Self {
        Self::OneHot { of: Together::Pairs }
    }
}

impl Features {
    /// Adds what is wrong with the numbers, their fields named below `path`.
    pub(super) fn fault(self, path: &str, faults: &mut Vec<SettingError>) {
        let mut within = |field: &str, number: u32, most: u32| {
            if !(1..=most).contains(&number) {
                faults.push(SettingError {
                    path: format!("{path}.{field}"),
                    message: format!("{number} is out of range"),
                    remedy: format!("give a whole number from 1 to {most}"),
                });
            }
        };
        match self {
            Self::OneHot { .. } => {}
            Self::Tiles { tilings, tiles, memory, .. } => {
                within("tilings", tilings, 64);
                within("tiles", tiles, 1_000);
                within("memory", memory, 1 << 28);
            }
            Self::Polynomial { order, factors } => {
                within("order", order, 16);
                within("factors", factors, 16);
            }
        }
    }
}

/// So many features are active at once at most: more could not be gone over every beat.
const MOST_ACTIVE: usize = 1 << 16;

/// Variables that are looked at together in one tiling: one feature of theirs is active.
#[derive(Debug, Clone)]
struct Group {
    /// Place, tiles along it, and shift in tiles.
    variables: Vec<(usize, u32, f64)>,
    /// The number of their first feature.
    first: u64,
    /// How many features they have.
    count: u64,
    /// Whether they have more tiles than features.
    hashed: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Groups(Vec<Group>),
    /// The factors of each term: place and power.
    Terms(Vec<Vec<(usize, u32)>>),
}

/// The features of a space.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    /// Lowest level and number of levels of each variable.
    variables: Vec<(Level, u64)>,
    kind: Kind,
    count: usize,
}

/// The features of a state that may be other than 0.
#[derive(Debug, Clone)]
pub struct Active {
    /// Their numbers, each once: tiles share places with others of their tiling alone, of which one
    /// is active at a time.
    pub numbers: Vec<u32>,
    /// What they are: 1 but for polynomials.
    pub values: Vec<f64>,
}

impl Active {
    /// xᵀx, by which a step is divided so that it moves the value by just its share of the error
    /// (Sutton & Barto 2018, eq. 9.19): the number of active features where they are indicators.
    pub fn norm(&self) -> f64 {
        self.values.iter().map(|x| x * x).sum()
    }

    /// wᵀx.
    pub fn dot(&self, weights: &[f64]) -> f64 {
        let terms = self.numbers.iter().zip(&self.values);
        terms.map(|(number, x)| weights[*number as usize] * x).sum()
    }
}

impl FeatureMap {
    /// The features of these variables.
    ///
    /// # Errors
    /// [`TableError::TooLarge`] where there are more than a table may have entries, or too many are
    /// active at once.
    pub fn new(features: Features, space: &Space) -> Result<Self, TableError> {
        let sizes: Vec<u64> = space.variables().iter().map(|variable| variable.size()).collect();
        let variables =
            space.variables().iter().map(|variable| (variable.low, variable.size())).collect();
        let kind = match features {
            Features::OneHot { of } => Kind::Groups(groups(&sizes, of, 1, None)?),
            Features::Tiles { tilings, tiles, of, memory } => {
                Kind::Groups(groups(&sizes, of, tilings.max(1), Some((tiles.max(1), memory)))?)
            }
            Features::Polynomial { order, factors } => {
                Kind::Terms(terms(sizes.len(), order.max(1), factors as usize)?)
            }
        };
        let (count, active) = match &kind {
            Kind::Groups(groups) => {
                let last = groups.last().map_or(0, |group| group.first + group.count);
                (last, groups.len())
            }
            Kind::Terms(terms) => (terms.len() as u64, terms.len()),
        };
        if active > MOST_ACTIVE || count > TABLE_LIMIT_BYTES / 16 {
            return Err(too_many(count));
        }
        Ok(Self { variables, kind, count: count as usize })
    }

    /// How many features there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Room for the active features of a state.
    pub fn room(&self) -> Active {
        let length = match &self.kind {
            Kind::Groups(groups) => groups.len(),
            Kind::Terms(terms) => terms.len(),
        };
        Active { numbers: (0..length as u32).collect(), values: vec![1.0; length] }
    }

    /// Writes the active features of what is seen into room made by [`FeatureMap::room`].
    #[inline]
    pub fn write(&self, levels: &[Level], active: &mut Active) {
        match &self.kind {
            Kind::Groups(groups) => {
                for (number, group) in active.numbers.iter_mut().zip(groups) {
                    *number = (group.first + self.place(group, levels)) as u32;
                }
            }
            Kind::Terms(terms) => {
                for (value, term) in active.values.iter_mut().zip(terms) {
                    *value = term.iter().fold(1.0, |product, &(variable, power)| {
                        product * self.scaled(variable, levels).powi(power as i32)
                    });
                }
            }
        }
    }

    /// What counts once for all features so that every value is this much: the weights to begin with.
    pub(super) fn weight_for(&self, value: f64, feature: usize) -> f64 {
        match &self.kind {
            Kind::Groups(groups) => value / groups.len().max(1) as f64,
            Kind::Terms(_) => {
                if feature == 0 {
                    value
                } else {
                    0.0
                }
            }
        }
    }

    /// The level within 0 and 1; 0 where there is only one.
    #[inline(always)]
    fn scaled(&self, variable: usize, levels: &[Level]) -> f64 {
        let (low, size) = self.variables[variable];
        let above = (i64::from(levels[variable]) - i64::from(low)) as f64;
        above / (size.max(2) - 1) as f64
    }

    /// Which of a group's features is active.
    #[inline(always)]
    fn place(&self, group: &Group, levels: &[Level]) -> u64 {
        let mut place = 0_u64;
        for &(variable, tiles, shift) in &group.variables {
            let (low, size) = self.variables[variable];
            let above = (i64::from(levels[variable]) - i64::from(low)) as u64;
            let coarse = u64::from(tiles) < size;
            let tile = if coarse {
                (above as f64 / size as f64 * f64::from(tiles) + shift) as u64
            } else {
                above
            };
            let along = if coarse { u64::from(tiles) + 1 } else { size };
            place = if group.hashed {
                mixed(place ^ tile.wrapping_mul(0x9E37_79B9_7F4A_7C15))
            } else {
                place * along + tile
            };
        }
        if group.hashed { place % group.count } else { place }
    }
}

/// The mix of SplitMix64 (Steele, Lea & Flood 2014; Stafford's variant 13).
fn mixed(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn too_many(count: u64) -> TableError {
    TableError::too_many_features(count, 1, 16)
}

/// The groups of variables, tiling by tiling. Without tiles every level is one of its own.
fn groups(
    sizes: &[u64],
    of: Together,
    tilings: u32,
    tiles: Option<(u32, u32)>,
) -> Result<Vec<Group>, TableError> {
    let all = 0..sizes.len();
    let mut sets: Vec<Vec<usize>> = match of {
        Together::All => vec![all.clone().collect()],
        Together::Single | Together::Pairs => all.clone().map(|one| vec![one]).collect(),
    };
    if of == Together::Pairs {
        sets.extend(all.clone().flat_map(|one| (one + 1..sizes.len()).map(move |b| vec![one, b])));
    }
    if sets.len().saturating_mul(tilings as usize) > MOST_ACTIVE {
        return Err(too_many(u64::MAX));
    }
    let (mut groups, mut first) = (Vec::new(), 0_u64);
    for set in &sets {
        for tiling in 0..tilings {
            let variables: Vec<(usize, u32, f64)> = set
                .iter()
                .enumerate()
                .map(|(order, &variable)| {
                    let along = tiles.map_or(u32::MAX, |(tiles, _)| tiles);
                    let shift = u64::from(tiling) * (2 * order as u64 + 1) % u64::from(tilings);
                    (variable, along, shift as f64 / f64::from(tilings))
                })
                .collect();
            let along = |&(variable, tiles, _): &(usize, u32, f64)| {
                let size = sizes[variable];
                if u64::from(tiles) < size { u64::from(tiles) + 1 } else { size }
            };
            let places = variables.iter().try_fold(1_u64, |n, one| n.checked_mul(along(one)));
            let memory = tiles.map_or(u64::MAX, |(_, memory)| u64::from(memory));
            let hashed = tiles.is_some() && places.is_none_or(|places| places > memory);
            let count = if hashed { memory.max(1) } else { places.unwrap_or(u64::MAX) };
            let last = first.checked_add(count).filter(|last| *last <= u64::from(u32::MAX));
            groups.push(Group { variables, first, count, hashed });
            first = last.ok_or_else(|| too_many(count))?;
            // Where every level has a tile of its own, shifted tilings would be the same.
            if groups.last().is_some_and(|group| {
                group
                    .variables
                    .iter()
                    .all(|(variable, tiles, _)| u64::from(*tiles) >= sizes[*variable])
            }) {
                break;
            }
        }
    }
    Ok(groups)
}

/// The factors of all terms of so many variables, the constant first, then by their number.
fn terms(
    variables: usize,
    order: u32,
    factors: usize,
) -> Result<Vec<Vec<(usize, u32)>>, TableError> {
    let mut terms: Vec<Vec<(usize, u32)>> = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..factors.min(variables) {
        let to = terms.len();
        for term in from..to {
            let next = terms[term].last().map_or(0, |(variable, _)| variable + 1);
            for variable in next..variables {
                for power in 1..=order {
                    if terms.len() >= MOST_ACTIVE {
                        return Err(too_many(u64::MAX));
                    }
                    let mut longer = terms[term].clone();
                    longer.push((variable, power));
                    terms.push(longer);
                }
            }
        }
        from = to;
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Variable;
    use std::collections::HashSet;

    fn space(sizes: &[Level]) -> Space {
        let variable =
            |(place, size): (usize, &Level)| Variable::count(format!("v{place}"), -1, size - 2, "");
        Space::new(sizes.iter().enumerate().map(variable).collect()).unwrap()
    }

    fn active(map: &FeatureMap, levels: &[Level]) -> Active {
        let mut active = map.room();
        map.write(levels, &mut active);
        active
    }

    #[test]
    fn indicators_are_numbered_variable_by_variable_then_by_pairs() {
        let space = space(&[3, 2]);
        let map = |of| FeatureMap::new(Features::OneHot { of }, &space).unwrap();
        // 3 + 2, then 3 · 2.
        let single = map(Together::Single);
        assert_eq!((single.count(), active(&single, &[1, 0]).numbers), (5, vec![2, 4]));
        let pairs = map(Together::Pairs);
        assert_eq!((pairs.count(), active(&pairs, &[1, 0]).numbers), (11, vec![2, 4, 5 + 5]));
        assert_eq!(active(&pairs, &[1, 0]).norm(), 3.0);
        let all = map(Together::All);
        let mut levels = [0; 2];
        for index in 0..6 {
            space.levels(index, &mut levels);
            assert_eq!(active(&all, &levels).numbers, [index as u32]);
        }
    }

    #[test]
    fn tiles_are_shifted_against_each_other_by_odd_steps() {
        let features = Features::Tiles { tilings: 4, tiles: 2, of: Together::All, memory: 1 << 16 };
        let map = FeatureMap::new(features, &space(&[8, 8])).unwrap();
        // Two tiles and the piece that a shift opens, squared, four times.
        assert_eq!(map.count(), 4 * 9);
        // Tiling t is shifted by t/4 along the first and 3t/4 (modulo 1) along the second variable;
        // a level is a quarter of a tile. Level 3 lies at ¾: with shifts 0, ¼, ½, ¾ in tiles 0, 1,
        // 1, 1; along the second with 0, ¾, ½, ¼ as well in 0, 1, 1, 1.
        assert_eq!(active(&map, &[2, 2]).numbers, [0, 9 + 4, 18 + 4, 27 + 4]);
        // Level 1 lies at ¼: with shift ¾ alone in tile 1.
        assert_eq!(active(&map, &[0, 0]).numbers, [0, 9 + 1, 18, 27 + 3]);
        // Neighbours share all but one or two tiles, far points none.
        let shared = |a: &[Level], b: &[Level]| {
            let (a, b) = (active(&map, a).numbers, active(&map, b).numbers);
            a.iter().filter(|number| b.contains(number)).count()
        };
        assert_eq!(shared(&[-1, -1], &[0, -1]), 3);
        assert_eq!(shared(&[-1, -1], &[6, 6]), 0);
    }

    #[test]
    fn a_variable_of_few_levels_keeps_them_apart() {
        let features = Features::Tiles { tilings: 8, tiles: 4, of: Together::Single, memory: 64 };
        let map = FeatureMap::new(features, &space(&[2, 9])).unwrap();
        // One tiling of two levels; eight of five tiles.
        assert_eq!(map.count(), 2 + 8 * 5);
        assert_eq!(active(&map, &[0, -1]).numbers.len(), 9);
    }

    #[test]
    fn tiles_beyond_memory_share_places_evenly() {
        let features = Features::Tiles { tilings: 1, tiles: 8, of: Together::All, memory: 500 };
        // 40 variables: 8^40 tiles.
        let wide = space(&[8; 40]);
        assert!(wide.count().is_err());
        let map = FeatureMap::new(features, &wide).unwrap();
        assert_eq!(map.count(), 500);
        let key = crate::mdp::Luck::new(1).key("levels");
        let mut places = HashSet::new();
        for point in 0..5_000 {
            let levels: Vec<Level> =
                (0..40).map(|v| (key.uniform(point, v) * 8.0) as Level - 1).collect();
            places.insert(active(&map, &levels).numbers[0]);
        }
        // 5,000 balls leave 500·e⁻¹⁰ = 0.02 of 500 places empty on average.
        assert!(places.len() >= 498, "{}", places.len());
    }

    #[test]
    fn polynomials_are_products_of_powers_within_0_and_1() {
        let features = Features::Polynomial { order: 2, factors: 2 };
        let map = FeatureMap::new(features, &space(&[5, 3])).unwrap();
        // All powers to 2 of two variables: the book's (2 + 1)².
        assert_eq!(map.count(), 9);
        // s = (¾, ½): the constant; s₁, s₁², s₂, s₂²; products.
        let (a, b) = (0.75, 0.5);
        let by_hand = [1.0, a, a * a, b, b * b, a * b, a * b * b, a * a * b, a * a * b * b];
        assert_eq!(active(&map, &[2, 0]).values, by_hand);
        assert_eq!(active(&map, &[2, 0]).dot(&[2.0; 9]), 2.0 * by_hand.iter().sum::<f64>());
        // Three variables, at most two in a term: 1 + 3·2 + 3·4.
        assert_eq!(FeatureMap::new(features, &space(&[5, 3, 4])).unwrap().count(), 19);
    }

    #[test]
    fn too_many_features_are_refused_before_memory_is_taken() {
        let wide = space(&[100; 40]);
        for features in [
            Features::OneHot { of: Together::All },
            Features::Polynomial { order: 16, factors: 16 },
            Features::Tiles { tilings: 64, tiles: 60, of: Together::Pairs, memory: 1 << 28 },
        ] {
            assert!(FeatureMap::new(features, &wide).is_err(), "{features:?}");
        }
        assert_eq!(FeatureMap::new(Features::default(), &wide).unwrap().count(), 4_000 + 7_800_000);
    }

    #[test]
    fn unusable_numbers_are_all_named() {
        let mut faults = Vec::new();
        let of = Together::All;
        Features::Tiles { tilings: 0, tiles: 0, of, memory: 0 }.fault("f", &mut faults);
        Features::Polynomial { order: 17, factors: 0 }.fault("f", &mut faults);
        Features::default().fault("f", &mut faults);
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["f.tilings", "f.tiles", "f.memory", "f.order", "f.factors"]);
    }
}
