//! The figures of the last day, one frame every five minutes, for telling what a rule would have done. Kept in memory,
//! a few bytes for each server and frame; gone with the process.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::monitoring::{Metric, Subject};

use super::column::Column;
use crate::monitoring::runs::Runs;
use crate::monitoring::scene::{Scene, of_guests};

const EVERY_MINUTES: i64 = 5;
const KEPT_HOURS: i64 = 24;

/// The frames, oldest first.
#[derive(Debug, Default)]
pub(in crate::monitoring) struct Frames {
    frames: VecDeque<Arc<Frame>>,
    /// The names of clusters that frames number.
    clusters: Vec<String>,
}

/// A guest as frames know it: the number of its cluster, and its id.
type Numbered = (u16, u32);

/// Figures of everything at one moment, as rules see them.
#[derive(Debug)]
pub(in crate::monitoring) struct Frame {
    pub(in crate::monitoring) at: DateTime<Utc>,
    /// Which server is where, in order; shared by frames as long as none comes or goes.
    ids: Arc<[Numbered]>,
    guests: Vec<(Metric, Column)>,
    /// Which figure of what is no server is where, in order; shared in the same way.
    others: Arc<[(Metric, Subject)]>,
    other: Column,
}

impl Frames {
    /// Takes a frame where it is time for one.
    pub(in crate::monitoring) fn take(&mut self, scene: &Scene, runs: &Runs) {
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
        let frame = Frame::of(scene, runs, &rows, self.frames.back().map(AsRef::as_ref));
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
    fn of(scene: &Scene, runs: &Runs, rows: &[(Numbered, &GuestRow)], before: Option<&Self>) -> Self {
        let column = |metric: Metric| {
            let counted = |(_, row): &(Numbered, &GuestRow)| {
                let value = scene.counted(metric, row, runs);
                value.map(|value| value / unit(metric))
            };
            let figures: Vec<Option<i64>> = rows.iter().map(counted).collect();
            let same = before.and_then(|before| before.column(metric));
            (metric, Column::of(&figures).or_same(same))
        };
        let mut others = scene.others();
        others.sort_by(|(metric, subject, _), (other, to, _)| (metric, subject).cmp(&(other, to)));
        let figures: Vec<Option<i64>> = others.iter().map(|(.., figure)| figure.value()).collect();
        let others = others.into_iter().map(|(metric, subject, _)| (metric, subject));
        Self {
            at: scene.now,
            ids: shared(
                rows.iter().map(|(number, _)| *number).collect(),
                before.map(|one| &one.ids),
            ),
            guests: of_guests().map(column).collect(),
            others: shared(others.collect(), before.map(|one| &one.others)),
            other: Column::of(&figures).or_same(before.map(|one| &one.other)),
        }
    }

    fn column(&self, metric: Metric) -> Option<&Column> {
        let found = self.guests.iter().find(|(of, _)| *of == metric);
        found.map(|(_, column)| column)
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
        let value = self.column(metric)?.at(at)?;
        Some(value * unit(metric))
    }

    /// What is no server and has such figures.
    pub(in crate::monitoring) fn subjects(&self, metric: Metric) -> impl Iterator<Item = &Subject> {
        let of = self.others.iter().filter(move |(of, _)| *of == metric);
        of.map(|(_, subject)| subject)
    }

    /// What the figure of one of them was.
    pub(in crate::monitoring) fn other(&self, metric: Metric, subject: &Subject) -> Option<i64> {
        let place = |(of, what): &(Metric, Subject)| (of, what).cmp(&(&metric, subject));
        self.other.at(self.others.binary_search_by(place).ok()?)
    }
}

/// What a figure is kept in: traffic in KiB, that of fast lines would not fit otherwise.
const fn unit(metric: Metric) -> i64 {
    match metric {
        Metric::Network => 1024,
        _ => 1,
    }
}

/// `now`, or `before` where they are the same.
fn shared<T: PartialEq>(now: Vec<T>, before: Option<&Arc<[T]>>) -> Arc<[T]> {
    let same = before.filter(|before| before[..] == now[..]);
    same.map_or_else(|| now.into(), Arc::clone)
}
