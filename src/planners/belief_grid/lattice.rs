//! The regular grid of a simplex and what lies between its points.
//!
//! Beliefs over n classes at resolution M are the points b with M·b whole: C(M + n − 1, n − 1) of
//! them. In x_i = M (b_i + … + b_n) the simplex is cut into those of Freudenthal (1942), and a belief
//! is a mean of the at most n corners of the one that it lies in. Source: Lovejoy (1991),
//! "Computationally feasible bounds for partially observed Markov decision processes", sec. 3.

use hashbrown::HashMap;

/// How near x must be to a whole number to be one: rounding of a belief.
const WHOLE: f64 = 1e-11;

/// The points of a simplex at a resolution.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    resolution: u32,
    /// Whole numbers that sum to the resolution.
    points: Vec<Box<[u32]>>,
    numbers: HashMap<Box<[u32]>, u32>,
}

impl Lattice {
    /// The grid of beliefs over so many classes.
    pub fn new(classes: usize, resolution: u32) -> Self {
        let mut points = Vec::new();
        fill(&mut vec![0; classes], 0, resolution, &mut points);
        let numbers = points.iter().cloned().zip(0..).collect();
        Self { resolution, points, numbers }
    }

    /// How many points such a grid has; the most there can be where it is more.
    pub fn size(classes: usize, resolution: u32) -> u64 {
        // C(M + n − 1, n − 1), each factor a whole number.
        (1..classes as u128)
            .try_fold(1_u128, |size, k| Some(size.checked_mul(u128::from(resolution) + k)? / k))
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(u64::MAX)
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// The probabilities at a point.
    pub fn weights(&self, point: usize) -> Vec<f64> {
        let whole = f64::from(self.resolution);
        self.points[point].iter().map(|&part| f64::from(part) / whole).collect()
    }

    /// The corners that a belief lies between, each with its share; shares sum to 1.
    pub fn corners(&self, weights: &[f64]) -> Vec<(u32, f64)> {
        let (n, whole) = (weights.len(), f64::from(self.resolution));
        // x_i without its fixed first part, which is the resolution.
        let mut floors = vec![0_u32; n + 1];
        let mut parts: Vec<(usize, f64)> = Vec::with_capacity(n);
        floors[0] = self.resolution;
        let mut above = 0.0;
        for i in (1..n).rev() {
            above += weights[i];
            let x = (whole * above).clamp(0.0, whole);
            let near = x.round();
            let x = if (x - near).abs() < WHOLE * whole { near } else { x };
            floors[i] = x.floor() as u32;
            parts.push((i, x - x.floor()));
        }
        // Of equal parts the lower place first, so that corners stay within the simplex.
        parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut corners = Vec::with_capacity(n);
        let mut share = 1.0;
        for step in 0..=parts.len() {
            let next = parts.get(step).map_or(0.0, |&(_, part)| part);
            if share - next > 0.0 {
                let point: Box<[u32]> =
                    floors.windows(2).map(|pair| pair[0].saturating_sub(pair[1])).collect();
                if let Some(&number) = self.numbers.get(&point) {
                    corners.push((number, share - next));
                }
            }
            if let Some(&(place, part)) = parts.get(step) {
                floors[place] += 1;
                share = part;
            }
        }
        corners
    }
}

fn fill(point: &mut [u32], place: usize, left: u32, points: &mut Vec<Box<[u32]>>) {
    if place + 1 >= point.len() {
        point[place] = left;
        points.push(point.into());
        return;
    }
    for part in (0..=left).rev() {
        point[place] = part;
        fill(point, place + 1, left - part, points);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_grid_has_all_points_once() {
        for (classes, resolution, size) in
            [(1, 7, 1), (2, 10, 11), (3, 4, 15), (4, 3, 20), (5, 2, 15)]
        {
            let lattice = Lattice::new(classes, resolution);
            assert_eq!((lattice.len() as u64, Lattice::size(classes, resolution)), (size, size));
            assert_eq!(lattice.numbers.len(), lattice.len());
        }
        assert_eq!(Lattice::size(3, 100), 5_151);
        assert_eq!(Lattice::size(60, 4_000_000_000), u64::MAX);
    }

    #[test]
    fn a_point_of_the_grid_is_its_own_corner() {
        let lattice = Lattice::new(4, 6);
        for point in 0..lattice.len() {
            assert_eq!(lattice.corners(&lattice.weights(point)), [(point as u32, 1.0)]);
        }
    }

    /// By hand at M = 4: b = (0.4, 0.35, 0.25), x = (4, 2.4, 1): between (4,2,1) and (4,3,1).
    #[test]
    fn corners_are_those_by_hand() {
        let lattice = Lattice::new(3, 4);
        let corners = lattice.corners(&[0.4, 0.35, 0.25]);
        let found: Vec<_> = corners
            .iter()
            .map(|&(point, share)| (lattice.points[point as usize].to_vec(), share))
            .collect();
        assert_eq!(found.len(), 2);
        assert_eq!((&found[0].0, &found[1].0), (&vec![2, 1, 1], &vec![1, 2, 1]));
        assert!((found[0].1 - 0.6).abs() < 1e-12 && (found[1].1 - 0.4).abs() < 1e-12);
    }

    proptest! {
        /// Whatever the belief, it is the mean of its corners, which are its neighbours.
        #[test]
        fn a_belief_is_the_mean_of_its_corners(
            raw in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1.0_f64], 2..6),
            resolution in 1..30_u32,
        ) {
            let sum: f64 = raw.iter().sum();
            prop_assume!(sum > 0.0);
            let belief: Vec<f64> = raw.iter().map(|part| part / sum).collect();
            let lattice = Lattice::new(belief.len(), resolution);
            let corners = lattice.corners(&belief);
            prop_assert!(corners.len() <= belief.len());
            let mut mean = vec![0.0; belief.len()];
            for &(point, share) in &corners {
                prop_assert!(share > 0.0);
                for (place, weight) in lattice.weights(point as usize).into_iter().enumerate() {
                    mean[place] += share * weight;
                    let far = (weight - belief[place]).abs() * f64::from(resolution);
                    prop_assert!(far < 1.0 + 1e-9);
                }
            }
            for (mean, belief) in mean.iter().zip(&belief) {
                prop_assert!((mean - belief).abs() < 1e-9);
            }
        }
    }
}
