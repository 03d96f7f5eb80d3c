//! The clusters as gauges, with the names and labels of `prometheus-pve-exporter`
//! (`pve_exporter/collector/cluster.py`) so that its dashboards and rules fit, and the cluster beside the id.
//!
//! Written from the live picture at each scrape: what is gone is gone, nothing is kept twice, and Proxmox is not asked.
//! A cluster that does not answer tells nothing, which is not the same as zero.

use std::fmt::Write;

use drover_types::cluster::{ClusterHealth, NodeRow, StorageRow};
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::inventory::Snapshot;

/// A thing with its `id` and `cluster` labels, which all of its lines begin with.
struct Labelled<'a, T> {
    labels: String,
    row: &'a T,
}

/// Everything that one scrape tells.
struct Picture<'a> {
    now: i64,
    clusters: Vec<Labelled<'a, ClusterHealth>>,
    nodes: Vec<Labelled<'a, NodeRow>>,
    storages: Vec<Labelled<'a, StorageRow>>,
    guests: Vec<Labelled<'a, GuestRow>>,
}

/// The gauges of `snapshot` at `now`, in seconds since 1970.
pub(super) fn exposition(snapshot: &Snapshot, now: i64) -> String {
    let fresh: Vec<&ClusterHealth> = snapshot
        .clusters
        .iter()
        .filter(|health| !health.is_stale(now))
        .collect();
    let is_told = |cluster: &str| fresh.iter().any(|health| health.name == cluster);
    let picture = Picture {
        now,
        clusters: all(fresh.iter().copied(), |row| {
            (format!("cluster/{}", row.name), &row.name)
        }),
        nodes: all(snapshot.nodes.iter().filter(|row| is_told(&row.cluster)), |row| {
            (format!("node/{}", row.name), &row.cluster)
        }),
        storages: all(
            snapshot.storages.iter().filter(|row| is_told(&row.cluster)),
            |row| (format!("storage/{}/{}", row.node, row.name), &row.cluster),
        ),
        // What a task is about to make is nothing of Proxmox's yet.
        guests: all(
            snapshot
                .guests
                .iter()
                .filter(|row| row.status != GuestStatus::Creating && is_told(&row.id.cluster)),
            |row| (format!("{}/{}", row.kind.as_str(), row.id.vmid), &row.id.cluster),
        ),
    };
    // About what ten lines of a guest come to.
    let mut out = String::with_capacity(1024 + snapshot.guests.len() * 768);
    reachable(&mut out, snapshot, now);
    picture.write(&mut out);
    out
}

fn all<'a, T>(
    rows: impl Iterator<Item = &'a T>,
    named: impl Fn(&'a T) -> (String, &'a str),
) -> Vec<Labelled<'a, T>> {
    let labelled = rows.map(|row| {
        let (id, cluster) = named(row);
        let mut labels = String::with_capacity(48);
        labels.push_str("id=\"");
        escape(&mut labels, &id);
        labels.push_str("\",cluster=\"");
        escape(&mut labels, cluster);
        labels.push('"');
        Labelled { labels, row }
    });
    labelled.collect()
}

/// Drover's own: whether a cluster answers at all.
fn reachable(out: &mut String, snapshot: &Snapshot, now: i64) {
    let name = "drover_cluster_up";
    head(
        out,
        name,
        "Whether the cluster answers, and its picture is of now.",
    );
    for health in &snapshot.clusters {
        let _ = write!(out, "{name}{{cluster=\"");
        escape(out, &health.name);
        let _ = writeln!(out, "\"}} {}", u8::from(!health.is_stale(now)));
    }
}

