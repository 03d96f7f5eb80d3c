//! What monitoring does, from a figure to the one who is told, under a clock that the test moves.

use chrono::TimeDelta;
use drover_types::ids::GuestId;
use drover_types::monitoring::{
    AlertLevel, AlertState, HistoryRange, Metric, MonitoringSettings, QuietHours, RuleInput, RuleTarget,
};
use drover_types::notification::Level;
use drover_types::permission::UserRole;
use drover_types::text::Note;
use pve_client::Resource;
use serde_json::{Value, json};

use super::{Monitoring, MonitoringConfigChange};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::Error;
use crate::inventory::{Inside, Inventory};
use crate::notifications::{NotificationFilter, Notifications};
use crate::store::on_db;
use crate::store::testing::{TestDb, databases, sqlite};
use crate::testing::{Accounts, context, inventory, noon};

/// Monitoring of a cluster that the test tells about.
struct Watch {
    clock: Clock,
    inventory: Inventory,
    monitoring: Monitoring,
    notifications: Notifications,
    admin: OpContext,
    test: Accounts,
}

impl Watch {
    async fn over(test: TestDb) -> Self {
        let accounts = Accounts::over(test).await;
        let clock = accounts.clock.clone();
        let db = accounts.db();
        let inventory = inventory(db, &accounts.events, &clock);
        let monitoring = Monitoring::alone(
            db.clone(),
            clock.clone(),
            accounts.events.clone(),
            inventory.clone(),
        );
        monitoring.ensure_rules().await.unwrap();
        Self {
            clock,
            inventory,
            monitoring,
            notifications: accounts.notifications.clone(),
            admin: context(1, UserRole::Admin),
            test: accounts,
        }
    }

    /// Tells what the cluster has, and looks at the rules.
    async fn see(&self, resources: &Value) {
        let resources: Vec<Resource> = serde_json::from_value(resources.clone()).unwrap();
        self.inventory.told("lab", resources);
        self.monitoring.evaluate().await.unwrap();
    }

    /// The same every minute, for so long.
    async fn see_for(&self, minutes: u32, resources: &Value) {
        for _ in 0..minutes {
            self.clock.advance(TimeDelta::minutes(1));
            self.see(resources).await;
        }
    }

    async fn open(&self) -> Vec<(Metric, AlertLevel, AlertState)> {
        let open = self.monitoring.open(&self.admin).await.unwrap();
        open.iter()
            .map(|row| (row.metric, row.level, row.state))
            .collect()
    }

    /// What people were told, the first first.
    async fn told(&self) -> Vec<Note> {
        let all = self
            .notifications
            .list(&self.admin, &NotificationFilter::default())
            .await
            .unwrap();
        let mut notes: Vec<Note> = all.rows.into_iter().map(|row| row.note).collect();
        notes.reverse();
        notes.retain(|note| note.category() == "monitoring");
        notes
    }
}

fn guest(cpu: f64, extra: Value) -> Value {
    let mut guest = json!({"type": "qemu", "id": "qemu/100", "vmid": 100, "name": "web-1", "node": "pve1", "status": "running",
        "cpu": cpu, "maxcpu": 2, "mem": 1, "maxmem": 100, "maxdisk": 100, "uptime": 1000});
    for (key, value) in extra.as_object().unwrap() {
        guest[key] = value.clone();
    }
    guest
}

fn cluster(guest: Value) -> Value {
    json!([guest, {"type": "node", "id": "node/pve1", "node": "pve1", "status": "online", "maxcpu": 8, "maxmem": 100}])
}

