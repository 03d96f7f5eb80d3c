//! Short messages about what the user just did. They appear at the corner, are read out, and leave.

use std::{sync::Arc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use crate::{ButtonSize, Icon, IconButton, IconName, Tone};

/// How long a message stays that needs no answer.
const STAY: Duration = Duration::from_secs(6);

/// A message for the corner of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What its colour and picture mean. Warnings and dangers stay until dismissed.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// To what, and what to do.
    pub detail: Option<String>,
    /// Where to see it: a text and an address.
    pub link: Option<(String, String)>,
}

impl Toast {
    /// A message with its tone.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            detail: None,
            link: None,
        }
    }

    /// Something worked.
    pub fn success(title: impl Into<String>) -> Self {
        Self::new(Tone::Success, title)
    }

    /// Something went wrong.
    pub fn danger(title: impl Into<String>) -> Self {
        Self::new(Tone::Danger, title)
    }

    /// The same message with a second line.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// The same message with a link to what it is about.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.link = Some((label.into(), href.into()));
        self
    }

    const fn leaves_alone(&self) -> bool {
        !matches!(self.tone, Tone::Warning | Tone::Danger)
    }

    const fn icon(&self) -> IconName {
        match self.tone {
            Tone::Neutral | Tone::Info => IconName::Info,
            Tone::Success => IconName::CheckCircle,
            Tone::Warning => IconName::Alert,
            Tone::Danger => IconName::XCircle,
        }
    }
}

/// The messages on the screen, oldest first. Get it with [`use_toasts`].
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, Arc<Toast>)>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Shows a message; returns its number, for [`dismiss`](Self::dismiss).
    pub fn show(self, toast: Toast) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|shown| shown.push((id, Arc::new(toast))));
        id
    }

    /// Takes a message away; one that has left already is no fault.
    pub fn dismiss(self, id: u32) {
        // The owner may be gone when a timer fires after the page has changed.
        self.shown
            .try_update(|shown| shown.retain(|(other, _)| *other != id));
    }
}

/// Makes room for messages. Call it once, at the root of the page.
pub fn provide_toasts() {
    provide_context(Toasts {
        shown: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    });
}

/// Returns the place for messages. Where nobody called [`provide_toasts`] it is one of its own, which
/// nobody shows.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| {
        leptos::logging::debug_warn!("use_toasts() without provide_toasts() above it");
        Toasts {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    })
}

/// Shows the messages of [`use_toasts`]. Stands once, at the end of the shell.
#[component]
pub fn Toaster(
    /// What the list is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What a message's close button does.
    #[prop(into)]
    dismiss_label: Signal<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <section class="toaster" aria-label=move || label.get()>
            <ol class="toaster__list" aria-live="polite" aria-relevant="additions">
                <For each=move || toasts.shown.get() key=|(id, _)| *id let((id, toast))>
                    <ToastView id=id toast=toast dismiss_label=dismiss_label />
                </For>
            </ol>
        </section>
    }
}

#[component]
fn ToastView(id: u32, toast: Arc<Toast>, dismiss_label: Signal<String>) -> impl IntoView {
    let toasts = use_toasts();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let leaves_alone = toast.leaves_alone();
    let wait = move || {
        if leaves_alone {
            timer.set_value(set_timeout_with_handle(move || toasts.dismiss(id), STAY).ok());
        }
    };
    let hold = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| wait());
    on_cleanup(hold);
    view! {
        <li
            class="toast"
            data-tone=toast.tone.as_str()
            on:pointerenter=move |_| hold()
            on:pointerleave=move |_| wait()
            on:focusin=move |_| hold()
            on:focusout=move |_| wait()
        >
            <Icon name=toast.icon() />
            <div class="toast__content" role=(toast.tone == Tone::Danger).then_some("alert")>
                <p class="toast__title">{toast.title.clone()}</p>
                {toast.detail.clone().map(|text| view! { <p class="toast__detail">{text}</p> })}
                {toast
                    .link
                    .clone()
                    .map(|(label, href)| {
                        view! {
                            <a class="toast__link" href=href on:click=move |_| toasts.dismiss(id)>
                                {label}
                            </a>
                        }
                    })}
            </div>
            <IconButton
                icon=IconName::X
                label=dismiss_label
                size=ButtonSize::Small
                on_click=move |_| toasts.dismiss(id)
            />
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dismissed_message_leaves_and_the_others_stay() {
        Owner::new().with(|| {
            provide_toasts();
            let toasts = use_toasts();
            let first = toasts.show(Toast::success("saved"));
            let second = toasts.show(Toast::danger("failed"));
            toasts.dismiss(first);
            toasts.dismiss(first);
            let left: Vec<u32> = toasts
                .shown
                .with(|shown| shown.iter().map(|(id, _)| *id).collect());
            assert_eq!(left, [second]);
        });
    }
}
