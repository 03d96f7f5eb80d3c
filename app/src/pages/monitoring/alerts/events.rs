//! What happened to an alert.

use drover_types::{
    error::ApiError,
    monitoring::{AlertEvent, AlertEventKind, AlertRow},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::columns::said;
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, TimeAgo, subject_address},
    texts::{say, text, use_i18n, use_lang},
};

type Loaded = Option<Result<Vec<AlertEvent>, ApiError>>;

/// Opens a dialog with an alert's history; get it with [`use_events`].
#[derive(Clone, Copy)]
pub(super) struct Events {
    open: RwSignal<bool>,
    alert: RwSignal<Option<AlertRow>>,
    loaded: RwSignal<Loaded>,
}

/// Of no alert yet.
pub(super) fn use_events() -> Events {
    Events {
        open: RwSignal::new(false),
        alert: RwSignal::new(None),
        loaded: RwSignal::new(None),
    }
}

impl Events {
    /// Shows what happened to `alert`.
    pub fn show(self, alert: AlertRow) {
        self.alert.set(Some(alert));
        self.open.set(true);
        self.load();
    }

    fn load(self) {
        let session = use_session();
        let Some(id) = self.alert.with_untracked(|alert| Some(alert.as_ref()?.id)) else {
            return;
        };
        self.loaded.set(None);
        spawn_local(async move {
            let answer = session.heeded(rpc::monitoring::alert_events(id).await);
            let now = self.alert.try_get_untracked().flatten();
            if now.is_some_and(|alert| alert.id == id) {
                self.loaded.set(Some(answer));
            }
        });
    }
}

/// The dialog.
#[component]
pub(super) fn EventsDialog(events: Events) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || {
        events.alert.with(|alert| {
            let alert = alert.as_ref();
            alert.map(|alert| alert.subject.said()).unwrap_or_default()
        })
    });
    let content = move || {
        events.loaded.with(|loaded| match loaded {
            None => view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=3 /> }
                .into_any(),
            Some(Err(error)) => {
                view! { <ErrorCallout error=error.clone() on_retry=move |()| events.load() /> }.into_any()
            }
            Some(Ok(happened)) => {
                let lines = happened.iter().cloned();
                let lines: Vec<_> = lines
                    .map(|event| view! { <Line events=events event=event /> })
                    .collect();
                view! { <ol class="entries">{lines}</ol> }.into_any()
            }
        })
    };
    view! {
        <Dialog open=events.open title=title close_label=text!(i18n, common.close) light_dismiss=true>
            {move || {
                events
                    .alert
                    .get()
                    .map(|alert| {
                        let href = subject_address(&alert.subject);
                        view! {
                            <p>
                                <a href=href>{alert.subject.said()}</a>
                                ": "
                                {move || said(&alert)}
                            </p>
                        }
                    })
            }}
            {content}
        </Dialog>
    }
}

#[component]
fn Line(events: Events, event: AlertEvent) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let AlertEvent { kind, at, by, value } = event;
    let name = move || match kind {
        AlertEventKind::Raised => say!(i18n, monitoring.event_raised),
        AlertEventKind::Worsened => say!(i18n, monitoring.event_worsened),
        AlertEventKind::Eased => say!(i18n, monitoring.event_eased),
        AlertEventKind::Acknowledged => say!(i18n, monitoring.event_acknowledged),
        AlertEventKind::Cleared => say!(i18n, monitoring.event_cleared),
        AlertEventKind::Resolved => say!(i18n, monitoring.event_resolved),
    };
    let figure = move || {
        let metric = events.alert.with(|alert| Some(alert.as_ref()?.metric))?;
        Some(metric.figure(value?, lang.get()))
    };
    view! {
        <li class="entries__item">
            <div class="entries__head">
                <span class="entries__title">{name}</span>
                <span class="entries__meta">
                    <span>{figure}</span>
                    {by.map(|by| view! { <span>{text!(i18n, monitoring.seen_by, name = by.clone())}</span> })}
                    <TimeAgo at=Signal::stored(at) />
                </span>
            </div>
        </li>
    }
}
