//! A job in words: for its card, and for what differs between two versions of it.

use drover_types::{
    backup::{JobChoice, JobDraft},
    ids::GuestId,
};

use crate::{
    inventory::use_inventory,
    shared::{compression_name, mode_name, retention_summary},
    texts::{say, use_i18n},
};

/// How many servers are named.
const MOST_NAMES: usize = 8;

/// What a field is called and what it says, in the language of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: String,
    pub value: String,
}

/// All that there is to say of a job, always in the same order. Tracked by language and inventory.
pub(super) fn facts(cluster: &str, job: &JobDraft) -> Vec<Fact> {
    let i18n = use_i18n();
    let yes = |is_so: bool| {
        if is_so {
            say!(i18n, backups.yes)
        } else {
            say!(i18n, backups.no)
        }
    };
    let every_node = || say!(i18n, backups.every_node);
    let by_storage = || say!(i18n, backups.kept_by_storage);
    let all = [
        (say!(i18n, backups.schedule), job.schedule.clone()),
        (say!(i18n, backups.of_servers), choice(cluster, &job.choice)),
        (
            say!(i18n, backups.node),
            job.node.clone().unwrap_or_else(every_node),
        ),
        (say!(i18n, backups.storage), job.storage.clone()),
        (
            say!(i18n, backups.retention),
            job.retention.as_ref().map_or_else(by_storage, retention_summary),
        ),
        (say!(i18n, backups.mode), mode_name(job.mode)),
        (say!(i18n, backups.compression), compression_name(job.compression)),
        (say!(i18n, backups.notes), job.notes.clone()),
        (say!(i18n, backups.protect), yes(job.protected)),
        (say!(i18n, backups.repeat_missed), yes(job.repeat_missed)),
        (say!(i18n, backups.comment), job.comment.clone()),
        (say!(i18n, backups.enabled), yes(job.enabled)),
    ];
    all.map(|(name, value)| Fact { name, value }).into()
}

fn choice(cluster: &str, choice: &JobChoice) -> String {
    let i18n = use_i18n();
    match choice {
        JobChoice::All { except } if except.is_empty() => say!(i18n, backups.all_servers),
        JobChoice::All { except } => say!(i18n, backups.all_but, names = names(cluster, except)),
        JobChoice::Some { vmids } => names(cluster, vmids),
        JobChoice::Pool { pool } => say!(i18n, backups.of_pool, pool = pool.clone()),
    }
}

fn names(cluster: &str, vmids: &[u32]) -> String {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let name = |vmid: &u32| {
        let guest = inventory.guest(&GuestId::new(cluster, *vmid));
        let name = guest
            .map(|guest| guest.name.clone())
            .filter(|name| !name.is_empty());
        name.unwrap_or_else(|| vmid.to_string())
    };
    let names: Vec<String> = vmids.iter().take(MOST_NAMES).map(name).collect();
    let names = names.join(", ");
    match vmids.len().saturating_sub(MOST_NAMES) {
        0 => names,
        more => say!(i18n, backups.and_more, names = names, count = more as u64),
    }
}
