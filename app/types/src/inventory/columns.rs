//! Rows of guests as columns: ids as gaps, what repeats as a dictionary, small numbers packed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::packed::{Broken, Numbers, Packed};
use crate::guest::{GuestKind, GuestRow, GuestStatus, LastBackup, MemorySource};
use crate::ids::GuestId;
use crate::role::RoleKey;

/// Each distinct value once, and for every row which of them it has.
#[derive(Serialize, Deserialize)]
struct Dictionary<T> {
    words: Vec<T>,
    rows: Packed,
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    fn of(values: impl Iterator<Item = T>) -> Self {
        let mut seen: HashMap<T, u64> = HashMap::new();
        let mut words = Vec::new();
        let rows = values
            .map(|value| {
                let next = words.len() as u64;
                *seen.entry(value).or_insert_with_key(|value| {
                    words.push(value.clone());
                    next
                })
            })
            .collect();
        Self { words, rows }
    }
}

struct Reader<'a, T> {
    words: &'a [T],
    rows: Numbers<'a>,
}

impl<T> Dictionary<T> {
    fn reader(&self) -> Reader<'_, T> {
        Reader {
            words: &self.words,
            rows: self.rows.numbers(),
        }
    }
}

impl<'a, T> Reader<'a, T> {
    fn take(&mut self) -> Result<&'a T, Broken> {
        let index: usize = self.rows.take()?;
        self.words.get(index).ok_or(Broken)
    }
}

const TEMPLATE: u8 = 1;
const MADE_HERE: u8 = 2;
const CONTAINER: u8 = 4;
const ADOPTED: u8 = 8;
const PROTECTED: u8 = 16;
const MEMORY_OF_GUEST: u8 = 32;

/// Rows of guests, ordered by id, as columns.
#[derive(Serialize, Deserialize)]
pub(super) struct GuestColumns<'a> {
    /// Each cluster, and how many of the rows that follow are its.
    clusters: Vec<(Cow<'a, str>, u32)>,
    /// Distance to the row before in the same cluster.
    vmid: Packed,
    name: Vec<Cow<'a, str>>,
    flags: Packed,
    status: Dictionary<GuestStatus>,
    node: Dictionary<Cow<'a, str>>,
    cores: Dictionary<u32>,
    memory: Dictionary<u64>,
    disk: Dictionary<u64>,
    cpu_percent: Packed,
    memory_percent: Packed,
    /// 0 where it is not known, and one more than it is.
    disk_percent: Packed,
    /// The earliest start; `started` counts from a second before it, 0 being off.
    start: i64,
    started: Packed,
    tags: Dictionary<Cow<'a, [String]>>,
    pool: Dictionary<Option<Cow<'a, str>>>,
    lock: Dictionary<Option<Cow<'a, str>>>,
    owner: Dictionary<Option<Cow<'a, str>>>,
    role: Dictionary<Option<RoleKey>>,
    firewall: Dictionary<Cow<'a, [String]>>,
    /// The earliest backup; `backed_up` counts from two seconds before it, 0 being unknown and 1 never.
    backup: i64,
    backed_up: Packed,
    /// A guest's addresses, with a space in between.
    address: Vec<Cow<'a, str>>,
}

