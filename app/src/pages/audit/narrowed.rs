//! Which rows are listed: what the address says. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use drover_types::audit::{AuditFilter, AuditResult};
use leptos_router::params::ParamsMap;

use crate::paths;

/// What narrows the list down, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Narrowed {
    pub user: String,
    pub action: String,
    pub object: String,
    pub result: String,
    /// Days, as `2027-01-15`.
    pub from: String,
    pub until: String,
    pub search: String,
    /// The page, from 1.
    pub page: u32,
}

/// What an address says.
pub(super) fn read(query: &ParamsMap) -> Narrowed {
    let text = |name: &str| query.get(name).unwrap_or_default();
    Narrowed {
        user: text(paths::USER),
        action: text(paths::ACTION),
        object: text(paths::OBJECT),
        result: text(paths::RESULT),
        from: text(paths::FROM),
        until: text(paths::UNTIL),
        search: text(paths::FILTER),
        page: text(paths::PAGE).parse().unwrap_or(1).max(1),
    }
}

impl Narrowed {
    /// Whether anything narrows the list down.
    pub(super) fn is_narrowed(&self) -> bool {
        let page = self.page;
        *self
            != Self {
                page,
                ..Self::default()
            }
    }

    /// The parameters of an address, without the page.
    pub(super) fn parameters(&self) -> Vec<(&'static str, &str)> {
        vec![
            (paths::USER, &self.user),
            (paths::ACTION, &self.action),
            (paths::OBJECT, &self.object),
            (paths::RESULT, &self.result),
            (paths::FROM, &self.from),
            (paths::UNTIL, &self.until),
            (paths::FILTER, &self.search),
        ]
    }

    /// What the server is asked for. A last day is wholly within.
    pub(super) fn filter(&self) -> AuditFilter {
        AuditFilter {
            user: self.user.trim().to_owned(),
            action: self.action.clone(),
            object: self.object.trim().to_owned(),
            result: AuditResult::parse(&self.result),
            from: day(&self.from, 0),
            until: day(&self.until, 1),
            search: self.search.trim().to_owned(),
        }
    }
}

/// The beginning of a day in UTC, or of one after it.
pub(super) fn day(text: &str, later: u64) -> Option<DateTime<Utc>> {
    let date: NaiveDate = text.parse().ok()?;
    let date = date.checked_add_days(chrono::Days::new(later))?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_within_and_nonsense_narrows_nothing() {
        let narrowed = Narrowed {
            from: "2027-01-15".to_owned(),
            until: "2027-01-15".to_owned(),
            result: "refused".to_owned(),
            page: 3,
            ..Narrowed::default()
        };
        assert!(narrowed.is_narrowed());
        let filter = narrowed.filter();
        let (from, until) = (filter.from.unwrap(), filter.until.unwrap());
        assert_eq!((until - from).num_hours(), 24);
        assert_eq!(filter.result, Some(AuditResult::Refused));
        let other = Narrowed {
            from: "yesterday".to_owned(),
            result: "?".to_owned(),
            ..Narrowed::default()
        };
        assert_eq!(other.filter(), AuditFilter::default());
        let page = Narrowed {
            page: 2,
            ..Narrowed::default()
        };
        assert!(!page.is_narrowed());
    }
}
