//! What sets and aliases have in common: a row with its buttons, and the question before one is deleted.

use drover_types::error::ApiError;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    layout::{Question, use_confirm},
    texts::{say, text, use_i18n},
};

/// A row of the list.
#[component]
pub(super) fn NamedRow<D, F>(
    name: String,
    /// What it stands for.
    value: String,
    comment: String,
    /// Why it can't be changed.
    refusal: Signal<Option<String>>,
    on_edit: Callback<()>,
    delete: D,
    on_deleted: Callback<()>,
) -> impl IntoView
where
    D: Fn() -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), ApiError>> + 'static,
{
    let i18n = use_i18n();
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let named = name.clone();
    let ask = move |_| {
        let (name, delete) = (named.clone(), delete.clone());
        let question = owner.with_value(|owner| {
            owner.with(|| {
                untrack(|| {
                    let run = move || {
                        let gone = delete();
                        async move {
                            gone.await?;
                            on_deleted.run(());
                            Ok(())
                        }
                    };
                    Question::new(
                        say!(i18n, firewall.delete_title, name = name),
                        say!(i18n, firewall.delete_address_body),
                        say!(i18n, common.delete),
                        run,
                    )
                })
            })
        });
        confirm.ask(question);
    };
    let full = value.clone();
    let (to_edit, to_delete) = (name.clone(), name.clone());
    view! {
        <li class="firewall__named">
            <span class="firewall__named-name">{name}</span>
            <span class="firewall__named-value" title=full>
                {value}
            </span>
            <span class="firewall__named-comment">{comment}</span>
            <span class="firewall__named-actions">
                <IconButton
                    icon=IconName::Edit
                    size=ButtonSize::Small
                    label=text!(i18n, firewall.edit_of, name = to_edit.clone())
                    disabled=refusal
                    on_click=move |_| on_edit.run(())
                />
                <IconButton
                    icon=IconName::Trash
                    size=ButtonSize::Small
                    label=text!(i18n, firewall.delete_of, name = to_delete.clone())
                    disabled=refusal
                    on_click=ask
                />
            </span>
        </li>
    }
}
