//! Proxmox's own figures over time, brought onto the same times for several servers.

use std::collections::{BTreeSet, HashMap};

use drover_types::monitoring::HistoryMetric;
use pve_client::RrdPoint;

/// A figure of one server, each at the begin of its step in seconds since 1970.
type Figure = Vec<(i64, Option<f64>)>;

/// A figure as Proxmox keeps it, from `since` on. Its host tells it: memory is what the host gives the guest, and only
/// containers tell how full their disk is. `None` for what Proxmox does not keep at all.
pub(super) fn figure(points: &[RrdPoint], metric: HistoryMetric, since: i64) -> Option<Figure> {
    let share = |point: &RrdPoint, of: &str, whole: &str| {
        let whole = point.get(whole).filter(|whole| *whole > 0.0)?;
        Some((point.get(of)? / whole * 100.0).clamp(0.0, 100.0))
    };
    let value = |point: &RrdPoint| match metric {
        HistoryMetric::Cpu => point.get("cpu").map(|share| share * 100.0),
        HistoryMetric::Memory => share(point, "mem", "maxmem"),
        // A virtual machine's is always 0 (`PVE::QemuServer::vmstatus`).
        HistoryMetric::Disk => share(point, "disk", "maxdisk").filter(|percent| *percent > 0.0),
        HistoryMetric::NetworkIn => point.get("netin"),
        HistoryMetric::NetworkOut => point.get("netout"),
        HistoryMetric::Load => None,
    };
    let figure: Figure = points
        .iter()
        .filter(|point| point.time >= since)
        .map(|point| (point.time, value(point)))
        .collect();
    let is_kept = match metric {
        HistoryMetric::Load => false,
        HistoryMetric::Disk => figure.iter().any(|(_, value)| value.is_some()),
        _ => true,
    };
    is_kept.then_some(figure)
}

/// The figures on one list of times. Where nodes keep another step than others, the widest counts for all, and what
/// falls into one step is averaged.
pub(super) fn aligned(figures: &[Figure]) -> (Vec<i64>, Vec<Vec<Option<f64>>>) {
    let step = figures.iter().filter_map(step).max().unwrap_or(1);
    let begin = |time: i64| time - time.rem_euclid(step);
    let times: BTreeSet<i64> = figures.iter().flatten().map(|(time, _)| begin(*time)).collect();
    let values = figures.iter().map(|figure| {
        let mut sums: HashMap<i64, (f64, f64)> = HashMap::new();
        for (time, value) in figure {
            if let Some(value) = value {
                let (sum, count) = sums.entry(begin(*time)).or_default();
                *sum += value;
                *count += 1.0;
            }
        }
        times
            .iter()
            .map(|time| sums.get(time).map(|(sum, count)| sum / count))
            .collect()
    });
    let values = values.collect();
    (times.into_iter().collect(), values)
}

/// The distance of two points, where there are two.
fn step(figure: &Figure) -> Option<i64> {
    let pairs = figure.windows(2).map(|pair| pair[1].0 - pair[0].0);
    pairs.filter(|distance| *distance > 0).min()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn point(time: i64, values: &[(&str, f64)]) -> RrdPoint {
        RrdPoint {
            time,
            values: values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn what_proxmox_does_not_keep_is_not_zero() {
        let machine = [point(
            60,
            &[
                ("cpu", 0.5),
                ("mem", 3.0),
                ("maxmem", 2.0),
                ("disk", 0.0),
                ("maxdisk", 8.0),
            ],
        )];
        let container = [point(60, &[("disk", 2.0), ("maxdisk", 8.0)]), point(120, &[])];
        assert_eq!(
            figure(&machine, HistoryMetric::Cpu, 0),
            Some(vec![(60, Some(50.0))])
        );
        assert_eq!(
            figure(&machine, HistoryMetric::Memory, 0),
            Some(vec![(60, Some(100.0))])
        );
        assert_eq!(figure(&machine, HistoryMetric::Disk, 0), None);
        assert_eq!(figure(&machine, HistoryMetric::Load, 0), None);
        assert_eq!(
            figure(&machine, HistoryMetric::NetworkIn, 0),
            Some(vec![(60, None)])
        );
        assert_eq!(
            figure(&container, HistoryMetric::Disk, 0),
            Some(vec![(60, Some(25.0)), (120, None)])
        );
        assert_eq!(
            figure(&container, HistoryMetric::Cpu, 61),
            Some(vec![(120, None)])
        );
    }

    #[test]
    fn two_servers_share_their_times() {
        let fine = vec![(0, Some(1.0)), (60, Some(3.0)), (120, None), (180, Some(7.0))];
        let coarse = vec![(0, Some(10.0)), (120, Some(20.0)), (240, None)];
        let (times, values) = aligned(&[fine, coarse, Vec::new()]);
        assert_eq!(times, [0, 120, 240]);
        assert_eq!(values[0], [Some(2.0), Some(7.0), None]);
        assert_eq!(values[1], [Some(10.0), Some(20.0), None]);
        assert_eq!(values[2], [None, None, None]);
        assert_eq!(aligned(&[]), (Vec::new(), Vec::new()));
    }
}
