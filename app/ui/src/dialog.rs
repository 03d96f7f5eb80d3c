//! Windows over the page: dialog, confirmation, drawer. The browser's `<dialog>` does the work: it keeps the
//! focus inside, closes on Escape and gives the focus back.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{Button, ButtonKind, ButtonVariant, Callout, IconButton, IconName, TextInput, Tone, use_id};

/// How wide a dialog is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogSize {
    /// A question: 420 px.
    #[default]
    Small,
    /// A form: 640 px.
    Medium,
    /// A table: 960 px.
    Large,
}

impl DialogSize {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// Opens and closes the element with the signal. Returns the element's content, which exists only while it
/// is open, so that a form inside starts anew each time.
fn shown_while(
    element: NodeRef<html::Dialog>,
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl Fn() -> Option<AnyView> + Send + Sync {
    Effect::new(move |_| {
        if let Some(dialog) = element.get()
            && !open.get()
            && dialog.open()
        {
            dialog.close();
        }
    });
    let opened = Memo::new(move |_| open.get());
    move || {
        opened.get().then(|| {
            // After the content is in place: the browser focuses its first control.
            Effect::new(move |_| {
                if let Some(dialog) = element.get()
                    && !dialog.open()
                    && let Err(error) = dialog.show_modal()
                {
                    leptos::logging::error!("a dialog can't be shown: {error:?}");
                }
            });
            children()
        })
    }
}

/// A window over the page.
#[component]
pub fn Dialog(
    /// Whether it is open. Escape and the close button set it to false.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the close button does, for screen readers.
    #[prop(into)]
    close_label: Signal<String>,
    /// The content; made each time the dialog opens.
    children: ChildrenFn,
    /// Buttons at the bottom, the main one last.
    #[prop(optional, into)]
    actions: ViewFn,
    /// How wide it is.
    #[prop(optional)]
    size: DialogSize,
    /// Whether a press beside it closes it. Not for forms.
    #[prop(optional)]
    light_dismiss: bool,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = use_id("dialog");
    let content = shown_while(element, open, children);
    view! {
        <dialog
            node_ref=element
            class="dialog"
            data-size=size.as_str()
            closedby=if light_dismiss { "any" } else { "closerequest" }
            aria-labelledby=heading.clone()
            on:close=move |_| open.set(false)
        >
            <h2 class="dialog__title" id=heading.clone()>
                {move || title.get()}
            </h2>
            <div class="dialog__body">{content}</div>
            <footer class="dialog__actions">{move || open.get().then(|| actions.run())}</footer>
            <div class="dialog__close">
                <IconButton icon=IconName::X label=close_label on_click=move |_| open.set(false) />
            </div>
        </dialog>
    }
}

/// Asks before something is done. With `type_to_confirm` the name has to be typed first.
#[component]
pub fn ConfirmDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What will happen.
    children: ChildrenFn,
    /// What the button that goes on says, as a verb.
    #[prop(into)]
    confirm_label: Signal<String>,
    /// What the button that goes back says.
    #[prop(into)]
    cancel_label: Signal<String>,
    /// What happens on confirmation. The page closes the dialog by setting `open`.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// How the button that goes on looks.
    #[prop(default = ButtonVariant::Danger)]
    variant: ButtonVariant,
    /// The name that has to be typed; `None` for no such question.
    #[prop(optional, into)]
    type_to_confirm: Signal<Option<String>>,
    /// What the field for the name says, such as "Type web-01 to delete it".
    #[prop(optional, into)]
    type_label: Signal<String>,
    /// Why one can't go on; `None` while one can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether the action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What went wrong with the action.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What leads on from there, under its text.
    #[prop(optional, into)]
    error_actions: ViewFn,
    /// How wide it is at most.
    #[prop(optional)]
    size: DialogSize,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let form = use_id("confirm");
    let form_id = StoredValue::new(form);
    let children = StoredValue::new(children);
    let error_actions = StoredValue::new(error_actions);
    Effect::new(move |_| {
        if !open.get() {
            typed.set(String::new());
        }
    });
    let blocked = Signal::derive(move || {
        disabled.get().or_else(|| {
            let name = type_to_confirm.get()?;
            (typed.with(|typed| typed.trim() != name)).then(|| type_label.get())
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if blocked.with_untracked(Option::is_none) && !busy.get_untracked() {
            on_confirm.run(());
        }
    };
    view! {
        <Dialog
            open=open
            title=title
            close_label=cancel_label
            size=size
            actions=move || {
                view! {
                    <Button on_click=move |_| open.set(false)>{move || cancel_label.get()}</Button>
                    <Button
                        variant=variant
                        kind=ButtonKind::Submit
                        disabled=blocked
                        busy=busy
                        attr:form=form_id.get_value()
                    >
                        {move || confirm_label.get()}
                    </Button>
                }
            }
        >
            // What is wrong is said beside its field, in the page's words and not the browser's.
            <form id=form_id.get_value() class="dialog__form" novalidate=true on:submit=submit>
                {children.with_value(|children| children())}
                {move || {
                    type_to_confirm
                        .with(Option::is_some)
                        .then(|| view! { <TextInput label=type_label value=typed autocomplete="off" autofocus=true /> })
                }}
                {move || {
                    error
                        .get()
                        .map(|text| {
                            view! {
                                <Callout tone=Tone::Danger announce=true actions=error_actions.get_value()>
                                    {text}
                                </Callout>
                            }
                        })
                }}
            </form>
        </Dialog>
    }
}
