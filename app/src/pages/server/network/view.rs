//! The part of the page.

use leptos::prelude::*;

use super::{
    super::edit::{EditForm, Editor, Loaded, Scope},
    cloud_init::CloudInit,
    nics::Nics,
};
use crate::texts::{text, use_i18n};

/// The form.
#[component]
pub fn Network(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Loaded editor=editor>
            <EditForm editor=editor scope=Scope::Network label=text!(i18n, server.network)>
                <Nics editor=editor />
                <CloudInit editor=editor />
            </EditForm>
        </Loaded>
    }
}
