//! Aliases: names for one address or network each.

use drover_types::{
    firewall::{Alias, SetScope},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use serde::Deserialize;

use super::named::NamedRow;
use crate::{
    rpc,
    shared::{FormDialog, use_form_dialog, use_refusal_for_all},
    texts::{say, text, use_i18n},
};

/// The aliases of a cluster.
#[component]
pub(in super::super) fn Aliases(cluster: String, aliases: Vec<Alias>, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let open = RwSignal::new(false);
    let edited = RwSignal::new(None::<Alias>);
    let edit = move |alias: Option<Alias>| {
        edited.set(alias);
        open.set(true);
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus disabled=refusal on_click=move |_| edit(None)>
                {text!(i18n, firewall.new_alias)}
            </Button>
        }
    };
    let is_empty = aliases.is_empty();
    let rows = {
        let cluster = cluster.clone();
        move |alias: Alias| {
            let (cluster, name, of) = (cluster.clone(), alias.name.clone(), alias.clone());
            let delete = move || rpc::firewall::delete_alias(cluster.clone(), name.clone());
            view! {
                <NamedRow
                    name=alias.name
                    value=alias.cidr
                    comment=alias.comment
                    refusal=refusal
                    on_edit=Callback::new(move |()| edit(Some(of.clone())))
                    delete=delete
                    on_deleted=reload
                />
            }
        }
    };
    view! {
        <Card title=text!(i18n, firewall.aliases) actions=actions>
            <p class="firewall__hint">{text!(i18n, firewall.aliases_hint)}</p>
            {is_empty.then(|| view! { <p class="firewall__hint">{text!(i18n, firewall.no_aliases)}</p> })}
            <ul class="firewall__list">{aliases.into_iter().map(rows).collect_view()}</ul>
        </Card>
        <EditAlias cluster=cluster open=open edited=edited on_done=reload />
    }
}

/// The form for a new one, or for one that is there.
#[component]
fn EditAlias(
    cluster: String,
    open: RwSignal<bool>,
    edited: RwSignal<Option<Alias>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let [name, cidr, comment] = [(); 3].map(|()| RwSignal::new(String::new()));
    let form = use_form_dialog(open, move || {
        let alias = edited.get_untracked();
        let of = |read: fn(&Alias) -> &String| alias.as_ref().map(read).cloned().unwrap_or_default();
        name.set(of(|alias| &alias.name));
        cidr.set(of(|alias| &alias.cidr));
        comment.set(of(|alias| &alias.comment));
    });
    let error = form.error;
    let save = move |()| {
        let cluster = cluster.clone();
        let [name, cidr, comment] =
            [name, cidr, comment].map(|field| field.get_untracked().trim().to_owned());
        let before = edited.get_untracked();
        let saved = async move {
            match before {
                None => rpc::firewall::create_alias(cluster, name, cidr, comment).await,
                Some(before) => {
                    let alias = Alias {
                        name,
                        scope: SetScope::Cluster,
                        cidr,
                        comment,
                        digest: before.digest,
                    };
                    let changed = rpc::firewall::change_alias(cluster, before.name, alias).await;
                    changed.inspect_err(|problem| {
                        // What it is by now is what the next try is about; what is typed stays.
                        if let Some(Ok(now)) = problem.details.get("current").map(Alias::deserialize) {
                            edited.try_set(Some(now));
                        }
                    })
                }
            }
        };
        form.send(saved, move |_| on_done.run(()));
    };
    let title = Signal::derive(move || match edited.get() {
        None => say!(i18n, firewall.new_alias),
        Some(alias) => say!(i18n, firewall.edit_of, name = alias.name),
    });
    view! {
        <FormDialog form=form title=title on_save=save>
            <TextInput
                label=text!(i18n, firewall.name)
                value=name
                required=true
                monospace=true
                autocomplete="off"
                error=error.field("name")
            />
            <TextInput
                label=text!(i18n, firewall.cidr)
                value=cidr
                required=true
                monospace=true
                autocomplete="off"
                placeholder=Signal::stored(Some("10.0.0.0/24".to_owned()))
                error=error.field("cidr")
            />
            <TextInput
                label=text!(i18n, firewall.comment)
                value=comment
                autocomplete="off"
                error=error.field("comment")
            />
        </FormDialog>
    }
}
