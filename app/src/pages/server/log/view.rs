//! The part of the page: which log, how much of it, and what it says.

use drover_types::{error::ApiError, guest::GuestKind, logs::LogType, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{lines::Lines, reader::Reader};
use crate::{
    inventory::Guest,
    session::use_session,
    shared::{ErrorCallout, PermissionNeeded},
    texts::{say, text, use_i18n, use_lang},
};

/// How many lines may be chosen.
const COUNTS: [u32; 5] = [50, 100, 200, 500, 1000];

/// The logs, for whoever may read them.
#[component]
pub fn Log(guest: Memo<Guest>) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ViewLogs)));
    move || {
        if may.get() == Some(false) {
            view! { <PermissionNeeded permission=Permission::ViewLogs /> }.into_any()
        } else {
            view! { <Chosen guest=guest /> }.into_any()
        }
    }
}

#[component]
fn Chosen(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let id = Memo::new(move |_| guest.with(|guest| guest.id.clone()));
    let is_container = guest.with_untracked(|guest| guest.kind == GuestKind::Lxc);
    let reader = Reader::new(
        id,
        if is_container {
            LogType::Tasks
        } else {
            LogType::System
        },
    );
    view! {
        <Card title=text!(i18n, server.log) flush=true>
            <div class="server-log__bar">
                <Toolbar reader=reader is_container=is_container />
            </div>
            {move || match reader.found.get() {
                None => {
                    view! {
                        <div class="server-log__said">
                            <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=6 />
                        </div>
                    }
                        .into_any()
                }
                Some(Ok(log)) => view! { <Lines log=log follows=reader.follows /> }.into_any(),
                Some(Err(error)) => view! { <Refused error=error reader=reader /> }.into_any(),
            }}
        </Card>
    }
}

#[component]
fn Toolbar(reader: Reader, is_container: bool) -> impl IntoView {
    let i18n = use_i18n();
    let kind = Bound::new(
        move || reader.kind.get().as_str().to_owned(),
        move |name: String| {
            if let Some(kind) = LogType::parse(&name) {
                reader.kind.set(kind);
            }
        },
    );
    let kinds = Signal::derive(move || {
        LogType::ALL
            .iter()
            .map(|kind| {
                let name = match kind {
                    LogType::System => say!(i18n, server.log_system),
                    LogType::Kernel => say!(i18n, server.log_kernel),
                    LogType::Tasks => say!(i18n, server.log_tasks),
                };
                // A container has no guest agent that could read them.
                let is_off = is_container && *kind != LogType::Tasks;
                let name = if is_off {
                    say!(i18n, server.log_not_of_containers, log = name)
                } else {
                    name
                };
                SelectOption::new(kind.as_str(), name).disabled(is_off)
            })
            .collect::<Vec<_>>()
    });
    let lines = Bound::new(
        move || reader.lines.get().to_string(),
        move |text: String| {
            if let Ok(lines) = text.parse() {
                reader.lines.set(lines);
            }
        },
    );
    let counts = Signal::derive(move || {
        COUNTS
            .iter()
            .map(|count| SelectOption::new(count.to_string(), say!(i18n, server.log_last, count = *count)))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, server.log_choice)>
            <Select label=text!(i18n, server.log_kind) value=kind options=kinds hide_label=true />
            <Select label=text!(i18n, server.log_lines) value=lines options=counts hide_label=true />
            <Switch label=text!(i18n, server.log_follow) value=reader.follows />
            <div class="toolbar__end">
                <Button icon=IconName::Refresh busy=reader.busy on_click=move |_| reader.load()>
                    {text!(i18n, server.log_reload)}
                </Button>
            </div>
        </div>
    }
}

/// Why there is no log: what is wrong with the server is told calmly, with the log that is always there.
#[component]
fn Refused(error: ApiError, reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let is_of_server = matches!(
        error.problem,
        Problem::ContainersUnsupported
            | Problem::GuestMustBe { .. }
            | Problem::AgentSilent
            | Problem::NoJournal
    );
    if !is_of_server {
        return view! {
            <div class="server-log__said">
                <ErrorCallout error=error on_retry=move |()| reader.load() />
            </div>
        }
        .into_any();
    }
    let description = Signal::derive(move || Some(error.text(lang.get())));
    view! {
        <EmptyState
            title=text!(i18n, server.log_none)
            description=description
            icon=IconName::Console
            actions=move || {
                view! {
                    <Button on_click=move |_| reader.kind.set(LogType::Tasks)>{text!(i18n, server.log_show_tasks)}</Button>
                }
            }
        />
    }
    .into_any()
}
