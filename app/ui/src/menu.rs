//! A button that opens a list of actions. The browser's popover does the opening, the closing and the layer;
//! the stylesheet places it by its anchor.

use leptos::{
    ev::{Event, KeyboardEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{ButtonSize, ButtonVariant, Icon, IconName, Tone, use_id};

/// The menu that an item stands in.
#[derive(Clone, Copy)]
struct MenuContext {
    list: NodeRef<html::Div>,
}

/// Which edge of its button a menu's list keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MenuAlign {
    /// Where the text starts.
    #[default]
    Start,
    /// Where the text ends.
    End,
}

/// A button that opens a list of actions. `Enter` or `↓` opens it, arrows move, a letter jumps, `Escape`
/// closes it and gives the focus back.
#[component]
pub fn Menu(
    /// The button's text, and the list's name.
    #[prop(into)]
    label: Signal<String>,
    /// The [`MenuItem`]s; made when the menu first opens.
    children: ChildrenFn,
    /// A picture in the button.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
    /// Whether the button shows its picture only.
    #[prop(optional)]
    icon_only: bool,
    /// How the button looks.
    #[prop(default = ButtonVariant::Ghost)]
    variant: ButtonVariant,
    /// How tall the button is.
    #[prop(optional)]
    size: ButtonSize,
    /// Which edge of the button the list keeps to.
    #[prop(optional)]
    align: MenuAlign,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let id = use_id("menu");
    let expanded = RwSignal::new(false);
    let on_button_key = move |event: KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            if let Some(list) = list.get_untracked() {
                // Already open: nothing to do.
                drop(list.show_popover());
            }
        }
    };
    view! {
        <span class="menu">
            <button
                type="button"
                class="button"
                data-shape=icon_only.then_some("icon")
                data-variant=variant.as_str()
                data-size=size.as_str()
                data-tip=move || icon_only.then(|| label.get())
                popovertarget=id.clone()
                aria-haspopup="menu"
                aria-expanded=move || expanded.get().to_string()
                aria-label=move || icon_only.then(|| label.get())
                on:keydown=on_button_key
            >
                {move || icon.get().map(|name| view! { <Icon name=name /> })}
                {(!icon_only)
                    .then(|| {
                        view! {
                            <span class="button__text">{move || label.get()}</span>
                            <Icon name=IconName::ChevronDown />
                        }
                    })}
            </button>
            <MenuList id=id label=label align=align expanded=expanded list=list children=children />
        </span>
    }
}

/// The list of a [`Menu`] by itself, for many buttons that open one list, such as a button in every row of a
/// table: each carries the list's id as `popovertarget` and says on a press what it is about.
#[component]
pub fn MenuList(
    /// Its id, which the buttons name.
    #[prop(into)]
    id: String,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// The [`MenuItem`]s; made when the list first opens.
    children: ChildrenFn,
    /// Which edge of the button it keeps to.
    #[prop(optional)]
    align: MenuAlign,
    /// Is told whether it is open.
    #[prop(optional)]
    expanded: RwSignal<bool>,
    /// The element, for whoever opens it by a script.
    #[prop(optional)]
    list: NodeRef<html::Div>,
) -> impl IntoView {
    let made = RwSignal::new(false);
    let on_toggle = move |_: Event| {
        let Some(list) = list.get_untracked() else { return };
        let open = list.matches(":popover-open").unwrap_or(false);
        expanded.set(open);
        if open {
            focus_item(&list, Move::First);
        }
    };
    let on_list_key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let step = match event.key().as_str() {
            "ArrowDown" => Move::Next,
            "ArrowUp" => Move::Previous,
            "Home" => Move::First,
            "End" => Move::Last,
            "Tab" => {
                close(&list);
                return;
            }
            key if is_letter(&event) => Move::Letter(key.to_lowercase()),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        focus_item(&list, step);
    };
    view! {
        <div
            node_ref=list
            id=id
            class="menu__list"
            popover="auto"
            role="menu"
            data-align=match align {
                MenuAlign::Start => "start",
                MenuAlign::End => "end",
            }
            aria-label=move || label.get()
            on:beforetoggle=move |_: Event| made.set(true)
            on:toggle=on_toggle
            on:keydown=on_list_key
        >
            {move || {
                made.get()
                    .then(|| {
                        provide_context(MenuContext { list });
                        children()
                    })
            }}
        </div>
    }
}

