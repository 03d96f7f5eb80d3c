//! Which rendered row shows which row of the list. Making a row costs ten times what changing one does, so a rendered
//! row whose own has left the view is handed to one that comes, and waits hidden while there is none.

use std::{collections::HashMap, sync::Arc};

/// A rendered row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Its number, the same for as long as it is there.
    pub(super) number: usize,
    /// The row of the list that it shows; `None` while it waits.
    pub(super) key: Option<Arc<str>>,
}

/// Gives each row in view a slot: the one that it has, else one that has come free, else a new one. In the order
/// of `keys`; those that wait come last.
pub(super) fn assign(keys: &[Arc<str>], last: &[Slot]) -> Vec<Slot> {
    let mut held: HashMap<&Arc<str>, usize> = HashMap::with_capacity(last.len());
    held.extend(
        last.iter()
            .filter_map(|slot| Some((slot.key.as_ref()?, slot.number))),
    );
    let kept: Vec<Option<usize>> = keys.iter().map(|key| held.remove(key)).collect();
    let is_free = |slot: &&Slot| slot.key.as_ref().is_none_or(|key| held.contains_key(key));
    let mut others = last
        .iter()
        .filter(is_free)
        .map(|slot| slot.number)
        .chain(last.len()..);
    let shown = keys
        .iter()
        .zip(kept)
        .map(|(key, number)| (Some(Arc::clone(key)), number));
    let mut slots = Vec::with_capacity(keys.len().max(last.len()));
    for (key, number) in shown {
        slots.extend(
            number
                .or_else(|| others.next())
                .map(|number| Slot { number, key }),
        );
    }
    slots.extend(
        others
            .take_while(|number| *number < last.len())
            .map(|number| Slot { number, key: None }),
    );
    slots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(of: &[u8]) -> Vec<Arc<str>> {
        of.iter().map(|key| key.to_string().into()).collect()
    }

    fn after(of: &[u8], last: &[Slot]) -> (String, Vec<Slot>) {
        let slots = assign(&keys(of), last);
        let texts: Vec<String> = slots
            .iter()
            .map(|slot| format!("{}:{}", slot.number, slot.key.as_deref().unwrap_or("-")))
            .collect();
        (texts.join(" "), slots)
    }

    #[test]
    fn a_row_keeps_its_slot_and_leaves_it_to_another() {
        let (text, slots) = after(&[1, 2, 3], &[]);
        assert_eq!(text, "0:1 1:2 2:3");
        let (text, slots) = after(&[2, 3, 4], &slots);
        assert_eq!(text, "1:2 2:3 0:4");
        let (text, slots) = after(&[4], &slots);
        assert_eq!(text, "0:4 1:- 2:-");
        let (text, _) = after(&[7, 8, 9, 10], &slots);
        assert_eq!(text, "0:7 1:8 2:9 3:10");
    }

    proptest! {
        #[test]
        fn every_row_has_a_slot_of_its_own(
            views in prop::collection::vec(prop::collection::hash_set(0_u8..40, 0..20), 1..6)
        ) {
            let mut slots = Vec::new();
            for view in views {
                let keys = keys(&view.into_iter().collect::<Vec<_>>());
                let before = slots.len();
                slots = assign(&keys, &slots);
                let shown: Vec<Arc<str>> = slots.iter().filter_map(|slot| slot.key.clone()).collect();
                prop_assert_eq!(&shown, &keys);
                let mut numbers: Vec<usize> = slots.iter().map(|slot| slot.number).collect();
                numbers.sort_unstable();
                prop_assert_eq!(numbers, (0..before.max(keys.len())).collect::<Vec<_>>());
            }
        }
    }
}
