//! Figures side by side, in no more bytes than they need.

use std::sync::Arc;

/// What stands for a figure that is not known.
const NO_BYTE: u8 = u8::MAX;
const NO_WORD: i32 = i32::MIN;

/// Figures side by side. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// Of which each fits into a byte, as shares of a whole do.
    Bytes(Arc<[u8]>),
    /// Others.
    Words(Arc<[i32]>),
}

impl Column {
    /// Takes figures; those that are too large become as large as can be.
    pub(super) fn of(figures: &[Option<i64>]) -> Self {
        let bytes = figures.iter().map(|figure| match figure {
            Some(value) => u8::try_from(*value).ok().filter(|byte| *byte != NO_BYTE),
            None => Some(NO_BYTE),
        });
        let word = |value: i64| {
            let largest = if value < 0 { NO_WORD + 1 } else { i32::MAX };
            i32::try_from(value).unwrap_or(largest).max(NO_WORD + 1)
        };
        let words = || {
            figures
                .iter()
                .map(|figure| figure.map_or(NO_WORD, word))
                .collect()
        };
        bytes
            .collect::<Option<Vec<u8>>>()
            .map_or_else(|| Self::Words(words()), |bytes| Self::Bytes(bytes.into()))
    }

    /// This one, or `before` where they are the same: most of what is down or has failed is so for long.
    pub(super) fn or_same(self, before: Option<&Self>) -> Self {
        before.filter(|before| **before == self).cloned().unwrap_or(self)
    }

    /// The figure at a place.
    pub(super) fn at(&self, place: usize) -> Option<i64> {
        match self {
            Self::Bytes(bytes) => {
                let byte = bytes.get(place).copied().filter(|byte| *byte != NO_BYTE);
                byte.map(i64::from)
            }
            Self::Words(words) => {
                let word = words.get(place).copied().filter(|word| *word != NO_WORD);
                word.map(i64::from)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back_in_few_bytes_where_it_fits() {
        let small = [Some(0), None, Some(100), Some(254)];
        let column = Column::of(&small);
        assert!(matches!(column, Column::Bytes(_)));
        assert_eq!([0, 1, 2, 3].map(|place| column.at(place)), small);
        assert_eq!(column.at(4), None);

        for large in [[Some(255), None, Some(3)], [Some(-9), None, Some(730)]] {
            let column = Column::of(&large);
            assert!(matches!(column, Column::Words(_)));
            assert_eq!([0, 1, 2].map(|place| column.at(place)), large);
        }
        let beyond = Column::of(&[Some(i64::MAX), Some(i64::MIN), None]);
        let read = [0, 1, 2].map(|place| beyond.at(place));
        assert_eq!(
            read,
            [Some(i64::from(i32::MAX)), Some(i64::from(i32::MIN + 1)), None]
        );
    }

    #[test]
    fn what_stays_the_same_is_kept_once() {
        let first = Column::of(&[Some(1), Some(0)]);
        let Column::Bytes(kept) = Column::of(&[Some(1), Some(0)]).or_same(Some(&first)) else {
            panic!("words");
        };
        let Column::Bytes(first) = first else {
            panic!("words");
        };
        assert!(Arc::ptr_eq(&kept, &first));
    }
}
