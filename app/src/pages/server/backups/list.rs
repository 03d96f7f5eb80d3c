//! The card: the backups in a table, the newest first, and what makes them.

use drover_types::{backup::Archive, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    ask::{use_guest_hindrance, use_hindrance},
    asked::{Asked, Asker},
    columns::columns,
};
use crate::{
    paths,
    texts::{say, text, use_i18n},
};

/// The card.
#[component]
pub fn Archives(asker: Asker) -> impl IntoView {
    let i18n = use_i18n();
    let reader = asker.reader;
    let rows = Memo::new(move |_| reader.with(|found| found.archives.clone()));
    let silent = Memo::new(move |_| reader.with(|found| found.silent.join(", ")));
    let to_back_up = use_guest_hindrance(reader);
    let hindrance = use_hindrance(reader, &[Permission::BackupManagement]);
    let to_prune = Signal::derive(move || {
        let none = || rows.with(Vec::is_empty).then(|| say!(i18n, server_backups.none));
        hindrance.get().or_else(none)
    });
    let actions = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Trash
                disabled=to_prune
                on_click=move |_| asker.ask(Asked::Prune)
            >
                {text!(i18n, server_backups.prune)}
            </Button>
            <Button
                size=ButtonSize::Small
                icon=IconName::Archive
                variant=ButtonVariant::Primary
                disabled=to_back_up
                on_click=move |_| asker.ask(Asked::BackUp)
            >
                {text!(i18n, server_backups.back_up_now)}
            </Button>
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, server_backups.none)
                description=text!(i18n, server_backups.none_hint)
                icon=IconName::Archive
            />
        }
    };
    view! {
        {move || {
            silent
                .with(|silent| !silent.is_empty())
                .then(|| {
                    view! {
                        <Callout tone=Tone::Warning title=text!(i18n, server_backups.silent)>
                            {text!(i18n, server_backups.silent_hint, storages = silent.get())}
                        </Callout>
                    }
                })
        }}
        <Card title=text!(i18n, backups.title) actions=actions flush=true>
            <Coverage asker=asker />
            <DataTable
                label=text!(i18n, server_backups.list)
                rows=rows
                row_key=|one: &Archive| format!("{}@{}", one.volume, one.node.as_deref().unwrap_or_default())
                columns=columns(asker)
                empty=empty
            />
        </Card>
    }
}

/// Which jobs back the server up by themselves; nothing for a guest that is gone.
#[component]
fn Coverage(asker: Asker) -> impl IntoView {
    let i18n = use_i18n();
    let reader = asker.reader;
    let is_there = Memo::new(move |_| reader.guest.with(Option::is_some));
    let jobs = Memo::new(move |_| reader.with(|found| found.jobs.join(", ")));
    let words = move || match jobs.get() {
        jobs if jobs.is_empty() => say!(i18n, server_backups.no_job),
        jobs => say!(i18n, server_backups.jobs, jobs = jobs),
    };
    move || {
        is_there.get().then(|| {
            view! {
                <p class="server-backups__coverage">
                    <Icon name=Signal::derive(move || {
                        if jobs.with(String::is_empty) { IconName::Alert } else { IconName::Calendar }
                    }) />
                    <span>{words}</span>
                    <a href=paths::backups_tab(paths::SCHEDULES_TAB)>{text!(i18n, backups.schedules)}</a>
                </p>
            }
        })
    }
}
