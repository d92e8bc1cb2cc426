//! Luck is addressed, not consumed: the k-th uniform of a source in a beat is a fixed function of
//! (seed, replication, episode, source's name, beat, k).
//!
//! Two agents on one seed therefore meet the same uniforms in every beat however differently they
//! act (common random numbers; Law 2015, ch. 11), a new machine changes nobody else's luck, and no
//! position has to be saved.
//!
//! The generator is counter-based in the sense of Salmon et al. (2011): a keyed mix of a 64-bit
//! counter. The mix is the finaliser of SplitMix64 (Steele, Lea & Flood 2014; constants of
//! Stafford's variant 13) with a second key word injected between its rounds, so that the streams
//! of two keys are not shifted copies of one another. It is named `takt-luck-1`; a changed formula
//! would be a new name, since saved runs replay by it.

#![expect(clippy::indexing_slicing, reason = "sources are numbered by the environment; a hot loop")]

use std::convert::Infallible;

/// The name and version of the generator, as written in saved runs.
pub const GENERATOR: &str = "takt-luck-1";

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
/// Beats are counted in 48 bits, draws of one source within a beat in the 16 above them.
const BEAT_BITS: u32 = 48;

#[inline(always)]
fn finalise(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The counter of a beat's first draw, spread over all bits.
#[inline(always)]
fn spread(beat: u64) -> u64 {
    (beat & ((1 << BEAT_BITS) - 1)).wrapping_mul(GOLDEN)
}

/// How far the spread counter of a later draw of the same beat lies from that of the first.
#[inline(always)]
fn further(draw: u16) -> u64 {
    u64::from(draw).wrapping_mul(GOLDEN << BEAT_BITS)
}

/// The key of one source: all its uniforms in one episode follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    first: u64,
    second: u64,
}

impl Key {
    /// The k-th 64 random bits of beat `beat` (modulo 2⁴⁸; k modulo 2¹⁶).
    #[inline(always)]
    pub fn bits(self, beat: u64, draw: u16) -> u64 {
        self.mix(spread(beat).wrapping_add(further(draw)))
    }

    #[inline(always)]
    fn mix(self, spread_counter: u64) -> u64 {
        let mut z = spread_counter.wrapping_add(self.first);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ self.second;
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// The k-th uniform of beat `beat`, in [0, 1), a multiple of 2⁻⁵³.
    #[inline(always)]
    pub fn uniform(self, beat: u64, draw: u16) -> f64 {
        fraction(self.bits(beat, draw))
    }
}

/// How many of its bits a uniform keeps, the upper ones.
const KEPT_BITS: u32 = 53;

/// The upper 53 bits as a number in [0, 1).
#[inline(always)]
fn fraction(bits: u64) -> f64 {
    // A signed conversion is one instruction, an unsigned one several.
    (bits >> (u64::BITS - KEPT_BITS)) as i64 as f64 * (1.0 / (1_u64 << KEPT_BITS) as f64)
}

/// The least number of 2⁻⁵³ that is not below a sum of probabilities: [`DrawLuck::grains`] reaches
/// it if, and only if, the uniform of the same draw is not below the sum.
pub fn grains_of(sum: f64) -> u64 {
    // Exact: a power of two changes no digit.
    (sum * (1_u64 << KEPT_BITS) as f64).ceil() as u64
}

/// Whose luck: the seed of a run, which replication of it and which episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Luck {
    /// The seed that the user sees and sets.
    pub seed: u64,
    /// The replication's number, from 0.
    pub replication: u64,
    /// The episode's number, from 0; a continuing run is episode 0.
    pub episode: u64,
}

impl Luck {
    /// The luck of a run with this seed, first replication and episode.
    pub fn new(seed: u64) -> Self {
        Self { seed, replication: 0, episode: 0 }
    }

    /// The key of the source of this name. Names, not positions, address the luck.
    pub fn key(self, source: &str) -> Key {
        // FNV-1a over the name; the mixes below spread it over all bits.
        let name = source.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        let mut hash = finalise(self.seed.wrapping_add(GOLDEN));
        for word in [self.replication, self.episode, name] {
            hash = finalise(hash ^ word.wrapping_mul(GOLDEN).wrapping_add(0x2545_F491_4F6C_DD1D));
        }
        Key { first: hash, second: finalise(hash.wrapping_add(GOLDEN)) }
    }
}

/// All uniforms of one draw of a source, whichever the beat.
#[derive(Debug, Clone, Copy)]
pub struct DrawLuck {
    key: Key,
}

impl DrawLuck {
    /// The uniform of the beat of this counter, as a number of 2⁻⁵³.
    #[inline(always)]
    pub fn grains(self, beat: BeatCounter) -> u64 {
        self.key.mix(beat.0) >> (u64::BITS - KEPT_BITS)
    }
}

/// A beat as the luck of draws takes it.
#[derive(Debug, Clone, Copy)]
pub struct BeatCounter(u64);