#[tokio::test]
async fn an_alert_is_raised_once_it_lasts_known_gets_worse_and_ends() {
    for test in databases().await {
        let name = test.name;
        let watch = Watch::over(test).await;
        let busy = cluster(guest(0.85, json!({})));
        watch.see(&busy).await;
        watch.see_for(9, &busy).await;
        assert_eq!(watch.open().await, [], "{name}: it has to last ten minutes");
        watch.see_for(1, &busy).await;
        let warned = (Metric::Cpu, AlertLevel::Warning, AlertState::Raised);
        assert_eq!(watch.open().await, [warned], "{name}");
        assert_eq!(watch.told().await.len(), 1, "{name}");
        watch.see_for(5, &busy).await;
        assert_eq!(watch.told().await.len(), 1, "{name}: told once");

        let id = watch.monitoring.open(&watch.admin).await.unwrap()[0].id;
        assert_eq!(
            watch.monitoring.acknowledge(&watch.admin, &[id]).await.unwrap(),
            1
        );
        assert_eq!(
            watch.monitoring.acknowledge(&watch.admin, &[id]).await.unwrap(),
            0
        );
        let known = (Metric::Cpu, AlertLevel::Warning, AlertState::Acknowledged);
        assert_eq!(watch.open().await, [known], "{name}");

        watch.see_for(11, &cluster(guest(0.99, json!({})))).await;
        let worse = (Metric::Cpu, AlertLevel::Critical, AlertState::Raised);
        assert_eq!(watch.open().await, [worse], "{name}: nobody knows of that yet");
        watch.see_for(1, &cluster(guest(0.78, json!({})))).await;
        assert_eq!(watch.open().await.len(), 1, "{name}: within the hysteresis");
        watch.see_for(1, &cluster(guest(0.10, json!({})))).await;
        assert_eq!(watch.open().await, [], "{name}");
        let told = watch.told().await;
        assert!(
            matches!(
                &told[..],
                [
                    Note::AlertsRaised {
                        level: AlertLevel::Warning,
                        value: 85,
                        ..
                    },
                    Note::AlertsRaised {
                        level: AlertLevel::Critical,
                        ..
                    },
                    Note::AlertsResolved { .. }
                ]
            ),
            "{name}: {told:?}"
        );
        let events = watch.monitoring.events(&watch.admin, id).await.unwrap();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["raised", "acknowledged", "worsened", "eased", "resolved"],
            "{name}"
        );
        let history = watch.monitoring.history(&watch.admin, None).await.unwrap();
        assert_eq!(history.rows[0].state, AlertState::Resolved, "{name}");
    }
}

#[tokio::test]
async fn what_is_put_away_is_raised_again_only_after_it_was_over() {
    let watch = Watch::over(sqlite().await).await;
    let busy = cluster(guest(0.99, json!({})));
    watch.see(&busy).await;
    watch.see_for(10, &busy).await;
    assert_eq!(watch.monitoring.clear(&watch.admin, None).await.unwrap(), 1);
    watch.see_for(30, &busy).await;
    assert_eq!(watch.open().await, []);
    watch.see_for(1, &cluster(guest(0.0, json!({})))).await;
    assert_eq!(
        watch.told().await.len(),
        1,
        "nobody is told the end of what was put away"
    );
    watch.see_for(11, &busy).await;
    assert_eq!(watch.open().await.len(), 1);
}

#[tokio::test]
async fn a_backup_or_a_snapshot_mutes_its_server_and_a_restart_forgets_no_alert() {
    let watch = Watch::over(sqlite().await).await;
    let locked = cluster(guest(0.99, json!({"lock": "backup"})));
    watch.see(&locked).await;
    watch.see_for(30, &locked).await;
    assert_eq!(watch.open().await, []);
    let busy = cluster(guest(0.99, json!({})));
    watch.see_for(11, &busy).await;
    assert_eq!(watch.open().await.len(), 1);

    let again = Monitoring::alone(
        watch.test.db().clone(),
        watch.clock.clone(),
        watch.test.events.clone(),
        watch.inventory.clone(),
    );
    again.evaluate().await.unwrap();
    assert_eq!(
        watch.open().await.len(),
        1,
        "the other process raises no second one"
    );
    again.evaluate().await.unwrap();
    watch.inventory.told(
        "lab",
        serde_json::from_value(cluster(guest(0.1, json!({})))).unwrap(),
    );
    again.evaluate().await.unwrap();
    assert_eq!(watch.open().await, [], "and ends it");
}

