//! How lines are told apart: by colour and by dashes, never by colour alone.

/// How many colours there are.
const COLOURS: usize = 6;
/// How many ways a line is dashed.
const DASHES: [&str; 4] = ["solid", "dashed", "dotted", "long"];

/// The number of a line's colour, from 1.
pub(super) fn colour(index: usize) -> String {
    (index % COLOURS + 1).to_string()
}

/// How a line is dashed. Neighbours differ, and no two of the first 24 lines look the same.
pub(super) const fn dash(index: usize) -> &'static str {
    DASHES[(index + index / COLOURS) % DASHES.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_of_twenty_four_lines_look_the_same() {
        let looks: BTreeSet<_> = (0..24).map(|index| (colour(index), dash(index))).collect();
        assert_eq!(looks.len(), 24);
        assert!((1..24).all(|index| dash(index) != dash(index - 1) || colour(index) != colour(index - 1)));
    }
}
