//! Every how many hours roles are compared.

use drover_types::{error::FieldProblems, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::known::Known;
use crate::{
    rpc,
    shared::{FormDialog, use_form_dialog},
    texts::{say, text, use_i18n},
};

/// The form's only field, as the API calls it.
const HOURS: &str = "hours";

/// The dialog.
#[component]
pub(super) fn HoursDialog(known: Known, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let hours = RwSignal::new(None::<i64>);
    let form = use_form_dialog(open, move || {
        let now = known.overview.with(|overview| overview.check_hours);
        hours.set(Some(i64::from(now)));
    });
    let error = form.error;
    let save = move |()| {
        let Some(wanted) = hours.get_untracked().and_then(|hours| u32::try_from(hours).ok()) else {
            error.found(FieldProblems::from([(HOURS.to_owned(), Problem::Required)]));
            return;
        };
        form.send(rpc::roles::set_role_checks(wanted), move |()| {
            known
                .overview
                .try_update(|overview| overview.check_hours = wanted);
        });
    };
    view! {
        <FormDialog form=form title=text!(i18n, roles.hours_title) on_save=save>
            <NumberInput
                label=text!(i18n, roles.hours)
                value=hours
                min=Some(0)
                unit=Signal::derive(move || Some(say!(i18n, roles.hours_unit)))
                hint=Signal::derive(move || Some(say!(i18n, roles.hours_hint)))
                error=error.field(HOURS)
            />
        </FormDialog>
    }
}
