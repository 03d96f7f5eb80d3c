//! How problems with Prometheus and Grafana are said to people.

use super::problem::Problem;
use crate::lang::Lang;

impl Problem {
    /// The sentence for people, of those problems that [`Problem::text`] sends here.
    pub(super) fn source_text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::PrometheusUnreachable => fixed(
                "Prometheus에 연결할 수 없습니다. PROMETHEUS_URL과 서버 상태를 확인하십시오.",
                "Prometheus can't be reached. Check PROMETHEUS_URL and whether it runs.",
            ),
            Self::PrometheusSlow { seconds } => say(
                format!("Prometheus가 {seconds}초 안에 응답하지 않았습니다."),
                format!("Prometheus did not answer within {seconds} seconds."),
            ),
            Self::PrometheusRefused {
                status: status @ (401 | 403),
            } => say(
                format!(
                    "Prometheus가 로그인을 거부했습니다(HTTP {status}). PROMETHEUS_USERNAME과 PROMETHEUS_PASSWORD를 확인하십시오."
                ),
                format!(
                    "Prometheus does not let Drover in (HTTP {status}). Check PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD."
                ),
            ),
            Self::PrometheusRefused { status } => say(
                format!("Prometheus가 질의를 거부했습니다(HTTP {status})."),
                format!("Prometheus refused the query (HTTP {status})."),
            ),
            Self::PrometheusUnreadable => fixed(
                "PROMETHEUS_URL의 응답이 Prometheus의 응답이 아닙니다.",
                "What answers at PROMETHEUS_URL does not answer as Prometheus does.",
            ),
            Self::PrometheusLacks { servers } => say(
                format!("Prometheus에 다음 서버의 값이 없습니다: {}", servers.join(", ")),
                format!("Prometheus has no figures of {}.", servers.join(", ")),
            ),
            Self::PrometheusNeeded => fixed(
                "이 값은 Prometheus와 노드 익스포터가 있어야 볼 수 있습니다. Proxmox는 기록하지 않습니다.",
                "Only Prometheus and the node exporter tell this figure; Proxmox keeps none.",
            ),
            Self::GrafanaOff => fixed(
                "Grafana가 설정되지 않았습니다. GRAFANA_BASE_URL을 설정하십시오.",
                "Grafana is not configured: set GRAFANA_BASE_URL.",
            ),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_sentence_in_both_languages() {
        let lacks = vec!["web-01".to_owned()];
        for problem in [
            Problem::PrometheusUnreachable,
            Problem::PrometheusSlow { seconds: 10 },
            Problem::PrometheusRefused { status: 401 },
            Problem::PrometheusRefused { status: 503 },
            Problem::PrometheusUnreadable,
            Problem::PrometheusLacks { servers: lacks },
            Problem::PrometheusNeeded,
            Problem::GrafanaOff,
        ] {
            let (ko, en) = (problem.text(Lang::Ko), problem.text(Lang::En));
            assert!(
                ko.ends_with(['.', '1']) && en.ends_with('.'),
                "{problem:?}: {ko} {en}"
            );
        }
    }
}
