//! What the storages of a cluster hold of backups, put onto the rows of guests and storages. Pure.

use std::collections::HashMap;

use drover_types::cluster::StorageRow;
use drover_types::guest::{GuestKind, GuestRow, LastBackup};

/// A storage: its name, and the node whose it is; `None` where its nodes share it.
type Key = (String, Option<String>);

/// The archives of a cluster. The default is that nothing is known of them.
#[derive(Debug, Default)]
pub(crate) struct Archives {
    /// When guests of a kind and an id were backed up last.
    pub(crate) newest: HashMap<(GuestKind, u32), i64>,
    /// Whether every storage that may hold some has told what it holds, once at least.
    pub(crate) is_whole: bool,
    /// Why storages do not tell.
    pub(crate) failing: HashMap<Key, String>,
}

impl Archives {
    /// An id is given anew once its guest is gone, while that guest's archives stay: one from before the guest was
    /// `made`, where that is known, is of another.
    fn last(&self, row: &GuestRow, made: Option<i64>) -> LastBackup {
        let newest = self.newest.get(&(row.kind, row.id.vmid));
        match newest.filter(|at| made.is_none_or(|made| **at >= made)) {
            Some(at) => LastBackup::At(*at),
            None if self.is_whole => LastBackup::Never,
            None => LastBackup::Unknown,
        }
    }

    /// Writes onto `rows` what is new of their backups, for `most` of them; each of those is told to `tell`. Whether
    /// others are left. `made` knows when guests were made.
    pub(super) fn show(
        &self,
        rows: &mut [GuestRow],
        most: usize,
        made: impl Fn(u32) -> Option<i64>,
        mut tell: impl FnMut(&GuestRow),
    ) -> bool {
        let mut shown = 0;
        for row in rows {
            let last = self.last(row, made(row.id.vmid));
            if row.last_backup == last {
                continue;
            }
            if shown == most {
                return true;
            }
            shown += 1;
            row.last_backup = last;
            tell(row);
        }
        false
    }

    /// Writes onto `rows` why they do not tell their backups.
    pub(super) fn explain(&self, rows: &mut [StorageRow]) {
        for row in rows {
            let node = (!row.shared).then(|| row.node.clone());
            row.backup_problem = self.failing.get(&(row.name.clone(), node)).cloned();
        }
    }
}
