//! The fields of the form.

use std::collections::BTreeSet;

use drover_types::{
    monitoring::{AlertLevel, Metric, MetricUnit, SubjectKind},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::fields::{ALL, RuleFields, SERVER, TAG, factor};
use crate::{
    inventory::{Guest, use_inventory},
    shared::FormError,
    texts::{say, text, use_i18n, use_lang},
};

/// All of them.
#[component]
pub(super) fn RuleInputs(fields: RuleFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let metrics = Signal::derive(move || {
        let option = |metric: &Metric| SelectOption::new(metric.as_str(), metric.name(lang.get()));
        Metric::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let metric = Bound::new(
        move || fields.metric.get(),
        move |name: String| {
            if let Some(metric) = Metric::parse(&name) {
                fields.choose_metric(metric);
            }
        },
    );
    let kind = Memo::new(move |_| fields.metric().subject());
    let is_state = Memo::new(move |_| fields.metric().unit() == MetricUnit::State);
    view! {
        <Select label=text!(i18n, monitoring.metric) value=metric options=metrics error=error.field("metric") />
        {move || {
            if kind.get() == SubjectKind::Guest {
                view! { <Target fields=fields error=error /> }.into_any()
            } else {
                let kind = move || say!(i18n, monitoring.of_every, kind = kind.get().name(lang.get()).to_lowercase());
                view! { <p class="monitoring__hint">{kind}</p> }.into_any()
            }
        }}
        {move || {
            if is_state.get() {
                view! { <Level fields=fields error=error /> }.into_any()
            } else {
                view! { <Limits fields=fields error=error /> }.into_any()
            }
        }}
        <NumberInput
            label=text!(i18n, monitoring.lasting)
            value=fields.minutes
            unit=Signal::derive(move || Some(say!(i18n, monitoring.minutes)))
            min=Some(0)
            hint=Signal::derive(move || Some(say!(i18n, monitoring.lasting_hint)))
            error=error.field("minutes")
        />
        <Switch
            label=text!(i18n, monitoring.enabled)
            value=fields.enabled
            hint=Signal::derive(move || {
                (fields.target.get() != ALL).then(|| say!(i18n, monitoring.enabled_hint))
            })
        />
    }
}

#[component]
fn Target(fields: RuleFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let ways = Signal::derive(move || {
        vec![
            RadioOption::new(ALL, say!(i18n, monitoring.target_all)),
            RadioOption::new(TAG, say!(i18n, monitoring.target_one_tag)),
            RadioOption::new(SERVER, say!(i18n, monitoring.target_one_server)),
        ]
    });
    let tags = Signal::derive(move || {
        let tags: BTreeSet<String> =
            inventory.with_guests(|guests| guests.iter().flat_map(|guest| guest.tags.clone()).collect());
        let option = |tag: String| ComboboxOption::new(tag.clone(), tag);
        tags.into_iter().map(option).collect::<Vec<_>>()
    });
    let servers = Signal::derive(move || {
        inventory.with_guests(|guests| {
            let servers = guests.iter().filter(|guest| !guest.template);
            let option = |guest: &Guest| {
                ComboboxOption::new(guest.id.to_string(), guest.name.clone()).detail(guest.id.to_string())
            };
            servers.map(option).collect::<Vec<_>>()
        })
    });
    let way = Memo::new(move |_| fields.target.get());
    view! {
        <RadioGroup label=text!(i18n, monitoring.target) value=fields.target options=ways inline=true />
        {move || match way.get().as_str() {
            TAG => {
                view! {
                    <Combobox
                        label=text!(i18n, monitoring.tag)
                        value=fields.tag
                        options=tags
                        empty_label=text!(i18n, monitoring.no_such_tag)
                        allow_other=true
                        error=error.field("target")
                    />
                }
                    .into_any()
            }
            SERVER => {
                view! {
                    <Combobox
                        label=text!(i18n, monitoring.server)
                        value=fields.server
                        options=servers
                        empty_label=text!(i18n, monitoring.none_fit)
                        error=error.field("target")
                    />
                }
                    .into_any()
            }
            _ => {
                let problem = error.field("target");
                view! { <p class="monitoring__wrong" hidden=move || problem.get().is_none()>{problem}</p> }.into_any()
            }
        }}
    }
}

/// How bad it is, where there is no figure to compare.
#[component]
fn Level(fields: RuleFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let levels = Signal::derive(move || {
        let option = |level: AlertLevel| RadioOption::new(level.as_str(), level.name(lang.get()));
        vec![option(AlertLevel::Warning), option(AlertLevel::Critical)]
    });
    view! {
        <RadioGroup
            label=text!(i18n, monitoring.level)
            value=fields.level
            options=levels
            inline=true
            error=error.field("warning")
        />
    }
}

#[component]
fn Limits(fields: RuleFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let unit = Signal::derive(move || {
        Some(match fields.metric().unit() {
            MetricUnit::Percent => "%".to_owned(),
            MetricUnit::BytesPerSecond => "KiB/s".to_owned(),
            MetricUnit::Days => say!(i18n, monitoring.days),
            MetricUnit::Count => say!(i18n, monitoring.times),
            MetricUnit::State => return None,
        })
    });
    let is_bytes = Memo::new(move |_| fields.metric().unit() == MetricUnit::BytesPerSecond);
    // A large number of KiB/s tells little: the hint says it as people do.
    let said = move |limit: RwSignal<Option<i64>>| {
        Signal::derive(move || {
            let bytes = limit
                .get()
                .filter(|_| is_bytes.get())?
                .saturating_mul(factor(fields.metric()));
            Some(format!("= {}/s", units::size(u64::try_from(bytes).ok()?)))
        })
    };
    let eased = Signal::derive(move || {
        Some(if fields.metric().is_falling() {
            say!(i18n, monitoring.hysteresis_falling)
        } else {
            say!(i18n, monitoring.hysteresis_hint)
        })
    });
    view! {
        <div class="monitoring__pair">
            <NumberInput
                label=text!(i18n, monitoring.warning_at)
                value=fields.warning
                unit=unit
                hint=said(fields.warning)
                error=error.field("warning")
            />
            <NumberInput
                label=text!(i18n, monitoring.critical_at)
                value=fields.critical
                unit=unit
                hint=said(fields.critical)
                error=error.field("critical")
            />
        </div>
        <NumberInput
            label=text!(i18n, monitoring.hysteresis)
            value=fields.hysteresis
            unit=unit
            min=Some(0)
            hint=eased
            error=error.field("hysteresis")
        />
    }
}
