//! Judges servers by the rules: the same on the server and in the browser.

use std::collections::{BTreeMap, HashMap};

use super::health::{Cause, GuestHealth, Health, Reason};
use super::metric::{Metric, SubjectKind};
use super::rule::{AlertRule, RuleTarget};
use crate::guest::{GuestRow, GuestStatus, MemorySource};
use crate::ids::GuestId;

/// The rules of one metric.
#[derive(Debug, Clone, Default)]
struct OfMetric {
    all: Option<AlertRule>,
    tags: HashMap<String, AlertRule>,
    servers: BTreeMap<GuestId, AlertRule>,
}

/// The rules, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Judge(HashMap<Metric, OfMetric>);

impl Judge {
    /// By these rules.
    pub fn new(rules: &[AlertRule]) -> Self {
        let mut metrics: HashMap<Metric, OfMetric> = HashMap::new();
        for rule in rules {
            let of = metrics.entry(rule.rule.metric).or_default();
            match &rule.rule.target {
                RuleTarget::All => of.all = Some(rule.clone()),
                RuleTarget::Tag(tag) => {
                    of.tags.insert(tag.clone(), rule.clone());
                }
                RuleTarget::Server(id) => {
                    of.servers.insert(id.clone(), rule.clone());
                }
            }
        }
        Self(metrics)
    }

    /// The rule of everything, where it is in force.
    pub fn of_all(&self, metric: Metric) -> Option<&AlertRule> {
        let rule = self.0.get(&metric)?.all.as_ref();
        rule.filter(|rule| rule.rule.enabled)
    }

    /// The rule that holds for a server: its own, or the strictest of its tags', or that of all.
    pub fn of_guest(&self, metric: Metric, row: &GuestRow) -> Option<&AlertRule> {
        let of = self.0.get(&metric)?;
        let own = if of.servers.is_empty() {
            None
        } else {
            of.servers.get(&row.id)
        };
        let of_tags = || {
            let rules = row.tags.iter().filter_map(|tag| of.tags.get(tag));
            rules.max_by_key(|rule| strictness(rule))
        };
        let by_tag = || if of.tags.is_empty() { None } else { of_tags() };
        let rule = own.or_else(by_tag).or(of.all.as_ref());
        rule.filter(|rule| rule.rule.enabled)
    }

    /// Whether any rule looks at `metric`.
    pub fn looks_at(&self, metric: Metric) -> bool {
        self.0.get(&metric).is_some_and(|of| {
            let mut rules = of.all.iter().chain(of.tags.values()).chain(of.servers.values());
            rules.any(|rule| rule.rule.enabled)
        })
    }

    /// How a server is, by what the picture shows; `silent` says that its cluster does not answer. Whoever has the alerts
    /// adds them.
    pub fn guest(&self, row: &GuestRow, silent: bool) -> GuestHealth {
        let unknown = |cause| {
            GuestHealth::of(vec![Reason {
                health: Health::Unknown,
                cause,
            }])
        };
        if silent {
            return unknown(Cause::ClusterSilent);
        }
        match row.status {
            GuestStatus::Unknown => return unknown(Cause::NodeSilent),
            GuestStatus::Paused | GuestStatus::Suspended => return unknown(Cause::Halted),
            // One that is being made or started has not told anything yet.
            GuestStatus::Stopped | GuestStatus::Creating | GuestStatus::Starting | GuestStatus::Deleting => {
                return unknown(Cause::Off);
            }
            GuestStatus::Running | GuestStatus::Stopping | GuestStatus::Rebooting => {}
        }
        let figures = [
            (Metric::Cpu, Some(row.cpu_percent)),
            // What only the host sees counts what the guest could give back.
            (
                Metric::Memory,
                (row.memory_source == MemorySource::Guest).then_some(row.memory_percent),
            ),
            (Metric::Disk, row.disk_percent),
        ];
        let mut reasons = Vec::new();
        for (metric, value) in figures {
            let Some(value) = value.map(i64::from) else {
                continue;
            };
            let reached = self.of_guest(metric, row).and_then(|rule| rule.rule.level(value));
            if let Some((level, limit)) = reached {
                reasons.push(Reason {
                    health: level.into(),
                    cause: Cause::Reached { metric, value, limit },
                });
            }
        }
        GuestHealth::of(reasons)
    }
}

/// The less a rule lets through, the greater; one that is not in force lets everything through.
fn strictness(rule: &AlertRule) -> (bool, i64, i64) {
    let input = &rule.rule;
    let limit = |limit: Option<i64>| {
        let limit = limit.unwrap_or(if input.metric.is_falling() {
            i64::MIN
        } else {
            i64::MAX
        });
        if input.metric.is_falling() {
            limit
        } else {
            limit.saturating_neg()
        }
    };
    debug_assert!(input.metric.subject() == SubjectKind::Guest || matches!(input.target, RuleTarget::All));
    (
        input.enabled,
        limit(input.warning.or(input.critical)),
        limit(input.critical),
    )
}

#[cfg(test)]
mod tests {
    use super::super::rule::RuleInput;
    use super::*;

    fn rule(id: i64, target: RuleTarget, warning: i64, enabled: bool) -> AlertRule {
        AlertRule {
            id,
            revision: 1,
            rule: RuleInput {
                metric: Metric::Cpu,
                target,
                warning: Some(warning),
                critical: Some(99),
                hysteresis: 0,
                minutes: 0,
                enabled,
            },
        }
    }

    fn guest(vmid: u32, tags: &[&str]) -> GuestRow {
        GuestRow {
            status: GuestStatus::Running,
            cpu_percent: 60,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    #[test]
    fn a_servers_own_rule_goes_before_its_tags_and_those_before_that_of_all() {
        let tag = |tag: &str| RuleTarget::Tag(tag.to_owned());
        let judge = Judge::new(&[
            rule(1, RuleTarget::All, 80, true),
            rule(2, tag("web"), 70, true),
            rule(3, tag("loud"), 50, true),
            rule(4, tag("dev"), 10, false),
            rule(5, RuleTarget::Server(GuestId::new("lab", 104)), 90, true),
            rule(6, RuleTarget::Server(GuestId::new("lab", 105)), 1, false),
        ]);
        let id = |row: &GuestRow| judge.of_guest(Metric::Cpu, row).map(|rule| rule.id);
        assert_eq!(id(&guest(100, &[])), Some(1));
        assert_eq!(id(&guest(101, &["web"])), Some(2));
        assert_eq!(id(&guest(102, &["loud", "web"])), Some(3), "the strictest");
        assert_eq!(id(&guest(103, &["dev"])), None, "switched off for the tag");
        assert_eq!(id(&guest(103, &["dev", "web"])), Some(2));
        assert_eq!(id(&guest(104, &["loud"])), Some(5));
        assert_eq!(id(&guest(105, &["loud"])), None);
    }

    #[test]
    fn without_figures_nothing_is_healthy() {
        let judge = Judge::new(&[rule(1, RuleTarget::All, 50, true)]);
        let health = |row: &GuestRow, silent| judge.guest(row, silent).health;
        assert_eq!(health(&guest(100, &[]), false), Health::Warning);
        assert_eq!(health(&guest(100, &[]), true), Health::Unknown);
        let quiet = GuestRow {
            cpu_percent: 3,
            ..guest(100, &[])
        };
        assert_eq!(health(&quiet, false), Health::Healthy);
        for status in [GuestStatus::Unknown, GuestStatus::Stopped, GuestStatus::Paused] {
            let row = GuestRow {
                status,
                ..quiet.clone()
            };
            assert_eq!(health(&row, false), Health::Unknown, "{status:?}");
        }
    }
}
