//! What all roles have in common: the key by which Drover signs in, and how often it compares.

use drover_types::permission::Permission;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{hours::HoursDialog, known::Known};
use crate::{
    shared::use_refusal_for_all,
    texts::{say, text, use_i18n},
};

/// Two cards.
#[component]
pub(super) fn Setup(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let refusal = use_refusal_for_all(Permission::AssignRoles);
    let key = Signal::derive(move || known.overview.with(|overview| overview.public_key.clone()));
    let every = move || match known.overview.with(|overview| overview.check_hours) {
        0 => say!(i18n, roles.schedule_never),
        hours => say!(i18n, roles.schedule_every, count = u64::from(hours)),
    };
    let change = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Edit
                disabled=refusal
                on_click=move |_| open.set(true)
            >
                {text!(i18n, roles.change_hours)}
            </Button>
        }
    };
    view! {
        <div class="roles__setup">
            <Card title=text!(i18n, roles.open_key)>
                <div class="roles__stack">
                    <p class="roles__hint">{text!(i18n, roles.open_key_hint)}</p>
                    <Code
                        text=key
                        label=text!(i18n, roles.open_key)
                        copy_label=Signal::derive(move || Some(say!(i18n, roles.copy)))
                        copied_label=text!(i18n, roles.copied)
                    />
                </div>
            </Card>
            <Card title=text!(i18n, roles.schedule) actions=change>
                <p>{every}</p>
            </Card>
        </div>
        <HoursDialog known=known open=open />
    }
}
