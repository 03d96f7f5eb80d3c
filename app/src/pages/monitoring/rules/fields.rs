//! What stands in the form of a rule.

use drover_types::{
    ids::GuestId,
    monitoring::{AlertLevel, Metric, MetricUnit, RuleInput, RuleTarget, SubjectKind, default_rules},
};
use leptos::prelude::*;

/// The name of the target of everything.
pub(super) const ALL: &str = "all";
/// The name of the target of a tag.
pub(super) const TAG: &str = "tag";
/// The name of the target of one server.
pub(super) const SERVER: &str = "server";

/// The fields; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct RuleFields {
    /// The metric's name.
    pub metric: RwSignal<String>,
    /// [`ALL`], [`TAG`] or [`SERVER`].
    pub target: RwSignal<String>,
    pub tag: RwSignal<String>,
    pub server: RwSignal<String>,
    /// In the unit of [`factor`].
    pub warning: RwSignal<Option<i64>>,
    pub critical: RwSignal<Option<i64>>,
    /// The level's name, where there is no figure to compare.
    pub level: RwSignal<String>,
    pub hysteresis: RwSignal<Option<i64>>,
    pub minutes: RwSignal<Option<i64>>,
    pub enabled: RwSignal<bool>,
}

/// In how many of the metric's units a limit is typed: nobody counts single bytes.
pub(super) const fn factor(metric: Metric) -> i64 {
    match metric.unit() {
        MetricUnit::BytesPerSecond => 1024,
        _ => 1,
    }
}

impl RuleFields {
    /// Those of a new rule.
    pub fn new() -> Self {
        let fields = Self {
            metric: RwSignal::new(String::new()),
            target: RwSignal::new(String::new()),
            tag: RwSignal::new(String::new()),
            server: RwSignal::new(String::new()),
            warning: RwSignal::new(None),
            critical: RwSignal::new(None),
            level: RwSignal::new(String::new()),
            hysteresis: RwSignal::new(None),
            minutes: RwSignal::new(None),
            enabled: RwSignal::new(true),
        };
        fields.fill(&usual(Metric::Cpu));
        fields
    }

    /// Shows `rule`.
    pub fn fill(self, rule: &RuleInput) {
        let by = factor(rule.metric);
        let typed = |limit: Option<i64>| limit.map(|limit| limit / by);
        let (target, tag, server) = match &rule.target {
            RuleTarget::All => (ALL, String::new(), String::new()),
            RuleTarget::Tag(tag) => (TAG, tag.clone(), String::new()),
            RuleTarget::Server(id) => (SERVER, String::new(), id.to_string()),
        };
        let level = if rule.critical.is_some() {
            AlertLevel::Critical
        } else {
            AlertLevel::Warning
        };
        self.metric.set(rule.metric.as_str().to_owned());
        self.target.set(target.to_owned());
        self.tag.set(tag);
        self.server.set(server);
        self.warning.set(typed(rule.warning));
        self.critical.set(typed(rule.critical));
        self.level.set(level.as_str().to_owned());
        self.hysteresis.set(Some(rule.hysteresis / by));
        self.minutes.set(Some(i64::from(rule.minutes)));
        self.enabled.set(rule.enabled);
    }

    /// The limits that are usual for the metric that was chosen; its target stays where it has one.
    pub fn choose_metric(self, metric: Metric) {
        let target = untrack(|| self.read_target());
        let mut rule = usual(metric);
        if metric.subject() == SubjectKind::Guest {
            rule.target = target;
        }
        self.fill(&rule);
    }

    /// The metric; tracked.
    pub fn metric(self) -> Metric {
        self.metric
            .with(|name| Metric::parse(name))
            .unwrap_or(Metric::Cpu)
    }

    fn read_target(self) -> RuleTarget {
        match self.target.get().as_str() {
            TAG => RuleTarget::Tag(self.tag.with(|tag| tag.trim().to_owned())),
            SERVER => {
                // What is no server is refused by the service, which says so.
                let id = self.server.with(|id| id.parse::<GuestId>());
                RuleTarget::Server(id.unwrap_or_else(|_| GuestId::new("", 0)))
            }
            _ => RuleTarget::All,
        }
    }

    /// What they say. Tracked.
    pub fn read(self) -> RuleInput {
        let metric = self.metric();
        let by = factor(metric);
        let limit = |typed: RwSignal<Option<i64>>| typed.get().map(|limit| limit.saturating_mul(by));
        let (warning, critical) = if metric.unit() == MetricUnit::State {
            let level = self.level.with(|name| AlertLevel::parse(name));
            let is_warning = level == Some(AlertLevel::Warning);
            (is_warning.then_some(1), (!is_warning).then_some(1))
        } else {
            (limit(self.warning), limit(self.critical))
        };
        let target = if metric.subject() == SubjectKind::Guest {
            self.read_target()
        } else {
            RuleTarget::All
        };
        RuleInput {
            metric,
            target,
            warning,
            critical,
            hysteresis: limit(self.hysteresis).unwrap_or_default(),
            // A time that is none is too long for every rule, and is refused.
            minutes: u32::try_from(self.minutes.get().unwrap_or_default()).unwrap_or(u32::MAX),
            enabled: self.enabled.get(),
        }
    }
}

/// What a rule of a metric says usually.
fn usual(metric: Metric) -> RuleInput {
    let known = default_rules().into_iter().find(|rule| rule.metric == metric);
    known.unwrap_or(RuleInput {
        metric,
        target: RuleTarget::All,
        warning: None,
        critical: None,
        hysteresis: 0,
        minutes: 10,
        enabled: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_read_again() {
        Owner::new().with(|| {
            let fields = RuleFields::new();
            for rule in default_rules() {
                fields.fill(&rule);
                assert_eq!(fields.read(), rule);
            }
            let targets = [
                RuleTarget::Tag("web".into()),
                RuleTarget::Server(GuestId::new("lab", 100)),
            ];
            for target in targets {
                let rule = RuleInput {
                    metric: Metric::Network,
                    target,
                    warning: Some(100 << 20),
                    critical: None,
                    hysteresis: 1 << 20,
                    minutes: 5,
                    enabled: false,
                };
                fields.fill(&rule);
                assert_eq!(fields.warning.get_untracked(), Some(100 << 10), "in KiB");
                assert_eq!(fields.read(), rule);
            }
        });
    }

    #[test]
    fn another_metric_brings_its_own_limits_and_keeps_the_target() {
        Owner::new().with(|| {
            let fields = RuleFields::new();
            fields.target.set(TAG.to_owned());
            fields.tag.set("web".to_owned());
            fields.choose_metric(Metric::Memory);
            let rule = fields.read();
            assert_eq!(rule.target, RuleTarget::Tag("web".into()));
            assert_eq!(rule.warning, usual(Metric::Memory).warning);
            fields.choose_metric(Metric::NodeDown);
            let rule = fields.read();
            assert_eq!((rule.target, rule.critical), (RuleTarget::All, Some(1)));
        });
    }
}
