//! Which of all backups an answer holds: those of a page, or as many as a list has at most. A server's are never torn
//! apart: what is told of it would not be true.

use serde::Serialize;
use utoipa::ToSchema;

use super::item::{BackupGroup, BackupItem, grouped};

/// Backups in either shape.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Told {
    Grouped(Vec<BackupGroup>),
    Flat(Vec<BackupItem>),
}

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Part {
    pub backups: Told,
    /// The same one by one, the newest first.
    pub items: Vec<BackupItem>,
    /// How many there are of what pages count: servers, or backups.
    pub rows: usize,
    /// Whether some are not in it.
    pub is_cut: bool,
}

impl Part {
    /// The backups from one to another, one by one.
    pub(super) fn flat(items: Vec<BackupItem>, (from, to): (usize, usize)) -> Self {
        let rows = items.len();
        let items: Vec<BackupItem> = items.into_iter().take(to).skip(from).collect();
        Self {
            backups: Told::Flat(items.clone()),
            is_cut: items.len() < rows,
            items,
            rows,
        }
    }

    /// The servers from one to another with all of their backups; where `counts_backups`, the first ones with as many
    /// backups as are in that range, and one at the least.
    pub(super) fn grouped(items: &[BackupItem], (from, to): (usize, usize), counts_backups: bool) -> Self {
        let all = grouped(items);
        let rows = all.len();
        let mut before = 0;
        let mut groups = Vec::new();
        for (at, group) in all.into_iter().enumerate() {
            let is_in = if counts_backups {
                before += group.count;
                at == 0 || before <= to
            } else {
                (from..to).contains(&at)
            };
            if is_in {
                groups.push(group);
            } else if counts_backups || at >= to {
                break;
            }
        }
        let mut own: Vec<BackupItem> = groups
            .iter()
            .flat_map(|group| group.backups.iter().cloned())
            .collect();
        own.sort_by(|one, other| (other.ctime, &one.name).cmp(&(one.ctime, &other.name)));
        Self {
            is_cut: groups.len() < rows,
            backups: Told::Grouped(groups),
            items: own,
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_types::inventory::Snapshot;

    use super::super::item::{Scene, tests::backup};
    use super::*;

    /// Three backups of 101 around one of 10 and one of 7.
    fn five() -> Vec<BackupItem> {
        let picture = Snapshot::default();
        let scene = Scene::new(&picture, None);
        [(101, 9), (10, 8), (101, 7), (7, 6), (101, 5)]
            .map(|(vmid, at)| {
                let (guest, archive) = backup(vmid, at, 1);
                scene.item(&guest, archive)
            })
            .into()
    }

    fn told(part: &Part) -> (Vec<(u32, usize)>, Vec<i64>, bool) {
        let Told::Grouped(groups) = &part.backups else {
            panic!("{part:?}");
        };
        let groups = groups.iter().map(|group| (group.vm_id, group.count)).collect();
        (
            groups,
            part.items.iter().map(|item| item.ctime).collect(),
            part.is_cut,
        )
    }

    #[test]
    fn a_server_keeps_all_of_its_backups_where_the_list_is_cut() {
        let all = five();
        let whole = Part::grouped(&all, (0, 5), true);
        assert_eq!(
            told(&whole),
            (vec![(101, 3), (10, 1), (7, 1)], vec![9, 8, 7, 6, 5], false)
        );
        let cut = Part::grouped(&all, (0, 4), true);
        assert_eq!(told(&cut), (vec![(101, 3), (10, 1)], vec![9, 8, 7, 5], true));
        let least = Part::grouped(&all, (0, 1), true);
        assert_eq!(
            told(&least),
            (vec![(101, 3)], vec![9, 7, 5], true),
            "one at the least"
        );
    }

    #[test]
    fn a_page_has_so_many_servers_or_so_many_backups() {
        let all = five();
        let second = Part::grouped(&all, (1, 2), false);
        assert_eq!((told(&second).0, second.rows), (vec![(10, 1)], 3));
        let last = Part::grouped(&all, (2, 4), false);
        assert_eq!(told(&last).0, [(7, 1)]);
        let flat = Part::flat(all, (3, 6));
        let times: Vec<i64> = flat.items.iter().map(|item| item.ctime).collect();
        assert_eq!((times, flat.rows), (vec![6, 5], 5));
    }
}
