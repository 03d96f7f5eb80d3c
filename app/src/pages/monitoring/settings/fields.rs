//! What stands in the form of the settings.

use std::collections::BTreeSet;

use drover_types::monitoring::{HistoryRange, MonitoringSettings, QuietHours};
use leptos::prelude::*;

/// The days of a week, 1 for Monday.
pub(super) const WEEK: [u8; 7] = [1, 2, 3, 4, 5, 6, 7];

/// The fields; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct SettingsFields {
    pub enabled: RwSignal<bool>,
    pub ask_agents: RwSignal<bool>,
    /// The name of how far back charts look at first.
    pub default_range: RwSignal<String>,
    pub is_quiet: RwSignal<bool>,
    pub from: RwSignal<String>,
    pub to: RwSignal<String>,
    pub days: RwSignal<BTreeSet<u8>>,
    pub time_zone: RwSignal<String>,
    pub critical_passes: RwSignal<bool>,
    /// That of the settings that were changed here.
    revision: StoredValue<i64>,
}

impl SettingsFields {
    /// Shows `settings`; quiet hours that are not set begin as a night's.
    pub fn new(settings: &MonitoringSettings) -> Self {
        let fields = Self {
            enabled: RwSignal::new(true),
            ask_agents: RwSignal::new(true),
            default_range: RwSignal::new(String::new()),
            is_quiet: RwSignal::new(false),
            from: RwSignal::new("22:00".to_owned()),
            to: RwSignal::new("07:00".to_owned()),
            days: RwSignal::new(WEEK.into()),
            time_zone: RwSignal::new(String::new()),
            critical_passes: RwSignal::new(true),
            revision: StoredValue::new(0),
        };
        fields.fill(settings);
        fields
    }

    /// Shows `settings`; what stands in the fields of quiet hours stays where none are set.
    pub fn fill(self, settings: &MonitoringSettings) {
        self.save_over(settings);
        self.enabled.set(settings.enabled);
        self.ask_agents.set(settings.ask_agents);
        self.default_range.set(settings.default_range.as_str().to_owned());
        self.is_quiet.set(settings.quiet.is_some());
        if let Some(quiet) = &settings.quiet {
            self.from.set(quiet.from.clone());
            self.to.set(quiet.to.clone());
            self.days.set(quiet.days.iter().copied().collect());
            self.time_zone.set(quiet.time_zone.clone());
            self.critical_passes.set(quiet.critical_passes);
        }
    }

    /// What stands in the fields is to take the place of `settings`.
    pub fn save_over(self, settings: &MonitoringSettings) {
        self.revision.set_value(settings.revision);
    }

    /// What they say. Tracked.
    pub fn read(self) -> MonitoringSettings {
        let quiet = self.is_quiet.get().then(|| QuietHours {
            from: self.from.with(|text| text.trim().to_owned()),
            to: self.to.with(|text| text.trim().to_owned()),
            days: self.days.with(|days| days.iter().copied().collect()),
            time_zone: self.time_zone.with(|text| text.trim().to_owned()),
            critical_passes: self.critical_passes.get(),
        });
        MonitoringSettings {
            enabled: self.enabled.get(),
            quiet,
            ask_agents: self.ask_agents.get(),
            default_range: self
                .default_range
                .with(|name| HistoryRange::parse(name))
                .unwrap_or_default(),
            revision: self.revision.get_value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_read_again() {
        Owner::new().with(|| {
            let quiet = QuietHours {
                from: "23:30".into(),
                to: "06:00".into(),
                days: vec![1, 5],
                time_zone: "Asia/Seoul".into(),
                critical_passes: false,
            };
            for quiet in [None, Some(quiet)] {
                let settings = MonitoringSettings {
                    enabled: false,
                    quiet,
                    default_range: HistoryRange::Week,
                    ..MonitoringSettings::default()
                };
                let fields = SettingsFields::new(&settings);
                assert_eq!(fields.read(), settings);
            }
        });
    }
}