impl Picture<'_> {
    fn write(&self, out: &mut String) {
        self.up(out);
        self.info(out);
        self.load(out);
        self.sizes(out);
    }

    fn up(&self, out: &mut String) {
        let name = "pve_up";
        head(
            out,
            name,
            "Whether a node is online, a guest on, a storage active, a cluster quorate.",
        );
        for one in &self.clusters {
            if let Some(quorate) = one.row.quorate {
                line(out, name, &one.labels, u8::from(quorate));
            }
        }
        for one in &self.nodes {
            line(out, name, &one.labels, u8::from(one.row.online));
        }
        for one in &self.storages {
            line(out, name, &one.labels, u8::from(one.row.active));
        }
        for one in self.known_guests() {
            line(out, name, &one.labels, u8::from(is_on(one.row)));
        }
    }

    fn info(&self, out: &mut String) {
        let name = "pve_version_info";
        head(out, name, "The version of Proxmox VE.");
        for one in self.clusters.iter().filter(|one| !one.row.version.is_empty()) {
            let version = one.row.version.as_str();
            let release = version.rsplit_once('.').map_or(version, |(release, _)| release);
            info(
                out,
                name,
                &one.labels,
                &[("release", release), ("version", version)],
            );
        }
        let name = "pve_node_info";
        head(out, name, "What a node is called.");
        for one in &self.nodes {
            info(out, name, &one.labels, &[("name", &one.row.name)]);
        }
        let name = "pve_storage_info";
        head(out, name, "What a storage is called and may hold.");
        for one in &self.storages {
            let row = one.row;
            let content = row.content.join(",");
            let labels = [
                ("node", row.node.as_str()),
                ("storage", &row.name),
                ("plugintype", &row.kind),
                ("content", &content),
            ];
            info(out, name, &one.labels, &labels);
        }
        let name = "pve_guest_info";
        head(out, name, "What a guest is called and where it is.");
        for one in &self.guests {
            let row = one.row;
            let tags = row.tags.join(";");
            let labels = [
                ("node", row.node.as_str()),
                ("name", &row.name),
                ("type", row.kind.as_str()),
                ("template", if row.template { "1" } else { "0" }),
                ("tags", &tags),
            ];
            info(out, name, &one.labels, &labels);
        }
    }

    fn load(&self, out: &mut String) {
        let name = "pve_cpu_usage_ratio";
        head(out, name, "Load of the cores, 0 to 1, in steps of a hundredth.");
        for one in self.online() {
            line(out, name, &one.labels, Share(one.row.cpu_percent));
        }
        for one in self.known_guests() {
            line(out, name, &one.labels, Share(one.row.cpu_percent));
        }
        let name = "pve_memory_usage_bytes";
        head(
            out,
            name,
            "Memory in use; of guests as they tell it themselves, where they do, in steps of a hundredth.",
        );
        for one in self.online() {
            line(out, name, &one.labels, one.row.memory_used_bytes);
        }
        for one in self.known_guests() {
            let row = one.row;
            line(
                out,
                name,
                &one.labels,
                row.memory_bytes / 100 * u64::from(row.memory_percent),
            );
        }
        let name = "pve_uptime_seconds";
        head(out, name, "For how long it has been on.");
        for one in self.online() {
            line(out, name, &one.labels, self.since(one.row.started_at));
        }
        for one in self.known_guests() {
            line(out, name, &one.labels, self.since(one.row.started_at));
        }
    }

    fn sizes(&self, out: &mut String) {
        let name = "pve_cpu_usage_limit";
        head(out, name, "Cores.");
        for one in self.online() {
            line(out, name, &one.labels, one.row.cores);
        }
        for one in &self.guests {
            line(out, name, &one.labels, one.row.cores);
        }
        let name = "pve_memory_size_bytes";
        head(out, name, "Memory.");
        for one in self.online() {
            line(out, name, &one.labels, one.row.memory_bytes);
        }
        for one in &self.guests {
            line(out, name, &one.labels, one.row.memory_bytes);
        }
        let name = "pve_disk_size_bytes";
        head(out, name, "Size of a storage, or of a guest's boot disk.");
        for one in self.active() {
            line(out, name, &one.labels, one.row.total_bytes);
        }
        for one in &self.guests {
            line(out, name, &one.labels, one.row.disk_bytes);
        }
        let name = "pve_disk_usage_bytes";
        head(out, name, "What of a storage is in use.");
        for one in self.active() {
            line(out, name, &one.labels, one.row.used_bytes);
        }
        let name = "pve_storage_shared";
        head(out, name, "Whether all nodes see the same storage.");
        for one in &self.storages {
            line(out, name, &one.labels, u8::from(one.row.shared));
        }
    }

    /// Guests whose node tells how they are.
    fn known_guests(&self) -> impl Iterator<Item = &Labelled<'_, GuestRow>> {
        self.guests
            .iter()
            .filter(|one| one.row.status != GuestStatus::Unknown)
    }

    fn online(&self) -> impl Iterator<Item = &Labelled<'_, NodeRow>> {
        self.nodes.iter().filter(|one| one.row.online)
    }

    fn active(&self) -> impl Iterator<Item = &Labelled<'_, StorageRow>> {
        self.storages.iter().filter(|one| one.row.active)
    }

    fn since(&self, started_at: i64) -> i64 {
        if started_at == 0 {
            0
        } else {
            (self.now - started_at).max(0)
        }
    }
}

/// Whether it runs for Proxmox: one that is halted, or about to stop, does.
fn is_on(row: &GuestRow) -> bool {
    row.started_at > 0 || row.status == GuestStatus::Running
}

/// Percent as a share of 1.
struct Share(u8);

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

fn head(out: &mut String, name: &str, help: &str) {
    // Writing into a text can't fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn line(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{name}{{{labels}}} {value}");
}

fn info(out: &mut String, name: &str, labels: &str, more: &[(&str, &str)]) {
    out.push_str(name);
    out.push('{');
    out.push_str(labels);
    for (label, value) in more {
        out.push(',');
        out.push_str(label);
        out.push_str("=\"");
        escape(out, value);
        out.push('"');
    }
    out.push_str("} 1\n");
}

