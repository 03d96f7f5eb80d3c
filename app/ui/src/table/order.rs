//! By which column a list is sorted, and which way.

use std::cmp::Ordering;

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The value of the `aria-sort` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// By which column a list is sorted, and which way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column's id.
    pub column: String,
    /// Which way.
    pub direction: Direction,
}

impl Sort {
    /// Sorted by `column`, smallest first.
    pub fn ascending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            direction: Direction::Ascending,
        }
    }

    /// Sorted by `column`, largest first.
    pub fn descending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            direction: Direction::Descending,
        }
    }

    /// What a press on the header of `column` makes of `current`: ascending, descending, then unsorted.
    #[must_use]
    pub fn next(current: Option<&Self>, column: &str) -> Option<Self> {
        match current {
            Some(sort) if sort.column == column => match sort.direction {
                Direction::Ascending => Some(Self::descending(column)),
                Direction::Descending => None,
            },
            _ => Some(Self::ascending(column)),
        }
    }
}

/// The positions of `rows` in sorted order. Equal rows keep their order, whichever way it goes.
pub(super) fn sorted_positions<T>(
    rows: &[T],
    direction: Direction,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..rows.len()).collect();
    positions.sort_by(|left, right| {
        let order = compare(&rows[*left], &rows[*right]);
        match direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    });
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_turns_through_three_states() {
        let first = Sort::next(None, "name");
        assert_eq!(first, Some(Sort::ascending("name")));
        let second = Sort::next(first.as_ref(), "name");
        assert_eq!(second, Some(Sort::descending("name")));
        assert_eq!(Sort::next(second.as_ref(), "name"), None);
        assert_eq!(Sort::next(second.as_ref(), "cpu"), Some(Sort::ascending("cpu")));
    }

    #[test]
    fn equal_rows_keep_their_order() {
        let rows = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        let by_number = |left: &(i32, char), right: &(i32, char)| left.0.cmp(&right.0);
        assert_eq!(
            sorted_positions(&rows, Direction::Ascending, by_number),
            [1, 3, 0, 2]
        );
        assert_eq!(
            sorted_positions(&rows, Direction::Descending, by_number),
            [0, 2, 1, 3]
        );
    }
}
