//! The part of the page.

use leptos::prelude::*;

use super::{
    super::{
        disks::Disks,
        edit::{EditForm, Editor, Loaded, Scope},
    },
    notes::Notes,
    size::Size,
    start::Start,
};
use crate::texts::{text, use_i18n};

/// The form and, under it, the disks, which are changed one at a time.
#[component]
pub fn Hardware(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Loaded editor=editor>
            <EditForm editor=editor scope=Scope::Hardware label=text!(i18n, server.hardware)>
                <div class="detail__grid">
                    <Size editor=editor />
                    <Start editor=editor />
                    <Notes editor=editor />
                </div>
            </EditForm>
            <Disks editor=editor />
        </Loaded>
    }
}
