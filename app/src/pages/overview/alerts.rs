//! The newest of the alerts that stand.

use drover_types::monitoring::{AlertLevel, AlertRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    monitoring::use_monitoring,
    paths,
    shared::{ErrorCallout, TimeAgo, health_icon, subject_address},
    texts::{text, use_i18n, use_lang},
};

/// How many are shown.
const MOST: usize = 5;

/// The card.
#[component]
pub(super) fn Alerts() -> impl IntoView {
    let i18n = use_i18n();
    let monitoring = use_monitoring();
    let newest = Memo::new(move |_| {
        monitoring.with(|state| {
            let mut alerts = state?.alerts.clone();
            alerts.sort_by_key(|alert| std::cmp::Reverse((alert.raised_at, alert.id)));
            alerts.truncate(MOST);
            Some(alerts)
        })
    });
    let is_empty = Memo::new(move |_| newest.with(|newest| newest.as_ref().map(Vec::is_empty)));
    let actions = move || {
        view! {
            <ButtonLink href=paths::MONITORING_ALERTS size=ButtonSize::Small variant=ButtonVariant::Ghost>
                {text!(i18n, overview.all_alerts)}
            </ButtonLink>
        }
    };
    view! {
        <Card title=text!(i18n, overview.alerts) actions=actions>
            {move || {
                monitoring
                    .error()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| monitoring.load() /> })
            }}
            {move || match is_empty.get() {
                None if monitoring.error().is_some() => ().into_any(),
                None => {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=2 /> }
                        .into_any()
                }
                Some(true) => {
                    view! { <p class="overview__none">{text!(i18n, monitoring.no_alerts)}</p> }.into_any()
                }
                Some(false) => {
                    view! {
                        <ul class="entries">
                            <For
                                each=move || newest.get().unwrap_or_default()
                                key=|alert| (alert.id, alert.level, alert.value)
                                let:alert
                            >
                                <Entry alert=alert />
                            </For>
                        </ul>
                    }
                        .into_any()
                }
            }}
        </Card>
    }
}

#[component]
fn Entry(alert: AlertRow) -> impl IntoView {
    let lang = use_lang();
    let tone = match alert.level {
        AlertLevel::Warning => Tone::Warning,
        AlertLevel::Critical => Tone::Danger,
    };
    let (metric, value, limit) = (alert.metric, alert.value, alert.limit);
    view! {
        <li class="entries__item" data-tone=tone.as_str()>
            <div class="entries__head">
                <Icon name=health_icon(alert.level.into()) />
                <a class="entries__title" href=subject_address(&alert.subject)>
                    {alert.subject.said()}
                </a>
                <span class="entries__meta">
                    <TimeAgo at=Signal::stored(alert.raised_at) />
                </span>
            </div>
            <p class="entries__body">{move || metric.said(value, limit, lang.get())}</p>
        </li>
    }
}