#[tokio::test]
async fn a_node_a_storage_and_a_silent_cluster_are_told() {
    let watch = Watch::over(sqlite().await).await;
    let bad = json!([
        guest(0.1, json!({})),
        {"type": "node", "id": "node/pve1", "node": "pve1", "status": "online", "maxcpu": 8, "maxmem": 100},
        {"type": "node", "id": "node/pve2", "node": "pve2", "status": "offline"},
        {"type": "storage", "id": "storage/pve1/tank", "storage": "tank", "node": "pve1", "status": "available",
         "disk": 97, "maxdisk": 100, "plugintype": "dir", "content": "images"},
    ]);
    watch.see(&bad).await;
    watch.see_for(11, &bad).await;
    let metrics: Vec<Metric> = watch.open().await.iter().map(|one| one.0).collect();
    assert_eq!(metrics, [Metric::Storage, Metric::NodeDown]);
    watch.clock.advance(TimeDelta::minutes(5));
    watch.monitoring.evaluate().await.unwrap();
    watch.clock.advance(TimeDelta::minutes(3));
    watch.monitoring.evaluate().await.unwrap();
    let metrics: Vec<Metric> = watch.open().await.iter().map(|one| one.0).collect();
    assert_eq!(
        metrics,
        [Metric::ClusterDown, Metric::Storage, Metric::NodeDown],
        "what is unknown stays"
    );
    let summary = watch.monitoring.summary(&watch.admin).await.unwrap();
    assert_eq!(
        (summary.counts.unknown, summary.counts.healthy),
        (1, 0),
        "no data is not healthy"
    );
}

#[tokio::test]
async fn in_quiet_hours_it_is_raised_and_told_in_the_morning() {
    let watch = Watch::over(sqlite().await).await;
    // The clock stands at 08:00 UTC.
    let settings = MonitoringSettings {
        quiet: Some(QuietHours {
            from: "07:00".to_owned(),
            to: "09:00".to_owned(),
            days: (1..=7).collect(),
            time_zone: "UTC".to_owned(),
            critical_passes: false,
        }),
        ..MonitoringSettings::default()
    };
    watch
        .monitoring
        .set_settings(&watch.admin, &settings)
        .await
        .unwrap();
    let busy = cluster(guest(0.99, json!({})));
    watch.see(&busy).await;
    watch.see_for(15, &busy).await;
    assert_eq!(watch.open().await.len(), 1);
    assert_eq!(watch.told().await, []);
    watch.see_for(50, &busy).await;
    assert_eq!(watch.told().await.len(), 1, "it still stands at nine");
}

#[tokio::test]
async fn a_rule_is_changed_by_one_at_a_time_and_nonsense_is_refused() {
    let watch = Watch::over(sqlite().await).await;
    let input = RuleInput {
        metric: Metric::Cpu,
        target: RuleTarget::Tag("web".to_owned()),
        warning: Some(50),
        critical: None,
        hysteresis: 0,
        minutes: 0,
        enabled: true,
    };
    let (monitoring, admin) = (&watch.monitoring, &watch.admin);
    let made = monitoring.create_rule(admin, &input).await.unwrap();
    let twice = monitoring.create_rule(admin, &input).await;
    assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");
    let other = RuleInput {
        warning: Some(60),
        ..input.clone()
    };
    let changed = monitoring
        .update_rule(admin, made.id, Some(1), &other)
        .await
        .unwrap();
    assert_eq!(changed.revision, 2);
    let late = monitoring.update_rule(admin, made.id, Some(1), &input).await;
    assert!(matches!(late, Err(Error::Edited(_))), "{late:?}");
    let nonsense = RuleInput {
        warning: Some(90),
        critical: Some(80),
        ..input.clone()
    };
    assert!(matches!(
        monitoring.create_rule(admin, &nonsense).await,
        Err(Error::Invalid(_))
    ));
    let viewer = context(2, UserRole::Viewer);
    assert!(matches!(
        monitoring.create_rule(&viewer, &input).await,
        Err(Error::AdministratorsOnly)
    ));

    let tagged = cluster(guest(0.65, json!({"tags": "web"})));
    watch.see(&tagged).await;
    assert_eq!(watch.open().await.len(), 1, "by the rule of its tag, at once");
    monitoring.delete_rule(admin, made.id).await.unwrap();
    watch.see_for(1, &tagged).await;
    assert_eq!(watch.open().await, [], "its alert ends with the rule");
}

