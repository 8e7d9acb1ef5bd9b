//! Tokens as they are drawn (T19).

use api::kit::secret;
use std::collections::{HashMap, HashSet};

const TOKENS: usize = 1_000_000;
/// Chi-square with 15 degrees of freedom is above this once in some hundred million draws.
const CHI_SQUARE_15: f64 = 65.0;

#[test]
fn t19_a_million_tokens_are_evenly_spread_and_all_different() {
    let tokens = (0..TOKENS).map(|_| secret::text(12, &secret::HEX)).collect::<Vec<_>>();
    let mut counts = vec![HashMap::<u8, usize>::new(); 12];
    for token in &tokens {
        assert_eq!(token.len(), 12);
        for (place, symbol) in token.bytes().enumerate() {
            *counts[place].entry(symbol).or_default() += 1;
        }
    }
    let expected = TOKENS as f64 / 16.0;
    for (place, counts) in counts.iter().enumerate() {
        assert_eq!(counts.len(), 16, "place {place}");
        let deviations = counts
            .values()
            .map(|count| (*count as f64 - expected).powi(2) / expected);
        let chi_square = deviations.sum::<f64>();
        assert!(chi_square < CHI_SQUARE_15, "place {place}: {chi_square}");
    }
    // Of 48 bits, a million draws hold one pair of equals in six hundred runs and two pairs never; the store's unique
    // index refuses the second of a pair.
    let different = tokens.iter().collect::<HashSet<_>>().len();
    assert!(different >= TOKENS - 1, "{different} different tokens");
}
