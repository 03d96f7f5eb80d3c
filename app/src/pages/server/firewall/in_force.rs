//! Whether the server is really filtered, and what has to be on for that.

use drover_types::{firewall::Action, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{reader::Reader, switches::Switches};
use crate::{
    shared::{action_tone, use_refusal},
    texts::{say, text, use_i18n},
};

/// How far the server is filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Extent {
    Whole,
    Part,
    #[default]
    Nothing,
    NoNics,
}

/// The card.
#[component]
pub fn InForce(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let extent = Memo::new(move |_| {
        reader.with(|firewall| {
            let is_on = firewall.cluster_enabled && firewall.guest_enabled;
            if firewall.filtered {
                Extent::Whole
            } else if firewall.nics.is_empty() {
                Extent::NoNics
            } else if is_on && firewall.nics.iter().any(|nic| nic.enabled) {
                Extent::Part
            } else {
                Extent::Nothing
            }
        })
    });
    let tone = Signal::derive(move || match extent.get() {
        Extent::Whole => Tone::Success,
        _ => Tone::Warning,
    });
    let title = Signal::derive(move || {
        Some(match extent.get() {
            Extent::Whole => say!(i18n, server_firewall.filtered),
            Extent::Part => say!(i18n, server_firewall.filtered_in_part),
            Extent::Nothing | Extent::NoNics => say!(i18n, server_firewall.not_filtered),
        })
    });
    let body = move || match extent.get() {
        Extent::Whole => say!(i18n, server_firewall.filtered_body),
        Extent::Part => say!(i18n, server_firewall.filtered_in_part_body),
        Extent::Nothing => say!(i18n, server_firewall.not_filtered_body),
        Extent::NoNics => say!(i18n, server_firewall.no_nics),
    };
    view! {
        <Card title=text!(i18n, server_firewall.is_it)>
            <div class="server-firewall__stack">
                <Callout tone=tone title=title announce=true actions=move || view! { <PutInForce reader=reader /> }>
                    {body}
                </Callout>
                <Switches reader=reader />
                <DescriptionList>
                    <Description term=text!(i18n, server_firewall.policy_in)>
                        <Policy action=Signal::derive(move || reader.found.with(|found| Some(found.as_ref()?.policy_in))) />
                    </Description>
                    <Description term=text!(i18n, server_firewall.policy_out)>
                        <Policy action=Signal::derive(move || {
                            reader.found.with(|found| Some(found.as_ref()?.policy_out))
                        }) />
                    </Description>
                </DescriptionList>
            </div>
        </Card>
    }
}

#[component]
fn Policy(action: Signal<Option<Action>>) -> impl IntoView {
    let badge = |action: Action| view! { <Badge tone=action_tone(action)>{action.as_str()}</Badge> };
    move || action.get().map(badge)
}

/// Switches on what is off of the server's own. The cluster's switch is never among it.
#[component]
fn PutInForce(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_refusal(Permission::AssignFirewallGroups);
    let hindrance = reader.hindrance();
    let is_off = Memo::new(move |_| reader.is_own_off());
    let disabled = Signal::derive(move || refusal.get().or_else(|| hindrance.get()));
    let put = move |_| reader.assign(untrack(|| reader.in_force()));
    move || {
        is_off.get().then(|| {
            view! {
                <Button
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Small
                    icon=IconName::Shield
                    disabled=disabled
                    busy=reader.busy
                    on_click=put
                >
                    {text!(i18n, server_firewall.put_in_force)}
                </Button>
            }
        })
    }
}
