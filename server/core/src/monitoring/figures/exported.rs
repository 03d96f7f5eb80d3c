//! What servers' exporters tell Prometheus, shown where their own figures are shown.

use std::collections::HashSet;
use std::time::Duration;

use drover_types::ids::GuestId;

use super::prometheus::Figures;
use crate::inventory::Inside;
use crate::monitoring::service::Monitoring;

/// How long Prometheus is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// For how long what it told is shown where it does not answer any more.
const KEPT_SECONDS: i64 = 300;

/// The servers of which Prometheus told something last, and when, in seconds since 1970.
#[derive(Default)]
pub(in crate::monitoring) struct Exported {
    ids: HashSet<GuestId>,
    at: i64,
}

impl Monitoring {
    /// Takes over what Prometheus knows of servers from inside, and forgets what it does not know any more.
    pub(in crate::monitoring) async fn take_exported(&self) {
        // One that is slow to answer holds nobody up: what it told before is shown for a while.
        let answer = tokio::time::timeout(PATIENCE, self.0.prometheus.current()).await;
        let now = self.0.clock.now().timestamp();
        let Ok(Some(current)) = answer else {
            self.forget_exported(now);
            return;
        };
        let picture = self.0.inventory.snapshot();
        let cores = |id: &GuestId| {
            let at = picture.guests.binary_search_by(|row| row.id.cmp(id)).ok()?;
            picture.guests.get(at).map(|row| row.cores)
        };
        let told: Vec<(GuestId, Option<Inside>)> = current
            .iter()
            .filter_map(|(id, figures)| Some((id.clone(), Some(inside(figures, cores(id)?, now)))))
            .collect();
        let known: HashSet<GuestId> = told.iter().map(|(id, _)| id.clone()).collect();
        let exported = Exported {
            ids: known.clone(),
            at: now,
        };
        let before = std::mem::replace(&mut self.memory().exported, exported);
        let gone = before
            .ids
            .into_iter()
            .filter(|id| !known.contains(id))
            .map(|id| (id, None));
        let notes: Vec<_> = told.into_iter().chain(gone).collect();
        if !notes.is_empty() {
            self.0.inventory.note_exported(notes);
        }
    }

    /// Forgets what Prometheus told, once that is too long ago.
    fn forget_exported(&self, now: i64) {
        let mut memory = self.memory();
        if now - memory.exported.at <= KEPT_SECONDS || memory.exported.ids.is_empty() {
            return;
        }
        let gone = std::mem::take(&mut memory.exported).ids;
        drop(memory);
        self.0
            .inventory
            .note_exported(gone.into_iter().map(|id| (id, None)).collect());
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what the types hold"
)]
fn inside(figures: &Figures, cores: u32, told_at: i64) -> Inside {
    let share = |percent: f64| percent.round().clamp(0.0, 100.0) as u8;
    let load = |load: f64| (load * 100.0 / f64::from(cores.max(1))).round().clamp(0.0, 1e6) as u32;
    Inside {
        memory_percent: figures.memory_percent.map(share),
        disk_percent: figures.disk_percent.map(share),
        load_percent: figures.load.map(load),
        told_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_told_for_each_core_and_what_is_not_known_stays_so() {
        let figures = Figures {
            memory_percent: Some(41.6),
            load: Some(3.0),
            ..Figures::default()
        };
        let told = inside(&figures, 4, 0);
        assert_eq!(
            (told.memory_percent, told.disk_percent, told.load_percent),
            (Some(42), None, Some(75))
        );
    }
}
