//! The fields that say which older backups are kept.

use drover_types::backup::Retention;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::FormError;
use crate::texts::{say, text, use_i18n};

/// What the fields hold; cheap to copy.
#[derive(Clone, Copy)]
pub struct RetentionFields([RwSignal<Option<i64>>; 6]);

impl RetentionFields {
    /// Nothing is filled in.
    pub fn new() -> Self {
        Self([(); 6].map(|()| RwSignal::new(None)))
    }

    /// Shows `retention`.
    pub fn fill(self, retention: Option<Retention>) {
        let parts = retention.unwrap_or_default().parts();
        for (field, (_, count)) in self.0.into_iter().zip(parts) {
            field.set(count.map(i64::from));
        }
    }

    /// What they say; `None` where nothing is filled in. Tracked.
    pub fn read(self) -> Option<Retention> {
        // What is below nothing or beyond measure is refused by its own check.
        let count = |field: RwSignal<Option<i64>>| Some(u32::try_from(field.get()?).unwrap_or(u32::MAX));
        let [last, hourly, daily, weekly, monthly, yearly] = self.0.map(count);
        let retention = Retention {
            keep_last: last,
            keep_hourly: hourly,
            keep_daily: daily,
            keep_weekly: weekly,
            keep_monthly: monthly,
            keep_yearly: yearly,
        };
        (retention != Retention::default()).then_some(retention)
    }
}

/// The fields, side by side.
#[component]
pub fn RetentionInputs(fields: RetentionFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let labels = [
        text!(i18n, backups.keep_last),
        text!(i18n, backups.keep_hourly),
        text!(i18n, backups.keep_daily),
        text!(i18n, backups.keep_weekly),
        text!(i18n, backups.keep_monthly),
        text!(i18n, backups.keep_yearly),
    ];
    let names = Retention::default().parts().map(|(name, _)| name);
    let inputs = fields.0.into_iter().zip(labels).zip(names);
    let inputs = inputs.map(|((value, label), name)| {
        view! {
            <NumberInput
                label=label
                value=value
                min=Signal::stored(Some(0))
                error=error.field(name)
            />
        }
    });
    view! { <div class="backup-form__grid">{inputs.collect_view()}</div> }
}

/// A retention in words, in the language of now.
pub fn retention_summary(retention: &Retention) -> String {
    let i18n = use_i18n();
    if retention.keeps_all() {
        return say!(i18n, backups.keeps_all);
    }
    let names = [
        say!(i18n, backups.keep_last),
        say!(i18n, backups.keep_hourly),
        say!(i18n, backups.keep_daily),
        say!(i18n, backups.keep_weekly),
        say!(i18n, backups.keep_monthly),
        say!(i18n, backups.keep_yearly),
    ];
    let counts = retention.parts().map(|(_, count)| count.unwrap_or_default());
    let parts = names.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts.map(|(name, count)| format!("{name} {count}")).collect();
    parts.join(", ")
}