/// One action of a [`Menu`].
#[component]
pub fn MenuItem(
    /// What it does, as a verb.
    #[prop(into)]
    label: Signal<String>,
    /// What happens when it is chosen. The menu closes first.
    #[prop(into)]
    on_select: Callback<()>,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
    /// What the item's colour means; `Danger` for what destroys.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Why it can't be chosen, shown under its text; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// For an item that switches something: whether it is on. The menu stays open.
    #[prop(optional, into)]
    checked: Signal<Option<bool>>,
) -> impl IntoView {
    let menu = use_context::<MenuContext>();
    let select = move |_| {
        if disabled.with_untracked(Option::is_some) {
            return;
        }
        if checked.with_untracked(Option::is_none)
            && let Some(list) = menu.and_then(|menu| menu.list.get_untracked())
        {
            close(&list);
        }
        on_select.run(());
    };
    view! {
        <button
            type="button"
            class="menu__item"
            tabindex="-1"
            role=move || if checked.with(Option::is_some) { "menuitemcheckbox" } else { "menuitem" }
            data-tone=move || tone.get().as_str()
            aria-disabled=move || disabled.with(Option::is_some).then_some("true")
            aria-checked=move || checked.get().map(|on| on.to_string())
            on:click=select
        >
            <span class="menu__mark">
                {move || match checked.get() {
                    Some(true) => Some(IconName::Check),
                    Some(false) => None,
                    None => icon.get(),
                }
                    .map(|name| view! { <Icon name=name /> })}
            </span>
            <span class="menu__text">
                {move || label.get()}
                {move || disabled.get().map(|reason| view! { <span class="menu__reason">{reason}</span> })}
            </span>
        </button>
    }
}

/// A link in a [`Menu`].
#[component]
pub fn MenuLink(
    /// What one finds there.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
) -> impl IntoView {
    let menu = use_context::<MenuContext>();
    let leave = move |_| {
        if let Some(list) = menu.and_then(|menu| menu.list.get_untracked()) {
            close(&list);
        }
    };
    view! {
        <a class="menu__item" role="menuitem" tabindex="-1" href=move || href.get() on:click=leave>
            <span class="menu__mark">{move || icon.get().map(|name| view! { <Icon name=name /> })}</span>
            <span class="menu__text">{move || label.get()}</span>
        </a>
    }
}

/// A line between groups of items.
#[component]
pub fn MenuSeparator() -> impl IntoView {
    view! { <div class="menu__separator" role="separator"></div> }
}

/// A heading over a group of items.
#[component]
pub fn MenuHeading(
    /// The heading.
    children: Children,
) -> impl IntoView {
    view! { <div class="menu__heading" role="presentation">{children()}</div> }
}

/// Where the focus goes.
enum Move {
    First,
    Last,
    Next,
    Previous,
    Letter(String),
}

/// The index to focus among `labels`, from `current`; wraps around at the ends.
fn target(step: &Move, labels: &[String], current: Option<usize>) -> Option<usize> {
    let count = labels.len();
    let last = count.checked_sub(1)?;
    match step {
        Move::First => Some(0),
        Move::Last => Some(last),
        Move::Next => Some(current.map_or(0, |index| if index == last { 0 } else { index + 1 })),
        Move::Previous => Some(current.map_or(last, |index| index.checked_sub(1).unwrap_or(last))),
        Move::Letter(letter) => {
            let after = current.map_or(0, |index| index + 1);
            (0..count)
                .map(|offset| (after + offset) % count)
                .find(|index| labels[*index].to_lowercase().starts_with(letter.as_str()))
        }
    }
}

fn is_letter(event: &KeyboardEvent) -> bool {
    event.key().chars().count() == 1
        && event.key() != " "
        && !event.ctrl_key()
        && !event.meta_key()
        && !event.alt_key()
}

fn focus_item(list: &HtmlElement, step: Move) {
    let Ok(nodes) = list.query_selector_all("[role^=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..nodes.length())
        .filter_map(|index| nodes.item(index)?.dyn_into().ok())
        .collect();
    let labels: Vec<String> = items
        .iter()
        .map(|item| item.text_content().unwrap_or_default().trim().to_owned())
        .collect();
    let active = document().active_element();
    let current = items.iter().position(|item| {
        active
            .as_ref()
            .is_some_and(|active| item.is_same_node(Some(active)))
    });
    if let Some(index) = target(&step, &labels, current) {
        // An item that has left the page can't take the focus, which is no fault.
        drop(items[index].focus());
    }
}

/// Closes a list; one that is closed already stays so.
fn close(list: &HtmlElement) {
    drop(list.hide_popover());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        ["Start", "Stop", "Delete"].map(str::to_owned).to_vec()
    }

    #[test]
    fn arrows_wrap_around() {
        assert_eq!(target(&Move::Next, &labels(), Some(2)), Some(0));
        assert_eq!(target(&Move::Previous, &labels(), Some(0)), Some(2));
        assert_eq!(target(&Move::Next, &labels(), None), Some(0));
        assert_eq!(target(&Move::Next, &[], None), None);
    }

    #[test]
    fn a_letter_jumps_to_the_next_item_that_starts_with_it() {
        let letter = |text: &str| Move::Letter(text.to_owned());
        assert_eq!(target(&letter("s"), &labels(), None), Some(0));
        assert_eq!(target(&letter("s"), &labels(), Some(0)), Some(1));
        assert_eq!(target(&letter("s"), &labels(), Some(1)), Some(0));
        assert_eq!(target(&letter("x"), &labels(), None), None);
    }
}
