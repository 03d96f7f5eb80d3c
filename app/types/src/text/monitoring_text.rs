//! How problems with monitoring are said to people.

use super::problem::Problem;
use crate::lang::Lang;

impl Problem {
    /// The sentence for people, of those problems that [`Problem::text`] sends here.
    pub(super) fn monitoring_text(&self, lang: Lang) -> String {
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::WarningBeyondCritical => fixed(
                "주의 기준은 심각 기준보다 먼저 도달하는 값이어야 합니다.",
                "The limit of a warning must be reached before that of what is critical.",
            ),
            Self::RuleOfAllOnly => fixed(
                "이 항목은 태그나 서버별로 정할 수 없습니다.",
                "This is not measured of servers: a rule of it is for all.",
            ),
            Self::UnknownTimeZone { given } => lang.pick(
                format!("알 수 없는 시간대입니다: {given}"),
                format!("There is no time zone {given:?}. One is written as Asia/Seoul is."),
            ),
            Self::SetByConfiguration { variable } => lang.pick(
                format!("이 값은 Drover의 구성에서 정합니다: {variable}"),
                format!("This is set where Drover is started, by {variable}."),
            ),
            Self::SetByChannels => fixed(
                "이 값은 알림 채널에서 정합니다.",
                "This is set by the channels of notifications.",
            ),
            Self::AlertNotFound => fixed("경보를 찾을 수 없습니다.", "There is no such alert."),
            Self::AlertRuleNotFound => fixed("경보 규칙을 찾을 수 없습니다.", "There is no such alert rule."),
            Self::AlertRuleChanged => fixed(
                "그 사이에 다른 사람이 이 규칙을 바꾸었습니다. 두 내용을 견주어 보고 다시 시도하십시오.",
                "Somebody else has changed this rule meanwhile. Compare both versions and try again.",
            ),
            Self::MonitoringChanged => fixed(
                "그 사이에 다른 사람이 이 설정을 바꾸었습니다. 두 내용을 견주어 보고 다시 시도하십시오.",
                "Somebody else has changed these settings meanwhile. Compare both versions and try again.",
            ),
            Self::AlertRuleTaken => fixed(
                "같은 항목과 대상의 규칙이 이미 있습니다. 그 규칙을 바꾸십시오.",
                "There is a rule for this already. Change that one.",
            ),
            // A test below goes through what is sent here.
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_sentence_in_both_languages() {
        for problem in [
            Problem::WarningBeyondCritical,
            Problem::RuleOfAllOnly,
            Problem::UnknownTimeZone { given: "x".into() },
            Problem::SetByConfiguration {
                variable: "PROMETHEUS_URL".into(),
            },
            Problem::SetByChannels,
            Problem::AlertNotFound,
            Problem::AlertRuleNotFound,
            Problem::AlertRuleChanged,
            Problem::MonitoringChanged,
            Problem::AlertRuleTaken,
        ] {
            for lang in [Lang::Ko, Lang::En] {
                assert!(!problem.text(lang).is_empty(), "{}", problem.name());
            }
            assert_ne!(problem.text(Lang::Ko), problem.text(Lang::En));
        }
    }
}
