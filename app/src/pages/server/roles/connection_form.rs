//! Setting by hand how Drover signs in to the server.

use drover_types::{error::FieldProblems, role::ConnectionChange, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::reader::Reader;
use crate::{
    rpc,
    shared::{FormDialog, use_form_dialog},
    texts::{say, text, use_i18n},
};

/// The field for the port.
const PORT: &str = "port";

/// The dialog.
#[component]
pub fn ConnectionDialog(reader: Reader, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let [address, user] = [(); 2].map(|()| RwSignal::new(String::new()));
    let port = RwSignal::new(None::<i64>);
    let form = use_form_dialog(open, move || {
        let set = reader.with(|found| found.connection.set.clone());
        address.set(set.address.unwrap_or_default());
        user.set(set.user.unwrap_or_default());
        port.set(set.port.map(i64::from));
    });
    let error = form.error;
    let save = move |()| {
        let filled = |field: RwSignal<String>| {
            let text = field.with_untracked(|text| text.trim().to_owned());
            Some(text).filter(|text| !text.is_empty())
        };
        let number = port.get_untracked().map(u16::try_from).transpose();
        let Ok(number) = number else {
            let problem = Problem::OutOfRange { min: 1, max: 65_535 };
            error.found(FieldProblems::from([(PORT.to_owned(), problem)]));
            return;
        };
        let connection = ConnectionChange {
            address: filled(address),
            user: filled(user),
            port: number,
        };
        let sent = rpc::roles::set_connection(reader.id(), connection);
        form.send(sent, move |()| reader.load());
    };
    let found = Signal::derive(move || Some(say!(i18n, server_roles.found_out)));
    view! {
        <FormDialog form=form title=text!(i18n, server_roles.connection_title) on_save=save>
            <p class="roles__hint">{text!(i18n, server_roles.connection_hint)}</p>
            <TextInput
                label=text!(i18n, server_roles.address)
                value=address
                placeholder=found
                autocomplete="off"
                monospace=true
                error=error.field("address")
            />
            <TextInput
                label=text!(i18n, server_roles.user)
                value=user
                placeholder=found
                autocomplete="off"
                monospace=true
                hint=Signal::derive(move || Some(say!(i18n, server_roles.user_hint)))
                error=error.field("user")
            />
            <NumberInput
                label=text!(i18n, server_roles.port)
                value=port
                min=Some(1)
                max=Some(65_535)
                placeholder="22".to_owned()
                error=error.field(PORT)
            />
        </FormDialog>
    }
}
