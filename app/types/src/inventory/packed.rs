//! Columns of whole numbers as text: base-64 variable-length quantities without a sign, as source maps use
//! them (five bits a character, the lowest first). A small number is one character, and JSON escapes none.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MORE: u64 = 32;

/// Numbers, written one behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Packed(String);

impl Packed {
    pub(super) fn push(&mut self, number: impl Into<u64>) {
        let mut rest = number.into();
        loop {
            let low = rest % MORE;
            rest /= MORE;
            let digit = if rest > 0 { low + MORE } else { low };
            // Below 64 by construction.
            self.0
                .push(char::from(DIGITS[usize::try_from(digit).unwrap_or(0)]));
            if rest == 0 {
                return;
            }
        }
    }

    pub(super) fn numbers(&self) -> Numbers<'_> {
        Numbers(self.0.as_bytes())
    }
}

impl FromIterator<u64> for Packed {
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Self {
        let mut packed = Self::default();
        for number in numbers {
            packed.push(number);
        }
        packed
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// Reads the numbers of a column one by one.
pub(super) struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The next number in the type that the row holds.
    ///
    /// # Errors
    /// Where the column ends too early, holds a foreign character, or a number that is too large.
    pub(super) fn take<T: TryFrom<u64>>(&mut self) -> Result<T, Broken> {
        let mut number: u64 = 0;
        let mut shift: u32 = 0;
        loop {
            let (first, rest) = self.0.split_first().ok_or(Broken)?;
            self.0 = rest;
            let digit = digit(*first).ok_or(Broken)?;
            let low = digit % MORE;
            let shifted = low.checked_shl(shift).filter(|part| part >> shift == low);
            number |= shifted.ok_or(Broken)?;
            if digit < MORE {
                return T::try_from(number).map_err(|_| Broken);
            }
            shift += 5;
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const fn digit(byte: u8) -> Option<u64> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value as u64)
}

/// A column that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a column is broken")]
pub(super) struct Broken;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_read_back(numbers: Vec<u64>) {
            let packed: Packed = numbers.iter().copied().collect();
            let mut read = packed.numbers();
            for number in numbers {
                prop_assert_eq!(read.take::<u64>(), Ok(number));
            }
            prop_assert!(read.is_empty());
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let packed = Packed(text);
            let mut read = packed.numbers();
            while !read.is_empty() && read.take::<u32>().is_ok() {}
        }
    }

    #[test]
    fn a_small_number_is_one_character() {
        assert_eq!(Packed::from_iter([0, 31, 32]).0, "AfgB");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Packed::from_iter([256]).numbers().take::<u8>(), Err(Broken));
        assert_eq!(
            Packed("////////////////".into()).numbers().take::<u64>(),
            Err(Broken)
        );
    }
}