/// Writes a label's value: a backslash, a quote and a line's end have a backslash before them.
fn escape(out: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use drover_types::guest::GuestKind;
    use drover_types::ids::GuestId;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn health(name: &str, fetched_at: i64) -> ClusterHealth {
        ClusterHealth {
            name: name.into(),
            version: "9.0.3".into(),
            quorate: Some(true),
            reachable: true,
            fetched_at,
        }
    }

    fn guest(cluster: &str, vmid: u32, status: GuestStatus) -> GuestRow {
        GuestRow {
            name: format!("web-{vmid}"),
            status,
            node: "pve1".into(),
            cores: 4,
            memory_bytes: 2_000,
            disk_bytes: 8_000,
            cpu_percent: 7,
            memory_percent: 50,
            started_at: if status == GuestStatus::Running {
                NOW - 60
            } else {
                0
            },
            tags: vec!["a".into(), "b".into()],
            ..GuestRow::unknown(GuestId::new(cluster, vmid))
        }
    }

    fn lines<'a>(told: &'a str, of: &str) -> Vec<&'a str> {
        told.lines().filter(|line| line.contains(of)).collect()
    }

    #[test]
    fn a_guest_is_told_by_the_names_that_the_exporter_has() {
        let snapshot = Snapshot {
            guests: vec![guest("lab", 100, GuestStatus::Running)],
            clusters: vec![health("lab", NOW)],
            ..Snapshot::default()
        };
        let told = exposition(&snapshot, NOW);
        let labels = r#"{id="qemu/100",cluster="lab"}"#;
        let named =
            r#"{id="qemu/100",cluster="lab",node="pve1",name="web-100",type="qemu",template="0",tags="a;b"}"#;
        assert_eq!(
            lines(&told, "qemu/100"),
            [
                format!("pve_up{labels} 1"),
                format!("pve_guest_info{named} 1"),
                format!("pve_cpu_usage_ratio{labels} 0.07"),
                format!("pve_memory_usage_bytes{labels} 1000"),
                format!("pve_uptime_seconds{labels} 60"),
                format!("pve_cpu_usage_limit{labels} 4"),
                format!("pve_memory_size_bytes{labels} 2000"),
                format!("pve_disk_size_bytes{labels} 8000"),
            ]
        );
        assert_eq!(
            lines(&told, "cluster/lab"),
            [
                r#"pve_up{id="cluster/lab",cluster="lab"} 1"#,
                r#"pve_version_info{id="cluster/lab",cluster="lab",release="9.0",version="9.0.3"} 1"#,
            ]
        );
    }

    #[test]
    fn what_nobody_tells_is_left_out_and_not_zero() {
        let snapshot = Snapshot {
            guests: vec![
                guest("lab", 100, GuestStatus::Stopped),
                guest("lab", 101, GuestStatus::Unknown),
                guest("lab", 102, GuestStatus::Creating),
                guest("old", 100, GuestStatus::Running),
            ],
            clusters: vec![health("lab", NOW), health("old", NOW - 600)],
            ..Snapshot::default()
        };
        let told = exposition(&snapshot, NOW);
        assert!(
            told.contains(r#"pve_up{id="qemu/100",cluster="lab"} 0"#),
            "{told}"
        );
        assert!(
            told.contains(r#"pve_uptime_seconds{id="qemu/100",cluster="lab"} 0"#),
            "{told}"
        );
        let unknown = lines(&told, "qemu/101");
        assert_eq!(unknown.len(), 4, "its name and sizes: {unknown:?}");
        assert!(lines(&told, "qemu/102").is_empty(), "{told}");
        assert_eq!(lines(&told, "\"old\""), [r#"drover_cluster_up{cluster="old"} 0"#]);
    }

    #[test]
    fn values_of_labels_are_escaped() {
        let mut row = guest("lab", 100, GuestStatus::Running);
        row.kind = GuestKind::Lxc;
        row.name = "a\"b\\c\nd".into();
        let snapshot = Snapshot {
            guests: vec![row],
            clusters: vec![health("lab", NOW)],
            ..Snapshot::default()
        };
        let told = exposition(&snapshot, NOW);
        let info = lines(&told, "pve_guest_info{");
        assert!(
            info[0].contains(r#"id="lxc/100""#) && info[0].contains(r#"name="a\"b\\c\nd""#),
            "{info:?}"
        );
    }

    #[test]
    fn ten_thousand_guests_are_eighty_thousand_lines_and_soon_written() {
        let snapshot = Snapshot {
            guests: (0..10_000)
                .map(|at| guest("lab", 100 + at, GuestStatus::Running))
                .collect(),
            clusters: vec![health("lab", NOW)],
            ..Snapshot::default()
        };
        let began = Instant::now();
        let told = exposition(&snapshot, NOW);
        let took = began.elapsed();
        println!("{} bytes in {took:?}", told.len());
        assert_eq!(lines(&told, "id=\"qemu/").len(), 80_000);
        // Without optimisation, on a machine that does other things too; a release build takes a tenth.
        assert!(took.as_millis() < 1_000, "{took:?}");
    }
}
