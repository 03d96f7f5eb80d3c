//! What Prometheus is asked, in its own language: one expression for a figure of all servers.
//!
//! The names are those of `node_exporter`; the labels `cluster` and `vmid` come from the file of targets, and whatever
//! else Prometheus watches bears none of them.

use drover_types::ids::GuestId;
use drover_types::monitoring::HistoryMetric;

/// Over how long a growing number is made a rate: two samples are in it where exporters are asked every minute.
const SHORTEST: i64 = 120;

/// File systems that hold no disk of the server: they live in memory, are read-only images, or are another machine's.
const UNREAL: &str = "tmpfs|ramfs|devtmpfs|squashfs|erofs|iso9660|udf|overlay|autofs|fuse.*|nfs|nfs4|cifs|smb3|9p|virtiofs|ceph";

/// Devices that carry what another one carries too, or that never leave the server.
const VIRTUAL: &str =
    "lo|veth.*|docker.*|br-.*|virbr.*|cni.*|cali.*|flannel.*|lxcbr.*|tap.*|tun.*|wg.*|dummy.*|ifb.*|bond.*";

/// Whether the exporter answers.
pub(super) fn up() -> String {
    format!("max by (cluster, vmid) (up{{{ALL}}})")
}

/// Every target that has both labels.
const ALL: &str = r#"cluster!="",vmid!="""#;

/// A figure of all servers as it is now.
pub(super) fn now(metric: HistoryMetric) -> String {
    expression(metric, ALL, SHORTEST, None)
}

/// A figure of these servers, made for points that are `step` seconds apart.
pub(super) fn over_time(metric: HistoryMetric, guests: &[GuestId], step: i64) -> String {
    let window = step.max(SHORTEST);
    expression(metric, &selector(guests), window, Some(window))
}

/// The labels that these servers have. Some others have them too where servers of two clusters are meant.
fn selector(guests: &[GuestId]) -> String {
    let mut clusters: Vec<String> = guests.iter().map(|id| quoted(&id.cluster)).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let vmids: Vec<String> = guests.iter().map(|id| id.vmid.to_string()).collect();
    format!(r#"cluster=~"{}",vmid=~"{}""#, clusters.join("|"), vmids.join("|"))
}

/// A text inside a regular expression inside a string.
fn quoted(text: &str) -> String {
    regex::escape(text).replace('\\', r"\\").replace('"', "\\\"")
}

/// A figure of whatever bears `labels`: rates over `window` seconds, other figures as they are, or their averages over
/// `averaged` seconds.
fn expression(metric: HistoryMetric, labels: &str, window: i64, averaged: Option<i64>) -> String {
    let gauge = |name: &str, labels: &str| match averaged {
        Some(seconds) => format!("avg_over_time({name}{{{labels}}}[{seconds}s])"),
        None => format!("{name}{{{labels}}}"),
    };
    match metric {
        // All that is not idle. Waiting for a disk counts: no other figure tells a disk that can't keep up.
        HistoryMetric::Cpu => format!(
            "clamp(100 * (1 - avg by (cluster, vmid) (rate(node_cpu_seconds_total{{mode=\"idle\",{labels}}}[{window}s]))), \
             0, 100)"
        ),
        // What the kernel says it could give without swapping: caches count as free.
        HistoryMetric::Memory => format!(
            "clamp(100 * (1 - max by (cluster, vmid) ({}) / max by (cluster, vmid) ({})), 0, 100)",
            gauge("node_memory_MemAvailable_bytes", labels),
            gauge("node_memory_MemTotal_bytes", labels),
        ),
        // As `df` tells it: what is reserved for root counts as used once the rest is.
        HistoryMetric::Disk => {
            let real = format!("{labels},fstype!~\"{UNREAL}\"");
            let one = |name| gauge(name, &real);
            let used = format!(
                "({} - {})",
                one("node_filesystem_size_bytes"),
                one("node_filesystem_free_bytes")
            );
            format!(
                "max by (cluster, vmid) (100 * {used} / ({used} + {}))",
                one("node_filesystem_avail_bytes")
            )
        }
        HistoryMetric::NetworkIn => network("node_network_receive_bytes_total", labels, window),
        HistoryMetric::NetworkOut => network("node_network_transmit_bytes_total", labels, window),
        HistoryMetric::Load => format!("max by (cluster, vmid) ({})", gauge("node_load1", labels)),
    }
}

fn network(name: &str, labels: &str, window: i64) -> String {
    format!("sum by (cluster, vmid) (rate({name}{{{labels},device!~\"{VIRTUAL}\"}}[{window}s]))")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_only_those_asked_for_are_selected() {
        let guests = [
            GuestId::new("a.b", 100),
            GuestId::new("a.b", 7),
            GuestId::new(r#"x"y"#, 7),
        ];
        assert_eq!(selector(&guests), r#"cluster=~"a\\.b|x\"y",vmid=~"100|7|7""#);
    }

    #[test]
    fn wide_steps_have_wide_windows() {
        let guests = [GuestId::new("lab", 100)];
        assert!(over_time(HistoryMetric::Cpu, &guests, 15).contains("[120s]"));
        assert!(
            over_time(HistoryMetric::Load, &guests, 1800)
                .contains("avg_over_time(node_load1{cluster=~\"lab\",vmid=~\"100\"}[1800s])")
        );
        assert!(!now(HistoryMetric::Memory).contains("avg_over_time"));
    }
}
