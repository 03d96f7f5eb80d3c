//! Monitoring: what is measured, by which rules it is judged, how servers are, and what alerts stand.

mod alert;
mod health;
mod history;
mod judge;
mod metric;
mod preview;
mod rule;
mod settings;
mod sources;
mod text;

pub use alert::{
    AlertEvent, AlertEventKind, AlertLevel, AlertPage, AlertRow, AlertState, MonitoringState, Subject,
    may_see_to,
};
pub use health::{Cause, GuestHealth, Health, HealthCounts, Reason};
pub use history::{History, HistoryMetric, HistoryRange, HistorySeries, HistorySource};
pub use judge::Judge;
pub use metric::{Metric, MetricUnit, SubjectKind};
pub use preview::{PreviewFiring, RulePreview};
pub use rule::{AlertRule, RuleInput, RuleTarget, default_rules};
pub use settings::{MonitoringSettings, QuietHours};
pub use sources::{GrafanaLinks, MonitoringSources, SourceState};
