//! How notifications name what alerts are about.

use crate::lang::Lang;
use crate::monitoring::{Metric, Subject};

/// What alerts are about: its name, or how many there are.
pub(super) fn counted(metric: Metric, subjects: &[Subject], others: u32, lang: Lang) -> String {
    if let ([one], 0) = (subjects, others) {
        return one.said();
    }
    let count = u32::try_from(subjects.len())
        .unwrap_or(u32::MAX)
        .saturating_add(others);
    let kind = metric.subject().name(Lang::En).to_ascii_lowercase();
    lang.pick(
        format!("{} {count}개", metric.subject().name(Lang::Ko)),
        format!("{count} {kind}s"),
    )
}

/// The names of some, and how many there are beside those.
pub(super) fn listed(subjects: &[Subject], others: u32, lang: Lang) -> String {
    let names: Vec<String> = subjects.iter().map(Subject::said).collect();
    let names = names.join(", ");
    match others {
        0 => names,
        others => lang.pick(
            format!("{names} 외 {others}개"),
            format!("{names} and {others} others"),
        ),
    }
}
