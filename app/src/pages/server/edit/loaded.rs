//! What stands around a form: the configuration on its way, why it is not there, and what keeps one from changing it.

use drover_types::error::ErrorCode;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{editor::Editor, pending::Pending};
use crate::{
    shared::ErrorCallout,
    texts::{text, use_i18n},
};

/// Shows the form once there is something to change.
#[component]
pub fn Loaded(editor: Editor, children: ChildrenFn) -> impl IntoView {
    let i18n = use_i18n();
    editor.follow();
    let is_there = Memo::new(move |_| editor.configuration.with(Option::is_some));
    let standing = editor.standing_refusal();
    let children = StoredValue::new(children);
    move || {
        if is_there.get() {
            return view! {
                <Pending editor=editor />
                {move || {
                    editor.unread.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| editor.load() /> })
                }}
                {move || standing.get().map(|text| view! { <Callout tone=Tone::Info title=text!(i18n, server.locked)>{text}</Callout> })}
                {children.with_value(|children| children())}
            }
            .into_any();
        }
        match editor.unread.get() {
            // A server that is being made has no configuration yet; its task tells the rest.
            Some(error) if error.code == ErrorCode::ResourceNotFound => {
                view! { <Callout tone=Tone::Info>{text!(i18n, server.not_yet)}</Callout> }.into_any()
            }
            Some(error) => view! { <ErrorCallout error=error on_retry=move |()| editor.load() /> }.into_any(),
            None => {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 /> }
                    .into_any()
            }
        }
    }
}
