//! The figures of the last day, one frame every five minutes, for telling what a rule would have done. Kept in memory,
//! a few bytes for each server and frame; gone with the process.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::guest::{GuestRow, GuestStatus, MemorySource};
use drover_types::ids::GuestId;
use drover_types::monitoring::Metric;

use crate::monitoring::runs::is_muted;
use crate::monitoring::scene::Scene;

const EVERY_MINUTES: i64 = 5;
const KEPT_HOURS: i64 = 24;

/// What stands for a share that is not known.
const UNKNOWN: u8 = u8::MAX;

/// The frames, oldest first.
#[derive(Debug, Default)]
pub(in crate::monitoring) struct Frames {
    frames: VecDeque<Arc<Frame>>,
    /// The names of clusters that frames number.
    clusters: Vec<String>,
}

/// A guest as frames know it: the number of its cluster, and its id.
type Numbered = (u16, u32);

/// Figures of all servers at one moment, side by side.
#[derive(Debug)]
pub(in crate::monitoring) struct Frame {
    pub(in crate::monitoring) at: DateTime<Utc>,
    /// Which server is where, in order; shared by frames as long as none comes or goes.
    ids: Arc<[Numbered]>,
    cpu: Box<[u8]>,
    memory: Box<[u8]>,
    disk: Box<[u8]>,
    load: Box<[u16]>,
    /// KiB a second.
    network: Box<[u32]>,
}

impl Frames {
    /// Takes a frame where it is time for one.
    pub(in crate::monitoring) fn take(&mut self, scene: &Scene) {
        let last = self.frames.back();
        if last.is_some_and(|last| scene.now - last.at < TimeDelta::minutes(EVERY_MINUTES)) {
            return;
        }
        for cluster in &scene.picture.clusters {
            if !self.clusters.contains(&cluster.name) {
                self.clusters.push(cluster.name.clone());
            }
        }
        let mut rows: Vec<(Numbered, &GuestRow)> = scene
            .picture
            .guests
            .iter()
            .filter(|row| !row.template)
            .filter_map(|row| Some((self.number(&row.id)?, row)))
            .collect();
        rows.sort_unstable_by_key(|(number, _)| *number);
        let frame = Frame::of(scene, &rows, self.frames.back().map(|last| &last.ids));
        let oldest = scene.now - TimeDelta::hours(KEPT_HOURS);
        while self.frames.front().is_some_and(|first| first.at < oldest) {
            self.frames.pop_front();
        }
        self.frames.push_back(Arc::new(frame));
    }

    /// How frames know a server.
    pub(in crate::monitoring) fn number(&self, id: &GuestId) -> Option<Numbered> {
        let cluster = self.clusters.iter().position(|name| *name == id.cluster)?;
        Some((u16::try_from(cluster).ok()?, id.vmid))
    }

    /// All of them, the oldest first: what is taken meanwhile is not among them.
    pub(in crate::monitoring) fn all(&self) -> Vec<Arc<Frame>> {
        self.frames.iter().cloned().collect()
    }
}

impl Frame {
    fn of(scene: &Scene, rows: &[(Numbered, &GuestRow)], before: Option<&Arc<[Numbered]>>) -> Self {
        let numbers = || rows.iter().map(|(number, _)| *number);
        let same = before.filter(|ids| ids.iter().copied().eq(numbers()));
        // As rules see it: what is off has no load, and what is done on purpose counts for nothing.
        let share = |read: fn(&GuestRow) -> Option<u8>| -> Box<[u8]> {
            let of = |(_, row): &(Numbered, &GuestRow)| match row.status {
                _ if is_muted(row) => UNKNOWN,
                GuestStatus::Running => read(row).unwrap_or(UNKNOWN),
                GuestStatus::Stopped => 0,
                _ => UNKNOWN,
            };
            rows.iter().map(of).collect()
        };
        let vitals = |row: &GuestRow| {
            let of = scene.vitals.get(&row.id.cluster)?.get(&row.id.vmid).copied();
            of.filter(|_| !is_muted(row))
        };
        let load = |(_, row): &(Numbered, &GuestRow)| {
            let load = vitals(row).and_then(|vitals| vitals.load_percent);
            load.map_or(u16::MAX, |load| u16::try_from(load).unwrap_or(u16::MAX - 1))
        };
        let network = |(_, row): &(Numbered, &GuestRow)| {
            let bytes = vitals(row).and_then(|vitals| vitals.traffic);
            bytes.map_or(u32::MAX, |bytes| {
                u32::try_from(bytes / 1024).unwrap_or(u32::MAX - 1)
            })
        };
        let own_memory =
            |row: &GuestRow| (row.memory_source == MemorySource::Guest).then_some(row.memory_percent);
        Self {
            at: scene.now,
            ids: same.map_or_else(|| numbers().collect(), Arc::clone),
            cpu: share(|row| Some(row.cpu_percent)),
            memory: share(own_memory),
            disk: share(|row| row.disk_percent),
            load: rows.iter().map(load).collect(),
            network: rows.iter().map(network).collect(),
        }
    }

    /// Where servers stand; those of the frame before, where that is the same.
    pub(in crate::monitoring) fn positions(
        &self,
        before: Option<&Self>,
        servers: &[Numbered],
    ) -> Option<Vec<Option<usize>>> {
        if before.is_some_and(|before| Arc::ptr_eq(&before.ids, &self.ids)) {
            return None;
        }
        let at = |number: &Numbered| self.ids.binary_search(number).ok();
        Some(servers.iter().map(at).collect())
    }

    /// What the figure of the server at `at` was.
    pub(in crate::monitoring) fn value(&self, metric: Metric, at: usize) -> Option<i64> {
        let share = |column: &[u8]| {
            let known = column.get(at).copied().filter(|share| *share != UNKNOWN);
            known.map(i64::from)
        };
        match metric {
            Metric::Cpu => share(&self.cpu),
            Metric::Memory => share(&self.memory),
            Metric::Disk => share(&self.disk),
            Metric::Load => {
                let load = self.load.get(at).copied().filter(|load| *load != u16::MAX);
                load.map(i64::from)
            }
            Metric::Network => {
                let kib = self.network.get(at).copied().filter(|kib| *kib != u32::MAX);
                kib.map(|kib| i64::from(kib) * 1024)
            }
            _ => None,
        }
    }
}
