//! When nobody is to be woken.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    fields::{SettingsFields, WEEK},
    time_zones::{own_time_zone, use_time_zones},
};
use crate::{
    shared::FormError,
    texts::{say, text, use_i18n},
};

/// The fields of quiet hours.
#[component]
pub(super) fn QuietInputs(
    fields: SettingsFields,
    error: FormError,
    refusal: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let zones = use_time_zones();
    Effect::new(move |_| {
        if fields.time_zone.with_untracked(String::is_empty) {
            fields.time_zone.set(own_time_zone());
        }
    });
    let options = Signal::derive(move || {
        let option = |name: String| ComboboxOption::new(name.clone(), name);
        zones.get().into_iter().map(option).collect::<Vec<_>>()
    });
    view! {
        <div class="monitoring__pair">
            <TextInput
                label=text!(i18n, monitoring.quiet_from)
                value=fields.from
                input_type="time"
                error=error.field("quiet.from")
                disabled=refusal
            />
            <TextInput
                label=text!(i18n, monitoring.quiet_to)
                value=fields.to
                input_type="time"
                error=error.field("quiet.to")
                disabled=refusal
            />
        </div>
        <Combobox
            label=text!(i18n, monitoring.time_zone)
            value=fields.time_zone
            options=options
            empty_label=text!(i18n, monitoring.no_such_zone)
            allow_other=true
            error=error.field("quiet.time_zone")
            disabled=refusal
        />
        <fieldset class="monitoring__days">
            <legend>{text!(i18n, monitoring.quiet_days)}</legend>
            {WEEK.map(|day| view! { <Day fields=fields day=day refusal=refusal /> }).collect_view()}
        </fieldset>
        {
            let problem = error.field("quiet.days");
            view! {
                <p class="monitoring__wrong" role="alert" hidden=move || problem.get().is_none()>
                    {problem}
                </p>
            }
        }
        <Switch
            label=text!(i18n, monitoring.critical_passes)
            value=fields.critical_passes
            disabled=refusal
        />
    }
}

#[component]
fn Day(fields: SettingsFields, day: u8, refusal: Signal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let name = Signal::derive(move || match day {
        1 => say!(i18n, monitoring.monday),
        2 => say!(i18n, monitoring.tuesday),
        3 => say!(i18n, monitoring.wednesday),
        4 => say!(i18n, monitoring.thursday),
        5 => say!(i18n, monitoring.friday),
        6 => say!(i18n, monitoring.saturday),
        _ => say!(i18n, monitoring.sunday),
    });
    let value = Bound::new(
        move || fields.days.with(|days| days.contains(&day)),
        move |on| {
            fields.days.update(|days| {
                if on {
                    days.insert(day);
                } else {
                    days.remove(&day);
                }
            });
        },
    );
    view! { <Checkbox label=name value=value disabled=refusal /> }
}
