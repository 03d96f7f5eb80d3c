//! What narrows the list down: it changes the address, which the list follows.

use drover_types::{
    audit::{Action, AuditResult},
    task::TaskKind,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::narrowed::Narrowed;
use crate::{
    paths,
    texts::{say, text, use_i18n, use_lang},
};

/// Goes to the list as it is narrowed down by something else.
pub(super) fn use_go() -> Callback<Narrowed> {
    let navigate = use_navigate();
    Callback::new(move |to: Narrowed| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::audit(&to.parameters(), to.page), options);
    })
}

/// The controls.
#[component]
pub(super) fn Toolbar(narrowed: Memo<Narrowed>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let go = use_go();
    let bound = move |get: fn(&Narrowed) -> &String, set: fn(&mut Narrowed) -> &mut String| {
        Bound::new(
            move || narrowed.with(|narrowed| get(narrowed).clone()),
            move |value: String| {
                let mut to = narrowed.get_untracked();
                *set(&mut to) = value;
                to.page = 1;
                go.run(to);
            },
        )
    };
    let actions = Signal::derive(move || {
        let lang = lang.get();
        let own = Action::ALL
            .iter()
            .map(|action| SelectOption::new(action.as_str(), action.text(lang)));
        let tasks = TaskKind::ALL
            .iter()
            .map(|kind| SelectOption::new(kind.as_str(), kind.name(lang)));
        own.chain(tasks).collect::<Vec<_>>()
    });
    let results = Signal::derive(move || {
        AuditResult::ALL
            .iter()
            .map(|result| SelectOption::new(result.as_str(), result.text(lang.get())))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, audit.filter)>
            <SearchInput
                label=text!(i18n, audit.search)
                value=bound(|narrowed| &narrowed.search, |narrowed| &mut narrowed.search)
                clear_label=text!(i18n, audit.clear_search)
                placeholder=Signal::derive(move || Some(say!(i18n, audit.search)))
            />
            <TextInput
                label=text!(i18n, audit.user)
                value=bound(|narrowed| &narrowed.user, |narrowed| &mut narrowed.user)
                placeholder=Signal::derive(move || Some(say!(i18n, audit.user)))
                hide_label=true
            />
            <TextInput
                label=text!(i18n, audit.object)
                value=bound(|narrowed| &narrowed.object, |narrowed| &mut narrowed.object)
                placeholder=Signal::derive(move || Some(say!(i18n, audit.object)))
                hide_label=true
            />
            <Select
                label=text!(i18n, audit.action)
                value=bound(|narrowed| &narrowed.action, |narrowed| &mut narrowed.action)
                options=actions
                placeholder=Signal::derive(move || Some(say!(i18n, audit.all_actions)))
                hide_label=true
            />
            <Select
                label=text!(i18n, audit.result)
                value=bound(|narrowed| &narrowed.result, |narrowed| &mut narrowed.result)
                options=results
                placeholder=Signal::derive(move || Some(say!(i18n, audit.all_results)))
                hide_label=true
            />
            <Day
                label=text!(i18n, audit.from)
                value=bound(|narrowed| &narrowed.from, |narrowed| &mut narrowed.from)
            />
            <Day
                label=text!(i18n, audit.until)
                value=bound(|narrowed| &narrowed.until, |narrowed| &mut narrowed.until)
            />
        </div>
    }
}

/// A day to choose, by the browser's own control.
#[component]
fn Day(label: Signal<String>, value: Bound<String>) -> impl IntoView {
    view! {
        <label class="audit__day">
            <span>{label}</span>
            <input
                class="input"
                type="date"
                prop:value=move || value.get()
                on:change=move |event| value.set(event_target_value(&event))
            />
        </label>
    }
}
