//! Sets of addresses.

use drover_types::{
    firewall::{IpSet, Renaming},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    lines::{read, written},
    named::NamedRow,
};
use crate::{
    rpc,
    shared::{FormDialog, use_form_dialog, use_refusal_for_all},
    texts::{say, text, use_i18n, use_lang},
};

/// The sets of a cluster.
#[component]
pub(in super::super) fn IpSets(cluster: String, sets: Vec<IpSet>, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let open = RwSignal::new(false);
    let edited = RwSignal::new(None::<IpSet>);
    let edit = move |set: Option<IpSet>| {
        edited.set(set);
        open.set(true);
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus disabled=refusal on_click=move |_| edit(None)>
                {text!(i18n, firewall.new_ip_set)}
            </Button>
        }
    };
    let is_empty = sets.is_empty();
    let rows = {
        let cluster = cluster.clone();
        move |set: IpSet| {
            let (cluster, name, of) = (cluster.clone(), set.name.clone(), set.clone());
            let delete = move || rpc::firewall::delete_ip_set(cluster.clone(), name.clone());
            let value: Vec<&str> = set.entries.iter().map(|entry| entry.cidr.as_str()).collect();
            view! {
                <NamedRow
                    value=value.join(", ")
                    name=set.name
                    comment=set.comment
                    refusal=refusal
                    on_edit=Callback::new(move |()| edit(Some(of.clone())))
                    delete=delete
                    on_deleted=reload
                />
            }
        }
    };
    view! {
        <Card title=text!(i18n, firewall.ip_sets) actions=actions>
            <p class="firewall__hint">{text!(i18n, firewall.ip_sets_hint)}</p>
            {is_empty.then(|| view! { <p class="firewall__hint">{text!(i18n, firewall.no_ip_sets)}</p> })}
            <ul class="firewall__list">{sets.into_iter().map(rows).collect_view()}</ul>
        </Card>
        <EditIpSet cluster=cluster open=open edited=edited on_done=reload />
    }
}

/// The form for a new one, or for the lines of one that is there.
#[component]
fn EditIpSet(
    cluster: String,
    open: RwSignal<bool>,
    edited: RwSignal<Option<IpSet>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let [name, comment, lines] = [(); 3].map(|()| RwSignal::new(String::new()));
    let form = use_form_dialog(open, move || {
        let set = edited.get_untracked();
        name.set(set.as_ref().map(|set| set.name.clone()).unwrap_or_default());
        comment.set(set.as_ref().map(|set| set.comment.clone()).unwrap_or_default());
        lines.set(set.map(|set| written(&set.entries)).unwrap_or_default());
    });
    let error = form.error;
    let save = move |()| {
        let cluster = cluster.clone();
        let [name, comment] = [name, comment].map(|field| field.get_untracked().trim().to_owned());
        let entries = read(&lines.get_untracked());
        let before = edited.get_untracked();
        let saved = async move {
            let set = match before {
                None => {
                    let made = rpc::firewall::create_ip_set(cluster.clone(), name, comment).await?;
                    // Where a line is refused, the set is there already: what is sent next are its lines.
                    edited.try_set(Some(made.clone()));
                    made
                }
                Some(set) if set.name != name || set.comment != comment => {
                    let change = Renaming {
                        name: Some(name),
                        comment: Some(comment),
                    };
                    let changed = rpc::firewall::change_ip_set(cluster.clone(), set.name, change).await?;
                    edited.try_set(Some(changed.clone()));
                    changed
                }
                Some(set) => set,
            };
            // That of an empty set is empty, and tells as much.
            let digest = Some(set.digest);
            let saved = rpc::firewall::set_ip_set_entries(cluster, set.name, entries, digest).await;
            saved.inspect_err(|problem| {
                // What it has by now is told, and what the next try is about; what is typed stays.
                if let Some(Ok(now)) = problem.details.get("current").map(IpSet::deserialize) {
                    edited.try_set(Some(now));
                }
            })
        };
        form.send(saved, move |_| on_done.run(()));
    };
    let title = Signal::derive(move || match edited.get() {
        None => say!(i18n, firewall.new_ip_set),
        Some(set) => say!(i18n, firewall.edit_of, name = set.name),
    });
    // The first line that is refused is named by its place among those that say something.
    let of_lines = Signal::derive(move || {
        let count = read(&lines.get()).len();
        let mut places = (0..count).filter_map(|n| Some((n, error.at(&format!("entries[{n}].cidr"))?)));
        let (n, problem) = places.next()?;
        Some(say!(
            i18n,
            firewall.line_wrong,
            line = n + 1,
            reason = problem.text(lang.get())
        ))
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
                label=text!(i18n, firewall.comment)
                value=comment
                autocomplete="off"
                error=error.field("comment")
            />
            <TextArea
                label=text!(i18n, firewall.lines)
                value=lines
                hint=Signal::derive(move || Some(say!(i18n, firewall.lines_hint)))
                error=of_lines
            />
        </FormDialog>
    }
}
