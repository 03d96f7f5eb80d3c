//! Buttons. One that can't be used stays focusable and says its reason; it never vanishes.

use leptos::{ev::MouseEvent, prelude::*};

use crate::{Icon, IconName, Spinner, use_id};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    /// The one main action of a page or dialog.
    Primary,
    /// Any other action.
    #[default]
    Secondary,
    /// An action in a row of many: no frame until pointed at.
    Ghost,
    /// Destroys something.
    Danger,
}

impl ButtonVariant {
    /// All variants, for the gallery.
    pub const ALL: [Self; 4] = [Self::Primary, Self::Secondary, Self::Ghost, Self::Danger];

    /// The value of the `data-variant` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Ghost => "ghost",
            Self::Danger => "danger",
        }
    }
}

/// How tall a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// For rows and toolbars: 24 px.
    Small,
    /// Everywhere else: 32 px.
    #[default]
    Medium,
    /// A form's only action, such as signing in: 40 px.
    Large,
}

impl ButtonSize {
    /// The value of the `data-size` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What a press does to the form around the button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Nothing.
    #[default]
    Button,
    /// Sends it.
    Submit,
    /// Empties it.
    Reset,
}

impl ButtonKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Submit => "submit",
            Self::Reset => "reset",
        }
    }
}

/// Runs `on_click`, unless the button is disabled or busy: then the press does nothing, to the form neither.
fn guarded(
    disabled: Signal<Option<String>>,
    busy: Signal<bool>,
    on_click: Option<Callback<MouseEvent>>,
) -> impl Fn(MouseEvent) {
    move |event| {
        if busy.get_untracked() || disabled.with_untracked(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    }
}

/// The reason why a button is disabled, for screen readers; `data-tip` shows it to everybody else.
#[component]
fn Reason(id: String, reason: Signal<Option<String>>) -> impl IntoView {
    move || {
        reason.get().map(|text| {
            view! {
                <span id=id.clone() hidden>
                    {text}
                </span>
            }
        })
    }
}

/// A button with a text.
#[component]
pub fn Button(
    /// What it does, as a verb.
    children: Children,
    /// What happens on a press. Not called while the button is disabled or busy.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// How much it asks for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How tall it is.
    #[prop(optional)]
    size: ButtonSize,
    /// What a press does to the form around it.
    #[prop(optional)]
    kind: ButtonKind,
    /// Why it can't be used; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether its action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
) -> impl IntoView {
    let reason = use_id("reason");
    let described_by = reason.clone();
    view! {
        <button
            type=kind.as_str()
            class="button"
            data-variant=variant.as_str()
            data-size=size.as_str()
            data-tip=move || disabled.get()
            aria-disabled=move || (busy.get() || disabled.with(Option::is_some)).then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-describedby=move || disabled.with(Option::is_some).then(|| described_by.clone())
            on:click=guarded(disabled, busy, on_click)
        >
            {move || {
                if busy.get() {
                    view! { <Spinner /> }.into_any()
                } else {
                    icon.get().map(|name| view! { <Icon name=name /> }).into_any()
                }
            }}
            <span class="button__text">{children()}</span>
            <Reason id=reason reason=disabled />
        </button>
    }
}

/// A link that looks like a button: for going somewhere, not for doing something.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// What one finds there.
    children: Children,
    /// How much it asks for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How tall it is.
    #[prop(optional)]
    size: ButtonSize,
    /// Why it can't be followed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// A picture before the text.
    #[prop(optional, into)]
    icon: Signal<Option<IconName>>,
) -> impl IntoView {
    let reason = use_id("reason");
    let described_by = reason.clone();
    view! {
        <a
            class="button"
            role=move || disabled.with(Option::is_some).then_some("link")
            tabindex=move || disabled.with(Option::is_some).then_some("0")
            href=move || disabled.with(Option::is_none).then(|| href.get())
            data-variant=variant.as_str()
            data-size=size.as_str()
            data-tip=move || disabled.get()
            aria-disabled=move || disabled.with(Option::is_some).then_some("true")
            aria-describedby=move || disabled.with(Option::is_some).then(|| described_by.clone())
        >
            {move || icon.get().map(|name| view! { <Icon name=name /> })}
            <span class="button__text">{children()}</span>
            <Reason id=reason reason=disabled />
        </a>
    }
}

/// A button with a picture only. Its label is its name for screen readers and its tooltip.
#[component]
pub fn IconButton(
    /// The picture.
    #[prop(into)]
    icon: Signal<IconName>,
    /// What it does, as a verb.
    #[prop(into)]
    label: Signal<String>,
    /// What happens on a press. Not called while the button is disabled or busy.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// How much it asks for attention.
    #[prop(default = ButtonVariant::Ghost)]
    variant: ButtonVariant,
    /// How tall it is.
    #[prop(optional)]
    size: ButtonSize,
    /// What a press does to the form around it.
    #[prop(optional)]
    kind: ButtonKind,
    /// Why it can't be used; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether its action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// For a button that switches something: whether it is on.
    #[prop(optional, into)]
    pressed: Signal<Option<bool>>,
) -> impl IntoView {
    let reason = use_id("reason");
    let described_by = reason.clone();
    view! {
        <button
            type=kind.as_str()
            class="button"
            data-shape="icon"
            data-variant=variant.as_str()
            data-size=size.as_str()
            data-tip=move || disabled.get().unwrap_or_else(|| label.get())
            aria-label=move || label.get()
            aria-pressed=move || pressed.get().map(|on| on.to_string())
            aria-disabled=move || (busy.get() || disabled.with(Option::is_some)).then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-describedby=move || disabled.with(Option::is_some).then(|| described_by.clone())
            on:click=guarded(disabled, busy, on_click)
        >
            {move || {
                if busy.get() {
                    view! { <Spinner /> }.into_any()
                } else {
                    view! { <Icon name=icon /> }.into_any()
                }
            }}
            <Reason id=reason reason=disabled />
        </button>
    }
}