#[tokio::test]
async fn a_preview_counts_how_often_it_would_have_fired() {
    let watch = Watch::over(sqlite().await).await;
    for cpu in [0.1, 0.9, 0.9, 0.1, 0.9, 0.1] {
        watch.see(&cluster(guest(cpu, json!({})))).await;
        watch.clock.advance(TimeDelta::minutes(5));
    }
    let rule = RuleInput {
        metric: Metric::Cpu,
        target: RuleTarget::All,
        warning: Some(80),
        critical: None,
        hysteresis: 0,
        minutes: 0,
        enabled: true,
    };
    let preview = watch.monitoring.preview(&watch.admin, &rule).unwrap();
    assert_eq!((preview.fired, preview.subjects), (2, 1));
    assert_eq!(preview.since, Some(noon().now()));
    let lasting = RuleInput { minutes: 5, ..rule };
    assert_eq!(watch.monitoring.preview(&watch.admin, &lasting).unwrap().fired, 1);
}

#[tokio::test]
async fn a_preview_knows_nodes_storages_and_servers_that_went_down_too() {
    let watch = Watch::over(sqlite().await).await;
    let at = |used: u32, node: &str, status: &str| {
        json!([
            guest(0.1, json!({"status": status, "node": "pve1"})),
            {"type": "node", "id": "node/pve1", "node": "pve1", "status": "online", "maxcpu": 8, "maxmem": 100},
            {"type": "node", "id": "node/pve2", "node": "pve2", "status": node, "maxcpu": 8, "maxmem": 100},
            {"type": "storage", "id": "storage/pve1/nfs", "node": "pve1", "storage": "nfs", "status": "available",
                "shared": 1, "disk": used, "maxdisk": 100, "plugintype": "nfs", "content": "backup"},
        ])
    };
    let days = [
        at(50, "online", "running"),
        at(90, "offline", "running"),
        at(60, "online", "stopped"),
        at(97, "offline", "stopped"),
    ];
    for (day, resources) in days.iter().enumerate() {
        if day == 3 {
            // The cluster has said that nobody stopped it.
            let web = GuestId::new("lab", 100);
            watch.monitoring.memory().runs.explain(&web, false);
        }
        watch.see(resources).await;
        watch.clock.advance(TimeDelta::minutes(5));
    }
    let fired = |metric, warning| {
        let rule = RuleInput {
            metric,
            target: RuleTarget::All,
            warning: Some(warning),
            critical: None,
            hysteresis: 0,
            minutes: 0,
            enabled: true,
        };
        let preview = watch.monitoring.preview(&watch.admin, &rule).unwrap();
        let first = preview.firings.first().map(|one| one.subject.name().to_owned());
        (preview.fired, preview.subjects, first)
    };
    let one = |name: &str| Some(name.to_owned());
    assert_eq!(fired(Metric::Storage, 85), (2, 1, one("nfs")));
    assert_eq!(fired(Metric::NodeDown, 1), (2, 2, one("pve2")));
    assert_eq!(fired(Metric::GuestDown, 1), (1, 1, one("web-1")));
    assert_eq!(fired(Metric::TaskFailed, 1), (0, 1, None));
    assert_eq!(fired(Metric::ClusterDown, 1), (0, 1, None));
}

