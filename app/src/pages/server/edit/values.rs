//! What stands in a form, field by field, and how it meets what another has changed meanwhile. Pure.

use std::collections::BTreeMap;

use super::field::Field;

/// A form's content. A field that is not there belongs to something that is not there, such as a NIC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<Field, String>);

impl Values {
    /// The text of a field; empty where it is not there.
    pub fn get(&self, field: Field) -> &str {
        self.0.get(&field).map_or("", String::as_str)
    }

    /// Whether the field is there.
    pub fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    /// Writes a field.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        self.0.insert(field, text.into());
    }

    /// Takes out each field that `is_one` holds for.
    pub fn remove(&mut self, is_one: impl Fn(Field) -> bool) {
        self.0.retain(|field, _| !is_one(*field));
    }

    /// The fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.keys().copied()
    }

    /// Makes a field what it is in `other`.
    pub fn take(&mut self, field: Field, other: &Self) {
        match other.0.get(&field) {
            Some(text) => {
                self.0.insert(field, text.clone());
            }
            None => {
                self.0.remove(&field);
            }
        }
    }

    /// The fields in which `self` and `other` differ, in order.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.fields().chain(other.fields()).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.retain(|field| self.0.get(field) != other.0.get(field));
        fields
    }

    /// Brings in what another has made of `base`: what was not typed in becomes `theirs`, what was typed stays.
    /// Returns the fields that both have changed, each to something else.
    pub fn merge(&mut self, base: &Self, theirs: &Self) -> Vec<Field> {
        let typed = self.differing(base);
        let mut both = Vec::new();
        for field in theirs.differing(base) {
            if !typed.contains(&field) {
                self.take(field, theirs);
            } else if self.0.get(&field) != theirs.0.get(&field) {
                both.push(field);
            }
        }
        both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Field = Field::Cores;
    const B: Field = Field::Memory;
    const C: Field = Field::Tags;
    const D: Field = Field::Boot;

    fn values(all: &[(Field, &str)]) -> Values {
        let mut values = Values::default();
        for (field, text) in all {
            values.set(*field, *text);
        }
        values
    }

    #[test]
    fn what_was_typed_stays_and_the_rest_follows() {
        let base = values(&[(A, "a"), (B, "b"), (C, "c"), (D, "d")]);
        let theirs = values(&[(A, "A"), (B, "B"), (C, "c"), (D, "Z")]);
        let mut typed = values(&[(A, "a"), (B, "mine"), (C, "mine too"), (D, "Z")]);
        assert_eq!(typed.merge(&base, &theirs), [B]);
        assert_eq!(typed, values(&[(A, "A"), (B, "mine"), (C, "mine too"), (D, "Z")]));
        assert_eq!(typed.differing(&theirs), [B, C]);
    }

    #[test]
    fn what_came_and_what_went_are_changes_too() {
        let base = values(&[(A, "a"), (B, "b")]);
        let mut typed = values(&[(A, "a")]);
        assert_eq!(typed.merge(&base, &values(&[(A, "a"), (B, "b"), (C, "c")])), []);
        assert_eq!(typed, values(&[(A, "a"), (C, "c")]));

        let mut typed = values(&[(A, "a")]);
        assert_eq!(typed.merge(&base, &values(&[(A, "a"), (B, "other")])), [B]);
        assert!(!typed.has(B));

        let mut typed = values(&[(A, "mine"), (B, "b")]);
        assert_eq!(typed.merge(&base, &values(&[])), [A]);
        assert_eq!(typed, values(&[(A, "mine")]));
    }
}
