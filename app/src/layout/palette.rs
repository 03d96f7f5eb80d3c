//! The command palette: servers, pages and actions by typing. Opens with Ctrl K or ⌘ K.

use drover_ui::prelude::*;
use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use leptos_router::hooks::use_navigate;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{
    frame::use_frame,
    palette_items::{Deed, Item, items},
};
use crate::{
    shared::{Part, use_server_actions},
    texts::{text, use_i18n},
};

/// Opens the palette by its keys, and closes it.
pub(super) fn follow_keys(open: RwSignal<bool>) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            let with_control = event.ctrl_key() || event.meta_key();
            if with_control && !event.alt_key() && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// The palette, as it is loaded.
#[lazy]
pub(super) fn palette() -> Part<()> {
    |()| view! { <Palette /> }.into_any()
}

#[component]
fn Palette() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_frame().palette;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                if let Err(error) = dialog.show_modal() {
                    leptos::logging::error!("the palette can't be shown: {error:?}");
                }
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="palette"
            closedby="any"
            aria-label=text!(i18n, layout.open_palette)
            on:close=move |_| open.set(false)
        >
            {move || open.get().then(|| view! { <Content /> })}
        </dialog>
    }
}

#[component]
fn Content() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_frame().palette;
    let navigate = use_navigate();
    let act = use_server_actions();
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let input = NodeRef::<html::Input>::new();
    let list = use_id("palette");
    let found = Memo::new(move |_| items(&query.get()));
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // It has just been made, so it takes the focus.
            drop(input.focus());
        }
    });
    let run = Callback::new(move |item: Item| {
        open.set(false);
        match item.deed {
            Deed::Go(path) => navigate(&path, leptos_router::NavigateOptions::default()),
            Deed::Act(action, guest) => act.run((action, (*guest).clone())),
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        let now = chosen.get_untracked().min(count.saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => chosen.set(if now + 1 < count { now + 1 } else { 0 }),
            "ArrowUp" => chosen.set(now.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" if !event.is_composing() => {
                if let Some(item) = found.with_untracked(|found| found.get(now).cloned()) {
                    run.run(item);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option_id = {
        let list = list.clone();
        move |index: usize| format!("{list}-{index}")
    };
    let active = {
        let option_id = option_id.clone();
        move || found.with(|found| (!found.is_empty()).then(|| option_id(chosen.get())))
    };
    let rows = move || {
        let mut group = String::new();
        found
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let heading = (item.group != group).then(|| item.group.clone());
                group.clone_from(&item.group);
                view! {
                    {heading.map(|text| view! { <div class="palette__group" role="presentation">{text}</div> })}
                    <Line id=option_id(index) index=index item=item chosen=chosen run=run />
                }
            })
            .collect_view()
    };
    view! {
        <div class="palette__search">
            <Icon name=IconName::Search />
            <input
                node_ref=input
                class="palette__input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-expanded="true"
                aria-autocomplete="list"
                aria-controls=list.clone()
                aria-activedescendant=active
                aria-label=text!(i18n, layout.palette_placeholder)
                placeholder=text!(i18n, layout.palette_placeholder)
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=on_key
            />
        </div>
        <div class="palette__list" role="listbox" id=list aria-label=text!(i18n, layout.open_palette)>
            {rows}
            {move || {
                found
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="palette__empty">{text!(i18n, layout.palette_empty)}</p> })
            }}
        </div>
        <div class="palette__foot">
            <span>
                <Kbd>"↑"</Kbd>
                " "
                <Kbd>"↓"</Kbd>
                " "
                {text!(i18n, layout.palette_move)}
            </span>
            <span>
                <Kbd>"Enter"</Kbd>
                " "
                {text!(i18n, layout.palette_open)}
            </span>
            <span>
                <Kbd>"Esc"</Kbd>
                " "
                {text!(i18n, layout.palette_close)}
            </span>
        </div>
    }
}

#[component]
fn Line(id: String, index: usize, item: Item, chosen: RwSignal<usize>, run: Callback<Item>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let is_chosen = Memo::new(move |_| chosen.get() == index);
    Effect::new(move |_| {
        if let Some(element) = element.get()
            && is_chosen.get()
        {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let shown = item.clone();
    view! {
        <div
            node_ref=element
            class="palette__item"
            role="option"
            id=id
            aria-selected=move || is_chosen.get().to_string()
            on:pointermove=move |_| chosen.set(index)
            on:click=move |_| run.run(item.clone())
        >
            <Icon name=shown.icon />
            <span class="palette__text">{shown.text}</span>
            <span class="palette__hint">{shown.hint}</span>
        </div>
    }
}
