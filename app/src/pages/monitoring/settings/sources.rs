//! Prometheus and Grafana: whether they are there, and Grafana's own picture of the servers.

use drover_types::{
    error::ApiError,
    monitoring::{GrafanaLinks, MonitoringSources, SourceState},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    rpc,
    shared::{Awaited, ErrorCallout},
    texts::{text, use_i18n, use_lang},
};

/// What there is beside Proxmox's own figures.
#[component]
pub(super) fn Sources() -> impl IntoView {
    let i18n = use_i18n();
    let loaded = Resource::new(|| (), |()| rpc::monitoring_history::monitoring_sources());
    let show = move |answer: Result<MonitoringSources, ApiError>| match answer {
        Ok(sources) => {
            let MonitoringSources { prometheus, grafana } = sources;
            view! {
                <Card title=text!(i18n, monitoring.sources)>
                    <Prometheus state=prometheus />
                </Card>
                <Grafana links=grafana />
            }
            .into_any()
        }
        Err(error) => view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any(),
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=2 /> }
            }
        />
    }
}

#[component]
fn Prometheus(state: SourceState) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let (tone, label, problem) = match state {
        SourceState::Off => (Tone::Neutral, text!(i18n, monitoring.source_off), None),
        SourceState::Answering => (Tone::Success, text!(i18n, monitoring.source_answers), None),
        SourceState::Failing(problem) => (Tone::Danger, text!(i18n, monitoring.source_fails), Some(problem)),
    };
    view! {
        <DescriptionList>
            <Description term=text!(i18n, monitoring.proxmox)>
                <StatusDot label=text!(i18n, monitoring.source_always) tone=Tone::Success />
            </Description>
            <Description term="Prometheus">
                <StatusDot label=label tone=tone />
                {problem
                    .map(|problem| {
                        view! { <p class="monitoring__hint">{move || problem.text(lang.get())}</p> }
                    })}
            </Description>
        </DescriptionList>
        <p class="monitoring__hint">{text!(i18n, monitoring.sources_hint)}</p>
    }
}

#[component]
fn Grafana(links: Option<GrafanaLinks>) -> impl IntoView {
    let i18n = use_i18n();
    let Some(GrafanaLinks {
        home,
        overview,
        embed,
    }) = links
    else {
        return view! {
            <Card title="Grafana">
                <p class="monitoring__hint">{text!(i18n, monitoring.grafana_off)}</p>
            </Card>
        }
        .into_any();
    };
    let actions = move || {
        let link = |href: String, label: Signal<String>| {
            view! {
                <a
                    class="button"
                    data-variant="secondary"
                    data-size="small"
                    href=href
                    target="_blank"
                    rel="external noopener noreferrer"
                >
                    <Icon name=IconName::ExternalLink />
                    {label}
                </a>
            }
        };
        view! {
            {link(overview.clone(), text!(i18n, monitoring.open_dashboard))}
            {link(home.clone(), text!(i18n, monitoring.open_grafana))}
        }
    };
    view! {
        <Card title="Grafana" actions=actions>
            <iframe
                class="monitoring__grafana"
                src=embed
                title=text!(i18n, monitoring.grafana_panel)
                referrerpolicy="no-referrer"
                sandbox="allow-scripts allow-same-origin allow-popups"
            ></iframe>
        </Card>
    }
    .into_any()
}