impl BeatCounter {
    /// The counter of a beat.
    #[inline(always)]
    pub fn of(beat: u64) -> Self {
        Self(spread(beat))
    }
}

/// The luck of a list of sources, with the number of draws each has made in this beat.
#[derive(Debug, Clone)]
pub struct Dice {
    sources: Vec<SourceLuck>,
    /// The beat's number as [`Key::mix`] takes it for the first draw.
    spread: u64,
    /// Which of the first 64 sources have drawn in this beat, a bit each. Most draw once: what is
    /// compiled together with the turn to a beat then needs no count at all.
    drawn: u64,
    /// How often a beat was turned to. Counts of draws belong to a turn, so that turning needs not
    /// clear them all.
    turn: u64,
}

#[derive(Debug, Clone)]
struct SourceLuck {
    key: Key,
    /// The turn in which `draws` was counted.
    turn: u64,
    draws: u16,
}

impl Dice {
    /// Dice for the named sources, set to beat 0.
    pub fn new<S: AsRef<str>>(luck: Luck, sources: &[S]) -> Self {
        let source = |name: &S| SourceLuck { key: luck.key(name.as_ref()), turn: 0, draws: 0 };
        Self { sources: sources.iter().map(source).collect(), spread: 0, drawn: 0, turn: 1 }
    }

    /// Gives the same sources another luck, at beat 0, in place.
    pub fn reseed<S: AsRef<str>>(&mut self, luck: Luck, sources: &[S]) {
        for (source, name) in self.sources.iter_mut().zip(sources) {
            source.key = luck.key(name.as_ref());
        }
        self.turn_to(0);
    }

    /// Turns to a beat: every source starts again at its draw number 0.
    #[inline(always)]
    pub fn turn_to(&mut self, beat: u64) {
        self.spread = spread(beat);
        self.drawn = 0;
        self.turn = self.turn.wrapping_add(1);
    }

    /// The next uniform of a source in this beat, in [0, 1).
    #[inline(always)]
    pub fn uniform(&mut self, source: usize) -> f64 {
        let bit = if source < 64 { 1 << source } else { 0 };
        if bit & !self.drawn != 0 {
            self.drawn |= bit;
            fraction(self.sources[source].key.mix(self.spread))
        } else {
            self.further(source)
        }
    }

    /// A uniform of a source that has drawn in this beat, or that has no bit.
    #[cold]
    #[inline(never)]
    fn further(&mut self, number: usize) -> f64 {
        let source = &mut self.sources[number];
        if source.turn == self.turn {
            source.draws = source.draws.wrapping_add(1);
        } else {
            source.turn = self.turn;
            source.draws = u16::from(number < 64);
        }
        fraction(source.key.mix(self.spread.wrapping_add(further(source.draws))))
    }

    /// The uniforms of a source's draw of this number, from 0, in all beats under the luck that it has
    /// now. They are for who counts the draws: here these are not counted.
    pub fn luck_of(&self, source: usize, draw: u16) -> DrawLuck {
        let Key { first, second } = self.sources[source].key;
        DrawLuck { key: Key { first: first.wrapping_add(further(draw)), second } }
    }

