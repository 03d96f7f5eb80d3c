//! The frame of every page for those who are signed in; everybody else is led to the sign-in page.

use drover_types::{
    event::LiveEvent,
    notification::{Level, NotificationRow},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
};

use super::{
    confirm::{confirm_box, provide_confirm},
    frame::{Frame, provide_frame},
    notifications_drawer::notifications_drawer,
    palette::{follow_keys, palette},
    presence::tell_presence,
    sidebar::Sidebar,
    tasks_drawer::tasks_drawer,
};
use crate::{
    inventory::{Inventory, provide_inventory},
    live::{Live, provide_live},
    monitoring::provide_monitoring,
    notices::{Notices, provide_notices},
    paths,
    preferences::use_preferences,
    rpc,
    running::{Running, provide_running},
    session::use_session,
    shared::Later,
    texts::{say, text, use_i18n, use_lang},
};

/// The frame, or the way to the sign-in page.
#[component]
pub fn Shell() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let signed_in = Memo::new(move |_| session.is_signed_in());
    // A generated password opens nothing but the own page.
    let must_change = Memo::new(move |_| {
        let must = session.user().is_some_and(|user| user.must_change_password);
        must && location.pathname.get() != paths::PROFILE
    });
    move || {
        if must_change.get() {
            view! { <Redirect path=paths::PROFILE /> }.into_any()
        } else if signed_in.get() {
            view! { <SignedIn /> }.into_any()
        } else {
            let here = untrack(|| {
                let (path, query) = (location.pathname.get(), location.search.get());
                if query.is_empty() {
                    path
                } else {
                    format!("{path}?{query}")
                }
            });
            view! { <Redirect path=paths::sign_in(&here) /> }.into_any()
        }
    }
}

#[component]
fn SignedIn() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let frame = provide_frame();
    let confirm = provide_confirm();
    let live = provide_live();
    let inventory = provide_inventory();
    let running = provide_running(live);
    let notices = provide_notices(live, announce(frame));
    provide_monitoring();
    follow(live, inventory, running, notices);
    tell_presence();
    follow_keys(frame.palette);
    let sidebar = move || {
        if frame.sidebar.get() {
            "open"
        } else if preferences.narrow_sidebar.get() {
            "collapsed"
        } else {
            "wide"
        }
    };
    view! {
        <div class="app-shell" data-sidebar=sidebar>
            <a class="app-shell__skip" href="#main">
                {text!(i18n, layout.skip)}
            </a>
            <Sidebar />
            <div class="app-shell__scrim" on:click=move |_| frame.sidebar.set(false)></div>
            <div class="app-shell__main">
                <Outlet />
            </div>
            <Later wanted=frame.tasks part=tasks_drawer with=() />
            <Later wanted=frame.notifications part=notifications_drawer with=() />
            <Later wanted=frame.palette part=palette with=() />
            <Later wanted=confirm.open part=confirm_box with=() />
        </div>
    }
    .into_any()
}

/// Loads what the frame shows, hands it the events, and loads anew what they can't have told: deltas of the
/// inventory are numbered and tell themselves when one is missing, the others hold from the moment the stream opens.
fn follow(live: Live, inventory: Inventory, running: Running, notices: Notices) {
    let session = use_session();
    let load = move || {
        inventory.load();
        running.load();
        notices.load();
    };
    let ask_who = move || {
        spawn_local(async move {
            match rpc::session::current_user().await {
                Ok(user) => session.set(user),
                Err(error) => session.heed(&error),
            }
        });
    };
    live.on(move |event| match event {
        LiveEvent::Inventory(delta) => inventory.apply(delta.clone()),
        LiveEvent::UserChanged => ask_who(),
        LiveEvent::Resync => {
            load();
            ask_who();
        }
        LiveEvent::SignedOut => session.end(),
        _ => {}
    });
    Effect::new(move |before: Option<u32>| {
        let openings = live.openings();
        let had_stream = before.is_some_and(|before| before > 0);
        untrack(|| {
            if before.is_none() || had_stream {
                load();
            } else {
                running.load();
                notices.load();
            }
        });
        openings
    });
    Effect::new(move |_| {
        // A refused stream may mean that the session has ended elsewhere.
        if live.doubts() > 0 {
            ask_who();
        }
    });
}

/// Shows a new notification in the corner, unless the drawer shows it already.
fn announce(frame: Frame) -> impl Fn(&NotificationRow) + Send + Sync + 'static {
    let (i18n, lang, toasts) = (use_i18n(), use_lang(), use_toasts());
    move |row| {
        if frame.notifications.get_untracked() || row.read {
            return;
        }
        untrack(|| {
            let lang = lang.get();
            let tone = match row.note.level() {
                Level::Info => Tone::Info,
                Level::Success => Tone::Success,
                Level::Warning => Tone::Warning,
                Level::Error => Tone::Danger,
            };
            let toast = Toast::new(tone, row.note.title(lang)).detail(row.note.body(lang));
            toasts.show(match &row.task {
                Some(task) => toast.link(say!(i18n, layout.open_task), paths::task(task)),
                None => toast,
            });
        });
    }
}
