//! What a role is.

use drover_types::role::RoleInfo;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::columns::{ports, source_name, systems};
use crate::texts::{say, text, use_i18n, use_lang};

/// The card.
#[component]
pub(super) fn About(info: RoleInfo) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let (source, uninstalls) = (info.source, info.uninstalls);
    let (systems, ports) = (systems(&info), ports(&info));
    let description = info.description;
    let no_ports = ports.is_empty();
    let undo = move || {
        if uninstalls {
            say!(i18n, roles.uninstalls_yes)
        } else {
            say!(i18n, roles.uninstalls_no)
        }
    };
    view! {
        <Card title=text!(i18n, roles.what)>
            <DescriptionList>
                <Description term=text!(i18n, roles.description)>
                    {move || description.pick(lang.get()).to_owned()}
                </Description>
                <Description term=text!(i18n, roles.key)>
                    <code>{info.key.to_string()}</code>
                </Description>
                <Description term=text!(i18n, roles.version)>{info.version}</Description>
                <Description term=text!(i18n, roles.source)>{move || source_name(source)}</Description>
                <Description term=text!(i18n, roles.systems)>{systems}</Description>
                <Description term=text!(i18n, roles.ports)>
                    {if no_ports { text!(i18n, roles.no_ports) } else { Signal::stored(ports) }}
                </Description>
                <Description term=text!(i18n, roles.uninstalls)>{undo}</Description>
            </DescriptionList>
        </Card>
    }
}
