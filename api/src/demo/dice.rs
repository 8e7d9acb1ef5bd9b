//! Numbers that look random and are the same for the same seed.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to before `end`.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        (self.number() % end.unsigned_abs().max(1)).cast_signed()
    }

    /// A place in a list of so many.
    pub(super) fn index(&mut self, length: usize) -> usize {
        (self.number() % length.max(1) as u64) as usize
    }

    /// True in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of the choices, each as often as its weight says.
    pub(super) fn weighted<T: Clone>(&mut self, choices: impl Iterator<Item = (u32, T)> + Clone) -> T {
        let total: i64 = choices.clone().map(|(weight, _)| i64::from(weight)).sum();
        let mut left = self.below(total);
        let mut last = None;
        for (weight, choice) in choices {
            if left < i64::from(weight) {
                return choice;
            }
            left -= i64::from(weight);
            last = Some(choice);
        }
        last.expect("there is at least one choice")
    }
}
