//! The drawer with the user's notifications.

use drover_types::{error::ApiError, notification::Level};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{frame::use_frame, notice_link};
use crate::{
    notices::use_notices,
    rpc,
    session::use_session,
    shared::{Part, TimeAgo},
    texts::{text, use_i18n, use_lang},
};

/// The drawer, as it is loaded.
#[lazy]
pub(super) fn notifications_drawer() -> Part<()> {
    |()| view! { <NotificationsDrawer /> }.into_any()
}

#[component]
fn NotificationsDrawer() -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    let notices = use_notices();
    let none_unread = Memo::new(move |_| notices.unread() == 0);
    view! {
        <Drawer
            open=frame.notifications
            title=text!(i18n, layout.notifications)
            close_label=text!(i18n, common.close)
            actions=move || {
                // The closure inside follows the count; the drawer makes its actions once.
                move || (!none_unread.get()).then(|| view! { <ReadAll /> })
            }
        >
            <NotificationList />
        </Drawer>
    }
}

#[component]
fn ReadAll() -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_notices();
    let send = use_send();
    let read_all = move |_| {
        notices.mark_all_read();
        send.run(Change::ReadAll);
    };
    view! {
        <Button size=ButtonSize::Small variant=ButtonVariant::Ghost on_click=read_all>
            {text!(i18n, layout.read_all)}
        </Button>
    }
}

/// What is told to the server.
#[derive(Clone, Copy)]
enum Change {
    Read(i64),
    ReadAll,
    Dismiss(i64),
}

/// Tells the server; where that fails, what was shown already is taken back by loading anew.
fn use_send() -> Callback<Change> {
    let notices = use_notices();
    let session = use_session();
    let lang = use_lang();
    let toasts = use_toasts();
    Callback::new(move |change| {
        spawn_local(async move {
            let sent: Result<(), ApiError> = match change {
                Change::Read(id) => rpc::notifications::read_notification(id).await.map(drop),
                Change::ReadAll => rpc::notifications::read_all_notifications().await,
                Change::Dismiss(id) => rpc::notifications::dismiss_notification(id).await,
            };
            if let Err(error) = sent {
                session.heed(&error);
                toasts.show(Toast::danger(error.text(lang.get_untracked())));
                notices.load();
            }
        });
    })
}

#[component]
fn NotificationList() -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_notices();
    let state = Memo::new(move |_| (notices.is_loaded(), notices.rows().is_empty()));
    move || match state.get() {
        (false, true) => view! { <Skeleton label=text!(i18n, common.loading) lines=6 /> }.into_any(),
        (true, true) => view! {
            <EmptyState
                title=text!(i18n, layout.notifications_none)
                description=text!(i18n, layout.notifications_none_hint)
                icon=IconName::Bell
            />
        }
        .into_any(),
        (_, false) => view! {
            <ul class="entries">
                <For each=move || notices.rows() key=|row| (row.id, row.read) let:row>
                    <Entry row=row />
                </For>
            </ul>
        }
        .into_any(),
    }
}

#[component]
fn Entry(row: drover_types::notification::NotificationRow) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let frame = use_frame();
    let notices = use_notices();
    let send = use_send();
    let (id, read, at) = (row.id, row.read, row.created_at);
    let address = notice_link::address(&row.note, row.task);
    let (tone, icon) = match row.note.level() {
        Level::Info => (Tone::Info, IconName::Info),
        Level::Success => (Tone::Success, IconName::CheckCircle),
        Level::Warning => (Tone::Warning, IconName::Alert),
        Level::Error => (Tone::Danger, IconName::XCircle),
    };
    let mark_read = move || {
        if !read {
            notices.mark_read(id);
            send.run(Change::Read(id));
        }
    };
    let note = StoredValue::new(row.note);
    let title = move || note.with_value(|note| note.title(lang.get()));
    let body = move || note.with_value(|note| note.body(lang.get()));
    view! {
        <li class="entries__item" data-tone=tone.as_str() data-unread=(!read).then_some("true")>
            <div class="entries__head">
                <Icon name=icon />
                {match address {
                    Some(address) => {
                        view! {
                            <a
                                class="entries__title"
                                href=address
                                on:click=move |_| {
                                    mark_read();
                                    frame.notifications.set(false);
                                }
                            >
                                {title}
                            </a>
                        }
                            .into_any()
                    }
                    None => view! { <span class="entries__title">{title}</span> }.into_any(),
                }}
                <IconButton
                    icon=IconName::X
                    label=text!(i18n, common.dismiss)
                    size=ButtonSize::Small
                    on_click=move |_| {
                        notices.remove(id);
                        send.run(Change::Dismiss(id));
                    }
                />
            </div>
            <p class="entries__body">{body}</p>
            <p class="entries__meta">
                <TimeAgo at=Signal::stored(at) />
                {(!read)
                    .then(|| {
                        view! {
                            <Button
                                size=ButtonSize::Small
                                variant=ButtonVariant::Ghost
                                on_click=move |_| mark_read()
                            >
                                {text!(i18n, layout.read)}
                            </Button>
                        }
                    })}
            </p>
        </li>
    }
}
