//! The sentences of monitoring.

use super::alert::{AlertLevel, AlertState, Subject};
use super::health::{Cause, Health};
use super::metric::{Metric, MetricUnit, SubjectKind};
use crate::lang::Lang;
use crate::units::size;

impl Metric {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Cpu, _) => "CPU",
            (Self::Memory, Lang::Ko) => "메모리",
            (Self::Memory, Lang::En) => "Memory",
            (Self::Disk, Lang::Ko) => "디스크",
            (Self::Disk, Lang::En) => "Disk",
            (Self::Load, Lang::Ko) => "평균 부하",
            (Self::Load, Lang::En) => "Load average",
            (Self::Network, Lang::Ko) => "네트워크",
            (Self::Network, Lang::En) => "Network",
            (Self::GuestDown, Lang::Ko) => "서버 중단",
            (Self::GuestDown, Lang::En) => "Server down",
            (Self::NodeDown, Lang::Ko) => "노드 중단",
            (Self::NodeDown, Lang::En) => "Node down",
            (Self::ClusterDown, Lang::Ko) => "클러스터 응답 없음",
            (Self::ClusterDown, Lang::En) => "Cluster does not answer",
            (Self::Quorum, Lang::Ko) => "쿼럼 없음",
            (Self::Quorum, Lang::En) => "No quorum",
            (Self::Storage, Lang::Ko) => "스토리지",
            (Self::Storage, Lang::En) => "Storage",
            (Self::BackupOverdue, Lang::Ko) => "백업 지연",
            (Self::BackupOverdue, Lang::En) => "Backup overdue",
            (Self::TaskFailed, Lang::Ko) => "실패한 작업",
            (Self::TaskFailed, Lang::En) => "Failed tasks",
            (Self::Certificate, Lang::Ko) => "인증서 만료",
            (Self::Certificate, Lang::En) => "Certificate ends",
        }
    }

    /// A figure of it with its unit, such as `97 %`; empty for what is so or not.
    pub fn figure(self, value: i64, lang: Lang) -> String {
        match self.unit() {
            MetricUnit::Percent => format!("{value} %"),
            MetricUnit::BytesPerSecond => format!("{}/s", size(u64::try_from(value).unwrap_or_default())),
            MetricUnit::Days => lang.pick(
                format!("{value}일"),
                format!("{value} {}", if value == 1 { "day" } else { "days" }),
            ),
            MetricUnit::Count => lang.pick(format!("{value}건"), value.to_string()),
            MetricUnit::State => String::new(),
        }
    }

    /// What is the matter, such as `CPU 97 % (limit 95 %)`.
    pub fn said(self, value: i64, limit: i64, lang: Lang) -> String {
        let name = self.name(lang);
        let (figure, limit) = (self.figure(value, lang), self.figure(limit, lang));
        match (self, self.unit()) {
            (_, MetricUnit::State) => name.to_owned(),
            (Self::Certificate, _) if value < 0 => lang
                .pick("인증서가 만료되었습니다", "Certificate has ended")
                .to_owned(),
            (Self::Certificate, _) => lang.pick(
                format!("인증서 만료까지 {figure} (기준 {limit})"),
                format!("Certificate ends in {figure} (limit {limit})"),
            ),
            (Self::BackupOverdue, _) => lang.pick(
                format!("마지막 백업 {figure} 전 (기준 {limit})"),
                format!("Last backup {figure} ago (limit {limit})"),
            ),
            _ => lang.pick(
                format!("{name} {figure} (기준 {limit})"),
                format!("{name} {figure} (limit {limit})"),
            ),
        }
    }
}

impl SubjectKind {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Guest, Lang::Ko) => "서버",
            (Self::Guest, Lang::En) => "Server",
            (Self::Node, Lang::Ko) => "노드",
            (Self::Node, Lang::En) => "Node",
            (Self::Storage, Lang::Ko) => "스토리지",
            (Self::Storage, Lang::En) => "Storage",
            (Self::Cluster, Lang::Ko) => "클러스터",
            (Self::Cluster, Lang::En) => "Cluster",
        }
    }
}

impl Subject {
    /// Its name, with the node of a storage that is not shared.
    pub fn said(&self) -> String {
        match self {
            Self::Storage { node, storage, .. } if !node.is_empty() => format!("{storage} ({node})"),
            other => other.name().to_owned(),
        }
    }
}

impl Health {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Healthy, Lang::Ko) => "정상",
            (Self::Healthy, Lang::En) => "Healthy",
            (Self::Unknown, Lang::Ko) => "알 수 없음",
            (Self::Unknown, Lang::En) => "Unknown",
            (Self::Warning, Lang::Ko) => "주의",
            (Self::Warning, Lang::En) => "Warning",
            (Self::Critical, Lang::Ko) => "심각",
            (Self::Critical, Lang::En) => "Critical",
        }
    }
}

impl AlertLevel {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Warning => Health::Warning.name(lang),
            Self::Critical => Health::Critical.name(lang),
        }
    }
}

impl AlertState {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Raised, Lang::Ko) => "발생",
            (Self::Raised, Lang::En) => "Raised",
            (Self::Acknowledged, Lang::Ko) => "확인함",
            (Self::Acknowledged, Lang::En) => "Acknowledged",
            (Self::Cleared, Lang::Ko) => "정리함",
            (Self::Cleared, Lang::En) => "Cleared",
            (Self::Resolved, Lang::Ko) => "해소됨",
            (Self::Resolved, Lang::En) => "Resolved",
        }
    }
}

impl Cause {
    /// The sentence.
    pub fn text(self, lang: Lang) -> String {
        let text = match self {
            Self::Reached { metric, value, limit } => return metric.said(value, limit, lang),
            Self::Off => lang.pick("꺼져 있어 수치가 없습니다", "It is off and tells nothing"),
            Self::Halted => lang.pick("멈춰 있어 수치가 없습니다", "It is halted and tells nothing"),
            Self::NodeSilent => lang.pick("노드가 응답하지 않습니다", "Its node does not answer"),
            Self::ClusterSilent => lang.pick("클러스터가 응답하지 않습니다", "Its cluster does not answer"),
        };
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_matter_is_said_with_its_unit() {
        let said = |metric: Metric, value, limit| metric.said(value, limit, Lang::En);
        assert_eq!(said(Metric::Cpu, 97, 95), "CPU 97 % (limit 95 %)");
        assert_eq!(
            said(Metric::Network, 3 << 20, 1 << 20),
            "Network 3 MiB/s (limit 1 MiB/s)"
        );
        assert_eq!(
            said(Metric::Certificate, 1, 5),
            "Certificate ends in 1 day (limit 5 days)"
        );
        assert_eq!(said(Metric::Certificate, -1, 5), "Certificate has ended");
        assert_eq!(said(Metric::NodeDown, 1, 1), "Node down");
        assert_eq!(Metric::Cpu.said(97, 95, Lang::Ko), "CPU 97 % (기준 95 %)");
        assert_eq!(
            Metric::BackupOverdue.said(9, 7, Lang::Ko),
            "마지막 백업 9일 전 (기준 7일)"
        );
    }
}