#[tokio::test]
async fn the_figures_of_an_alert_are_renewed_while_it_stands_once_a_minute_at_most() {
    for test in databases().await {
        let name = test.name;
        let watch = Watch::over(test).await;
        watch.see(&cluster(guest(0.85, json!({})))).await;
        watch.see_for(10, &cluster(guest(0.85, json!({})))).await;
        let figures = async || {
            let open = watch.monitoring.open(&watch.admin).await.unwrap();
            (open[0].value, open[0].worst)
        };
        assert_eq!(figures().await, (85, 85), "{name}");
        watch.see_for(1, &cluster(guest(0.93, json!({})))).await;
        assert_eq!(figures().await, (93, 93), "{name}");
        let changes = async || {
            let count = "SELECT COUNT(*) FROM events WHERE kind = 'alerts'";
            let count: i64 = on_db!(watch.test.db(), |c| sqlx::query_scalar(count).fetch_one(c))
                .await
                .unwrap();
            count
        };
        let before = changes().await;
        for cpu in [0.90, 0.91, 0.90, 0.89, 0.88] {
            watch.clock.advance(TimeDelta::seconds(10));
            watch.see(&cluster(guest(cpu, json!({})))).await;
        }
        assert_eq!((changes().await, figures().await), (before, (93, 93)), "{name}");
        watch.clock.advance(TimeDelta::seconds(10));
        watch.see(&cluster(guest(0.82, json!({})))).await;
        assert_eq!(
            (changes().await, figures().await),
            (before + 1, (82, 93)),
            "{name}: the worst stays"
        );
        watch.see_for(5, &cluster(guest(0.82, json!({})))).await;
        assert_eq!(changes().await, before + 1, "{name}: nothing has changed");
        watch.see_for(1, &cluster(guest(0.1, json!({})))).await;
        let past = watch.monitoring.history(&watch.admin, None).await.unwrap();
        assert_eq!((past.rows[0].value, past.rows[0].worst), (82, 93), "{name}");
    }
}

#[tokio::test]
async fn the_end_is_as_grave_as_the_worst_that_was_told() {
    for test in databases().await {
        let name = test.name;
        let watch = Watch::over(test).await;
        watch.see(&cluster(guest(0.99, json!({})))).await;
        watch.see_for(10, &cluster(guest(0.99, json!({})))).await;
        watch.see_for(1, &cluster(guest(0.85, json!({})))).await;
        watch.see_for(1, &cluster(guest(0.10, json!({})))).await;
        let told = watch.told().await;
        let [Note::AlertsRaised { .. }, over] = &told[..] else {
            panic!("{name}: {told:?}")
        };
        assert_eq!(over.gravity(), Level::Error, "{name}: {over:?}");
    }
}

#[tokio::test]
async fn an_answer_that_fails_once_does_not_begin_the_hold_anew() {
    let watch = Watch::over(sqlite().await).await;
    let busy = cluster(guest(0.99, json!({})));
    watch.see(&busy).await;
    watch.see_for(5, &busy).await;
    watch.clock.advance(TimeDelta::seconds(10));
    watch
        .see(&cluster(guest(0.99, json!({"status": "unknown"}))))
        .await;
    watch.see_for(4, &busy).await;
    assert_eq!(watch.open().await, [], "not yet");
    watch.see_for(1, &busy).await;
    assert_eq!(watch.open().await.len(), 1, "ten minutes after it began");
}

#[tokio::test]
async fn of_two_who_change_the_settings_at_once_the_second_is_told() {
    for test in databases().await {
        let name = test.name;
        let watch = Watch::over(test).await;
        let (monitoring, admin) = (&watch.monitoring, &watch.admin);
        let seen = monitoring.state(admin).await.unwrap().settings;
        let with = |ask_agents, default_range| MonitoringSettings {
            ask_agents,
            default_range,
            ..seen.clone()
        };
        let first = with(false, HistoryRange::Hour);
        monitoring.set_settings(admin, &first).await.unwrap();
        let second = with(true, HistoryRange::Week);
        let Err(Error::Edited(versions)) = monitoring.set_settings(admin, &second).await else {
            panic!("{name}: the second is not told")
        };
        assert_eq!(versions.current["ask_agents"], false, "{name}");
        assert_eq!(versions.yours["default_range"], "7d", "{name}");
        let now = monitoring.state(admin).await.unwrap().settings;
        assert_eq!(
            (now.revision, now.ask_agents),
            (seen.revision + 1, false),
            "{name}"
        );
        // What the API changes counts as well.
        let change = MonitoringConfigChange {
            default_range: Some(HistoryRange::Day),
            ..MonitoringConfigChange::default()
        };
        monitoring.set_config(admin, &change).await.unwrap();
        let late = monitoring.set_settings(admin, &now).await;
        assert!(matches!(late, Err(Error::Edited(_))), "{name}: {late:?}");
    }
}