impl<'a> GuestColumns<'a> {
    /// The columns of `rows`, which must be ordered by id.
    pub(super) fn of(rows: &'a [GuestRow]) -> Self {
        let mut clusters: Vec<(Cow<'a, str>, u32)> = Vec::new();
        let mut vmid = Packed::default();
        let mut before = 0;
        for row in rows {
            match clusters.last_mut() {
                Some((name, count)) if **name == *row.id.cluster => *count += 1,
                _ => {
                    before = 0;
                    clusters.push((Cow::Borrowed(&row.id.cluster), 1));
                }
            }
            vmid.push(row.id.vmid.saturating_sub(before));
            before = row.id.vmid;
        }
        let starts = rows.iter().map(|row| row.started_at).filter(|at| *at != 0);
        let start = starts.min().unwrap_or(0);
        let backup = rows
            .iter()
            .filter_map(|row| row.last_backup.at())
            .min()
            .unwrap_or(0);
        Self {
            clusters,
            vmid,
            name: rows.iter().map(|row| Cow::Borrowed(&*row.name)).collect(),
            flags: rows.iter().map(|row| u64::from(flags(row))).collect(),
            status: Dictionary::of(rows.iter().map(|row| row.status)),
            node: Dictionary::of(rows.iter().map(|row| Cow::Borrowed(&*row.node))),
            cores: Dictionary::of(rows.iter().map(|row| row.cores)),
            memory: Dictionary::of(rows.iter().map(|row| row.memory_bytes)),
            disk: Dictionary::of(rows.iter().map(|row| row.disk_bytes)),
            cpu_percent: rows.iter().map(|row| u64::from(row.cpu_percent)).collect(),
            memory_percent: rows.iter().map(|row| u64::from(row.memory_percent)).collect(),
            disk_percent: rows
                .iter()
                .map(|row| row.disk_percent.map_or(0, |percent| u64::from(percent) + 1))
                .collect(),
            start,
            started: rows.iter().map(|row| since(row.started_at, start)).collect(),
            tags: Dictionary::of(rows.iter().map(|row| Cow::Borrowed(&*row.tags))),
            pool: Dictionary::of(rows.iter().map(|row| row.pool.as_deref().map(Cow::Borrowed))),
            lock: Dictionary::of(rows.iter().map(|row| row.lock.as_deref().map(Cow::Borrowed))),
            owner: Dictionary::of(rows.iter().map(|row| row.owner.as_deref().map(Cow::Borrowed))),
            role: Dictionary::of(rows.iter().map(|row| row.role.clone())),
            firewall: Dictionary::of(rows.iter().map(|row| Cow::Borrowed(&*row.firewall_groups))),
            backup,
            backed_up: rows
                .iter()
                .map(|row| backed_up(row.last_backup, backup))
                .collect(),
            address: rows.iter().map(|row| joined(&row.addresses)).collect(),
        }
    }

    /// The rows again.
    ///
    /// # Errors
    /// Where the columns don't fit each other.
    pub(super) fn into_rows(self) -> Result<Vec<GuestRow>, Broken> {
        let mut vmids = self.vmid.numbers();
        let mut flags = self.flags.numbers();
        let mut status = self.status.reader();
        let mut node = self.node.reader();
        let mut cores = self.cores.reader();
        let mut memory = self.memory.reader();
        let mut disk = self.disk.reader();
        let mut cpu = self.cpu_percent.numbers();
        let mut used = self.memory_percent.numbers();
        let mut disk_used = self.disk_percent.numbers();
        let mut started = self.started.numbers();
        let mut tags = self.tags.reader();
        let mut pool = self.pool.reader();
        let mut lock = self.lock.reader();
        let mut owner = self.owner.reader();
        let mut role = self.role.reader();
        let mut firewall = self.firewall.reader();
        let mut backed_up = self.backed_up.numbers();
        if self.name.len() != self.address.len() {
            return Err(Broken);
        }
        let mut texts = self.name.into_iter().zip(self.address);
        let mut rows = Vec::with_capacity(texts.len());
        for (cluster, count) in &self.clusters {
            let mut vmid: u32 = 0;
            for _ in 0..*count {
                let (name, address) = texts.next().ok_or(Broken)?;
                let flags: u8 = flags.take()?;
                vmid = vmid.checked_add(vmids.take()?).ok_or(Broken)?;
                rows.push(GuestRow {
                    id: GuestId::new(cluster.as_ref(), vmid),
                    name: name.into_owned(),
                    kind: if flags & CONTAINER == 0 {
                        GuestKind::Qemu
                    } else {
                        GuestKind::Lxc
                    },
                    status: *status.take()?,
                    node: node.take()?.clone().into_owned(),
                    cores: *cores.take()?,
                    memory_bytes: *memory.take()?,
                    disk_bytes: *disk.take()?,
                    cpu_percent: cpu.take()?,
                    memory_percent: used.take()?,
                    memory_source: if flags & MEMORY_OF_GUEST == 0 {
                        MemorySource::Host
                    } else {
                        MemorySource::Guest
                    },
                    disk_percent: disk_used.take::<u8>()?.checked_sub(1),
                    started_at: at(&mut started, self.start)?.unwrap_or(0),
                    tags: tags.take()?.to_vec(),
                    pool: pool.take()?.as_deref().map(str::to_owned),
                    template: flags & TEMPLATE != 0,
                    lock: lock.take()?.as_deref().map(str::to_owned),
                    protected: flags & PROTECTED != 0,
                    addresses: address.split_whitespace().map(str::to_owned).collect(),
                    made_here: flags & MADE_HERE != 0,
                    adopted: flags & ADOPTED != 0,
                    owner: owner.take()?.as_deref().map(str::to_owned),
                    role: role.take()?.clone(),
                    firewall_groups: firewall.take()?.to_vec(),
                    last_backup: last_backup(&mut backed_up, self.backup)?,
                });
            }
        }
        if texts.next().is_some() || !vmids.is_empty() {
            return Err(Broken);
        }
        Ok(rows)
    }
}

fn flags(row: &GuestRow) -> u8 {
    u8::from(row.template) * TEMPLATE
        + u8::from(row.made_here) * MADE_HERE
        + u8::from(row.adopted) * ADOPTED
        + u8::from(row.protected) * PROTECTED
        + u8::from(row.kind == GuestKind::Lxc) * CONTAINER
        + u8::from(row.memory_source == MemorySource::Guest) * MEMORY_OF_GUEST
}

/// How `at` is written in a column whose earliest time is `start`; 0 stays 0.
fn since(at: i64, start: i64) -> u64 {
    if at == 0 {
        return 0;
    }
    u64::try_from(at.saturating_sub(start).saturating_add(1)).unwrap_or(0)
}

/// The next time of such a column.
fn at(column: &mut Numbers<'_>, start: i64) -> Result<Option<i64>, Broken> {
    Ok(match column.take::<i64>()? {
        0 => None,
        seconds => Some(start.checked_add(seconds - 1).ok_or(Broken)?),
    })
}

/// How a backup is written in a column whose earliest is `start`.
fn backed_up(last: LastBackup, start: i64) -> u64 {
    match last {
        LastBackup::Unknown => 0,
        LastBackup::Never => 1,
        LastBackup::At(at) => u64::try_from(at.saturating_sub(start).saturating_add(2)).unwrap_or(0),
    }
}

/// The next backup of such a column.
fn last_backup(column: &mut Numbers<'_>, start: i64) -> Result<LastBackup, Broken> {
    Ok(match column.take::<i64>()? {
        0 => LastBackup::Unknown,
        1 => LastBackup::Never,
        seconds => LastBackup::At(start.checked_add(seconds - 2).ok_or(Broken)?),
    })
}

fn joined(addresses: &[String]) -> Cow<'_, str> {
    match addresses {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(one),
        more => Cow::Owned(more.join(" ")),
    }
}