    /// An integer below `count` by inversion: ⌊u · count⌋, so that its bias is below 2⁻⁵³ · count.
    #[inline]
    pub fn below(&mut self, source: usize, count: usize) -> usize {
        ((self.uniform(source) * count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// One source's luck as a `rand` generator that walks along beats 0, 1, 2, …
#[derive(Debug, Clone)]
pub struct LuckRng {
    key: Key,
    position: u64,
}

impl LuckRng {
    /// The generator of one source.
    pub fn new(key: Key) -> Self {
        Self { key, position: 0 }
    }
}

impl rand::TryRng for LuckRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let bits = self.key.bits(self.position, 0);
        self.position = self.position.wrapping_add(1);
        Ok(bits)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pearson's correlation of two streams of n uniforms is about normal(0, 1/n).
    fn correlation(x: &[f64], y: &[f64]) -> f64 {
        let covariance: f64 = x.iter().zip(y).map(|(x, y)| (x - 0.5) * (y - 0.5)).sum();
        covariance * 12.0 / x.len() as f64
    }

    #[test]
    fn formula_is_frozen() {
        // Recomputed in another language from the description above; saved runs depend on it.
        let key = Luck { seed: 7, replication: 1, episode: 2 }.key("mill");
        assert_eq!(key.bits(0, 0), FROZEN.0);
        assert_eq!(key.bits(123_456_789, 3), FROZEN.1);
    }
    const FROZEN: (u64, u64) = (0x50824D372AAD5D08, 0xCB617010353B4241);

    #[test]
    fn neighbouring_sources_beats_draws_and_seeds_are_uncorrelated() {
        let n = 200_000_u64;
        let stream = |seed, episode, name: &str, lag: u64, draw| -> Vec<f64> {
            let key = Luck { seed, replication: 0, episode }.key(name);
            (0..n).map(|beat| key.uniform(beat + lag, draw)).collect()
        };
        let base = stream(1, 0, "machine 1", 0, 0);
        let others = [
            stream(1, 0, "machine 2", 0, 0),
            stream(1, 0, "machine 1", 1, 0),
            stream(1, 0, "machine 1", 2, 0),
            stream(1, 0, "machine 1", 0, 1),
            stream(1, 1, "machine 1", 0, 0),
            stream(2, 0, "machine 1", 0, 0),
        ];
        for (which, other) in others.iter().enumerate() {
            let z = correlation(&base, other) * (n as f64).sqrt();
            assert!(z.abs() < 4.5, "stream {which}: z = {z}");
        }
    }

    #[test]
    fn uniforms_are_uniform_by_chi_square() {
        for name in ["a", "b", "machine 12"] {
            let key = Luck::new(99).key(name);
            let mut cells = [0_f64; 256];
            let n = 512_000_u64;
            for beat in 0..n {
                cells[(key.uniform(beat, 0) * 256.0) as usize] += 1.0;
            }
            let expected = n as f64 / 256.0;
            let chi2: f64 = cells.iter().map(|c| (c - expected).powi(2) / expected).sum();
            // 255 degrees of freedom: mean 255, standard deviation 22.6; five of them.
            assert!((chi2 - 255.0).abs() < 5.0 * 22.6, "{name}: {chi2}");
        }
    }

    #[test]
    fn every_output_bit_is_fair_and_flips_with_every_counter_bit() {
        let key = Luck::new(3).key("x");
        for flip in 0..20 {
            let mut ones = [0_u32; 64];
            for beat in 0..4_000_u64 {
                let changed = key.bits(beat, 0) ^ key.bits(beat ^ (1 << flip), 0);
                for (bit, count) in ones.iter_mut().enumerate() {
                    *count += (changed >> bit & 1) as u32;
                }
            }
            // Binomial(4000, ½): standard deviation 31.6 (pairs repeat, so allow for twice that).
            assert!(ones.iter().all(|&n| (i64::from(n) - 2_000).abs() < 320), "{flip}: {ones:?}");
        }
    }

    #[test]
    fn dice_count_draws_within_a_beat() {
        let mut dice = Dice::new(Luck::new(5), &["a", "b"]);
        dice.turn_to(9);
        let (a0, b0, a1) = (dice.uniform(0), dice.uniform(1), dice.uniform(0));
        let key = Luck::new(5).key("a");
        assert_eq!((a0, a1), (key.uniform(9, 0), key.uniform(9, 1)));
        assert_eq!(b0, Luck::new(5).key("b").uniform(9, 0));
        let grains = dice.luck_of(0, 1).grains(BeatCounter::of(9));
        assert_eq!(a1, grains as f64 / 2.0_f64.powi(53));
        assert_eq!(dice.uniform(0), key.uniform(9, 2), "looking at a draw does not count it");
        dice.turn_to(9);
        assert_eq!(dice.uniform(0), a0);
    }

    #[test]
    fn grains_are_below_a_sum_as_their_uniform_is() {
        let grain = 2.0_f64.powi(-53);
        let key = Luck::new(8).key("sums");
        let drawn = (0..2_000).map(|beat| key.uniform(beat, 0));
        // Sums with more digits than a uniform has, and those at the ends.
        let ends = [0.0, -0.0, 1e-300, grain, 0.5, 1.0 - grain, 1.0, 1.0 + 1e-12, f64::INFINITY];
        for sum in drawn.flat_map(|u| [u, u / 3.0, u * 1e-9]).chain(ends) {
            let near = grains_of(sum).min((1 << 53) - 1);
            for grains in [0, near.saturating_sub(1), near, (near + 1).min((1 << 53) - 1)] {
                let u = grains as f64 * grain;
                assert_eq!(grains >= grains_of(sum), u >= sum, "{grains} against {sum}");
            }
        }
    }

    #[test]
    fn any_number_of_sources_draws_any_number_of_times() {
        let names: Vec<String> = (0..130).map(|number| format!("source {number}")).collect();
        let mut dice = Dice::new(Luck::new(5), &names);
        for beat in [0, 9, 9, 4] {
            dice.turn_to(beat);
            for draw in 0..4 {
                for (source, name) in names.iter().enumerate() {
                    let expected = Luck::new(5).key(name).uniform(beat, draw);
                    assert_eq!(dice.uniform(source), expected, "{name}, beat {beat}, draw {draw}");
                }
            }
        }
    }

    #[test]
    fn serves_as_a_rand_generator() {
        use rand::{Rng, RngExt};
        let key = Luck::new(11).key("rand");
        let mut generator = LuckRng::new(key);
        assert_eq!(generator.next_u64(), key.bits(0, 0));
        let mean = (0..10_000).map(|_| generator.random::<f64>()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 5.0 * (1.0 / 12.0_f64 / 10_000.0).sqrt());
    }
}
