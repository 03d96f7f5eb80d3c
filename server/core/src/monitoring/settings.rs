//! What is set about monitoring.

use std::collections::BTreeMap;

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use drover_types::audit::{Action, ObjectKind};
use drover_types::monitoring::{MonitoringSettings, QuietHours};
use drover_types::text::Problem;

use super::service::Monitoring;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Edited, Error, Result};
use crate::events::Change;
use crate::settings;

impl Monitoring {
    pub(super) async fn settings(&self) -> Result<MonitoringSettings> {
        let set = self.0.settings.get(&settings::monitoring()).await?;
        Ok(set.unwrap_or_default())
    }

    /// Whether nobody is to be woken now.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(crate) async fn is_quiet_now(&self) -> Result<bool> {
        Ok(is_quiet(&self.settings().await?, self.0.clock.now()))
    }

    /// Sets what is set about monitoring, if it is still as it was at the revision of `new`.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], [`Error::Invalid`], or [`Error::Edited`] where somebody else has changed it.
    pub async fn set_settings(&self, ctx: &OpContext, new: &MonitoringSettings) -> Result<()> {
        let actor = ctx.require_admin()?;
        if let Some(quiet) = &new.quiet {
            check(quiet)?;
        }
        let key = settings::monitoring();
        let mut write = self.0.events.begin().await?;
        let before: Option<MonitoringSettings> = self.0.settings.locked(&mut write, &key).await?;
        let before = before.unwrap_or_default();
        if before.revision != new.revision {
            let value = |failed: serde_json::Error| Error::Internal(failed.to_string());
            return Err(Error::Edited(Box::new(Edited {
                problem: Problem::MonitoringChanged,
                yours: serde_json::to_value(new).map_err(value)?,
                current: serde_json::to_value(&before).map_err(value)?,
            })));
        }
        if before == *new {
            return Ok(());
        }
        let mut entry = Entry::done(Action::SetMonitoring, ObjectKind::Setting, "monitoring");
        let changes = &mut entry.changes;
        changed(changes, "enabled", Some(&before.enabled), Some(&new.enabled));
        changed(changes, "quiet", Some(&before.quiet), Some(&new.quiet));
        changed(
            changes,
            "ask_agents",
            Some(&before.ask_agents),
            Some(&new.ask_agents),
        );
        let (old, range) = (before.default_range, new.default_range);
        changed(changes, "default_range", Some(&old), Some(&range));
        let after = MonitoringSettings {
            revision: before.revision + 1,
            ..new.clone()
        };
        self.0.settings.store(&mut write, &key, Some(&after)).await?;
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Alerts);
        Ok(write.commit().await?)
    }
}

fn check(quiet: &QuietHours) -> Result<()> {
    let mut wrong = BTreeMap::new();
    for (field, text) in [("quiet.from", &quiet.from), ("quiet.to", &quiet.to)] {
        if !QuietHours::is_time(text) {
            wrong.insert(
                field.to_owned(),
                Problem::PatternMismatch {
                    pattern: "HH:MM".to_owned(),
                },
            );
        }
    }
    if quiet.days.is_empty() {
        wrong.insert("quiet.days".to_owned(), Problem::Required);
    } else if quiet.days.iter().any(|day| !(1..=7).contains(day)) {
        wrong.insert("quiet.days".to_owned(), Problem::OutOfRange { min: 1, max: 7 });
    }
    if quiet.time_zone.parse::<Tz>().is_err() {
        let given = quiet.time_zone.clone();
        wrong.insert("quiet.time_zone".to_owned(), Problem::UnknownTimeZone { given });
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(wrong))
    }
}

/// Whether nobody is to be woken at `now`.
pub(super) fn is_quiet(settings: &MonitoringSettings, now: DateTime<Utc>) -> bool {
    let Some(quiet) = &settings.quiet else {
        return false;
    };
    let Ok(zone) = quiet.time_zone.parse::<Tz>() else {
        return false;
    };
    let offset = zone.offset_from_utc_datetime(&now.naive_utc()).fix();
    quiet.contain(now.with_timezone(&offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_that_of_its_time_zone_summer_and_winter() {
        let settings = MonitoringSettings {
            quiet: Some(QuietHours {
                from: "22:00".to_owned(),
                to: "06:00".to_owned(),
                days: (1..=7).collect(),
                time_zone: "Europe/Berlin".to_owned(),
                critical_passes: false,
            }),
            ..MonitoringSettings::default()
        };
        let at = |text: &str| is_quiet(&settings, text.parse().unwrap());
        assert!(at("2026-01-10T21:00:00Z"), "22:00 in winter");
        assert!(!at("2026-01-10T20:30:00Z"));
        assert!(at("2026-07-10T20:00:00Z"), "22:00 in summer");
        assert!(!at("2026-07-10T19:30:00Z"));
    }

    #[test]
    fn each_slip_names_its_field() {
        let nonsense = QuietHours {
            from: "25:00".to_owned(),
            to: "7".to_owned(),
            days: vec![0],
            time_zone: "Seoul".to_owned(),
            critical_passes: false,
        };
        let Err(Error::Invalid(problems)) = check(&nonsense) else {
            panic!("it was taken");
        };
        let fields: Vec<&str> = problems.keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            ["quiet.days", "quiet.from", "quiet.time_zone", "quiet.to"]
        );
    }
}