/// Ten thousand servers are looked at in a moment: the bar is measured by the bench, this holds the order of it.
#[tokio::test]
async fn ten_thousand_servers_are_looked_at_in_one_go() {
    let watch = Watch::over(sqlite().await).await;
    let all: Vec<Value> = (0..10_000)
        .map(|n| {
            guest(
                0.99,
                json!({"vmid": 100 + n, "id": format!("qemu/{}", 100 + n), "name": format!("web-{n}")}),
            )
        })
        .collect();
    let all = json!(all);
    watch.see(&all).await;
    watch.see_for(10, &all).await;
    assert_eq!(watch.open().await.len(), 10_000);
    let told = watch.told().await;
    assert_eq!(told.len(), 1, "and told together");
    let [Note::AlertsRaised { subjects, others, .. }] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((subjects.len(), *others), (5, 9_995));
}

#[tokio::test]
async fn a_container_tells_its_disk_and_every_machine_its_network() {
    let watch = Watch::over(sqlite().await).await;
    let network = RuleInput::all(Metric::Network, Some(1 << 20), None, 0);
    watch
        .monitoring
        .create_rule(&watch.admin, &network)
        .await
        .unwrap();
    let seen = |received: u64| {
        let full = json!({"type": "lxc", "id": "lxc/101", "vmid": 101, "name": "files", "disk": 97});
        let mut container = guest(0.1, full);
        container["netin"] = json!(0);
        json!([
            container,
            guest(0.1, json!({"netin": received, "netout": 0})),
            {"type": "node", "id": "node/pve1", "node": "pve1", "status": "online", "maxcpu": 8, "maxmem": 100},
        ])
    };
    watch.see(&seen(0)).await;
    watch.see_for(10, &seen(0)).await;
    assert_eq!(
        watch.open().await,
        [(Metric::Disk, AlertLevel::Critical, AlertState::Raised)]
    );
    watch.clock.advance(TimeDelta::minutes(1));
    watch.see(&seen(600 << 20)).await;
    let metrics: Vec<Metric> = watch.open().await.iter().map(|one| one.0).collect();
    assert!(
        metrics.contains(&Metric::Network),
        "ten MiB a second: {metrics:?}"
    );
}

#[tokio::test]
async fn what_a_machine_tells_of_its_memory_and_load_raises_alerts_and_is_asked_for_again_before_others() {
    let watch = Watch::over(sqlite().await).await;
    let id = GuestId::new("lab", 100);
    let told = |at| Inside {
        memory_percent: Some(96),
        load_percent: Some(450),
        disk_percent: Some(10),
        told_at: at,
    };
    let well = cluster(guest(0.1, json!({})));
    watch.see(&well).await;
    for _ in 0..16 {
        watch.clock.advance(TimeDelta::minutes(1));
        let at = watch.clock.now().timestamp();
        watch.inventory.note_exported(vec![(id.clone(), Some(told(at)))]);
        watch.see(&well).await;
    }
    let metrics: Vec<Metric> = watch.open().await.iter().map(|one| one.0).collect();
    assert!(
        metrics.contains(&Metric::Memory) && metrics.contains(&Metric::Load),
        "{metrics:?}"
    );
    assert!(watch.inventory.is_suspected(&id));
    let at = watch.clock.now().timestamp();
    let calm = Inside {
        memory_percent: Some(20),
        load_percent: Some(10),
        ..told(at + 60)
    };
    watch.clock.advance(TimeDelta::minutes(1));
    watch.inventory.note_exported(vec![(id.clone(), Some(calm))]);
    watch.see(&well).await;
    watch.see_for(1, &well).await;
    assert_eq!(watch.open().await, []);
    assert!(!watch.inventory.is_suspected(&id));
}
