//! Chance that can be repeated.

/// Numbers that follow from a seed: xorshift.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero, and small seeds begin alike.
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).max(1));
        dice.roll(2);
        dice
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides.max(1)
    }
}
