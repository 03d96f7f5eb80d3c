//! Whose turn it is: the oldest task whose things are free. One that has to wait for several things at once is not
//! overtaken for ever.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;

use crate::store::task_slots::{Slots, Use, UseClass};
use crate::store::tasks::Free;

/// Those that can be run now, in the order of their turns. A task without things, or that holds its own already,
/// always can.
pub(super) fn ready(
    free: &[Free],
    slots: &Slots,
    limit: impl Fn(UseClass) -> u32,
    overtaking: Duration,
) -> Vec<TaskId> {
    let mut waiting: HashMap<&Use, Vec<DateTime<Utc>>> = HashMap::new();
    let mut ready = Vec::new();
    for task in free {
        let wanted = slots.wanted.get(&task.id).map_or(&[][..], Vec::as_slice);
        let has_room = wanted.iter().all(|one| {
            let held = slots.held.get(one).copied().unwrap_or_default();
            // Those that wait for this thing and another one for so long that nobody may go before them any more.
            let before = waiting.get(one).map_or(0, |since| {
                since
                    .iter()
                    .filter(|since| {
                        (task.created_at - **since)
                            .to_std()
                            .is_ok_and(|gap| gap > overtaking)
                    })
                    .count()
            });
            u32::try_from(before).map_or(u32::MAX, |before| held.saturating_add(before)) < limit(one.class)
        });
        if has_room {
            ready.push(task.id);
        } else {
            for one in wanted {
                waiting.entry(one).or_default().push(task.created_at);
            }
        }
    }
    ready
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn id(number: u128) -> TaskId {
        TaskId(Uuid::from_u128(number))
    }

    /// Tasks 1, 2, … with when they were asked for and what they wait for.
    fn queue(tasks: &[(i64, &[Use])]) -> (Vec<Free>, Slots) {
        let mut slots = Slots::default();
        let mut free = Vec::new();
        for (number, (seconds, uses)) in (1..).zip(tasks) {
            slots.wanted.insert(id(number), uses.to_vec());
            free.push(Free {
                id: id(number),
                created_at: at(*seconds),
                cluster: None,
            });
        }
        (free, slots)
    }

    fn two(_: UseClass) -> u32 {
        2
    }

    fn ready(free: &[Free], slots: &Slots) -> Vec<u128> {
        let ready = super::ready(free, slots, two, Duration::from_mins(1));
        ready.into_iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn a_task_waits_until_everything_that_it_uses_has_room() {
        let (node, template) = (Use::node("lab", "pve1"), Use::template("lab", 9000));
        let both = [node.clone(), template.clone()];
        let (free, mut slots) = queue(&[(0, &both), (0, &both[..1]), (0, &[])]);
        assert_eq!(ready(&free, &slots), [1, 2, 3]);
        slots.held.insert(template, 2);
        assert_eq!(ready(&free, &slots), [2, 3]);
        slots.held.insert(node, 2);
        assert_eq!(ready(&free, &slots), [3]);
    }

    #[test]
    fn who_waits_long_is_not_overtaken_any_more() {
        let (node, storage) = (Use::node("lab", "pve1"), Use::storage("lab", None, "ceph"));
        let both = [node.clone(), storage.clone()];
        let only = [node.clone()];
        let (free, mut slots) = queue(&[(0, &both), (60, &only), (61, &only), (61, &[])]);
        slots.held.insert(storage, 2);
        slots.held.insert(node, 1);
        assert_eq!(ready(&free, &slots), [2, 4]);
        // Where there is room for both, nobody has to wait for anybody.
        slots.held.clear();
        slots.held.insert(both[1].clone(), 2);
        assert_eq!(ready(&free, &slots), [2, 3, 4]);
    }
}
