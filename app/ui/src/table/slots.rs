//! Which rendered row shows which row of the list. Making a row costs ten times what changing one does, so a rendered
//! row whose own has left the view is handed to one that comes, and waits hidden while there is none.

use std::{collections::HashMap, sync::Arc};

use super::model::Placed;

/// A rendered row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot<T> {
    /// Its number, the same for as long as it is there.
    pub(super) number: usize,
    /// What it shows; `None` while it waits.
    pub(super) placed: Option<Placed<T>>,
}

/// Gives each row in view a slot: the one that it has, else one that has come free, else a new one. In the order
/// shown; those that wait come last.
pub(super) fn assign<T>(view: Vec<Placed<T>>, last: &[Slot<T>]) -> Vec<Slot<T>> {
    let mut held: HashMap<Arc<str>, usize> = HashMap::with_capacity(last.len());
    for slot in last {
        if let Some(placed) = &slot.placed {
            held.insert(Arc::clone(&placed.key), slot.number);
        }
    }
    let numbers: Vec<Option<usize>> = view.iter().map(|placed| held.remove(&placed.key)).collect();
    let is_free = |slot: &&Slot<T>| match &slot.placed {
        Some(placed) => held.contains_key(&placed.key),
        None => true,
    };
    let mut free = last.iter().filter(is_free).map(|slot| slot.number);
    let mut new = last.len()..;
    let mut slots: Vec<Slot<T>> = Vec::with_capacity(view.len().max(last.len()));
    for (placed, number) in view.into_iter().zip(numbers) {
        if let Some(number) = number.or_else(|| free.next()).or_else(|| new.next()) {
            slots.push(Slot {
                number,
                placed: Some(placed),
            });
        }
    }
    slots.extend(free.map(|number| Slot { number, placed: None }));
    slots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(keys: &[u8]) -> Vec<Placed<u8>> {
        let placed = |(index, key): (usize, &u8)| Placed {
            index,
            key: key.to_string().into(),
            row: *key,
        };
        keys.iter().enumerate().map(placed).collect()
    }

    fn shown(slots: &[Slot<u8>]) -> Vec<(usize, Option<u8>)> {
        let of = |slot: &Slot<u8>| (slot.number, slot.placed.as_ref().map(|placed| placed.row));
        slots.iter().map(of).collect()
    }

    #[test]
    fn a_row_keeps_its_slot_and_leaves_it_to_another() {
        let first = assign(view(&[1, 2, 3]), &[]);
        assert_eq!(shown(&first), [(0, Some(1)), (1, Some(2)), (2, Some(3))]);
        let scrolled = assign(view(&[2, 3, 4]), &first);
        assert_eq!(shown(&scrolled), [(1, Some(2)), (2, Some(3)), (0, Some(4))]);
        let fewer = assign(view(&[4]), &scrolled);
        assert_eq!(shown(&fewer), [(0, Some(4)), (1, None), (2, None)]);
        let others = assign(view(&[7, 8, 9, 10]), &fewer);
        assert_eq!(
            shown(&others),
            [(0, Some(7)), (1, Some(8)), (2, Some(9)), (3, Some(10))]
        );
    }

    proptest! {
        #[test]
        fn every_row_has_a_slot_of_its_own(
            views in prop::collection::vec(prop::collection::hash_set(0_u8..40, 0..20), 1..6)
        ) {
            let mut slots = Vec::new();
            for keys in views {
                let keys: Vec<u8> = keys.into_iter().collect();
                let before = slots.len();
                slots = assign(view(&keys), &slots);
                let rows: Vec<u8> = slots.iter().filter_map(|slot| Some(slot.placed.as_ref()?.row)).collect();
                prop_assert_eq!(&rows, &keys);
                let mut numbers: Vec<usize> = slots.iter().map(|slot| slot.number).collect();
                numbers.sort_unstable();
                prop_assert_eq!(numbers, (0..before.max(keys.len())).collect::<Vec<_>>());
            }
        }
    }
}
