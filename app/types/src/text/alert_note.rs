//! How notifications name what alerts are about.

use chrono::DateTime;

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

/// When a storage will be full, as a sentence that follows another; nothing where that is not known.
pub(super) fn full_on(full_at: Option<i64>, lang: Lang) -> String {
    let Some(at) = full_at.and_then(|at| DateTime::from_timestamp(at, 0)) else {
        return String::new();
    };
    let day = at.format("%Y-%m-%d");
    lang.pick(
        format!(" 이대로면 {day}에 가득 찹니다."),
        format!(" If it goes on so, it is full on {day}."),
    )
}
