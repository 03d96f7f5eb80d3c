//! Giving the group to many servers at once: behind the groups that they have, or in place of them.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::{
    error::ApiError,
    firewall::{AssignedGroups, Assignment},
    ids::GuestId,
    many::ManyActed,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::edit::Editor;
use crate::{
    inventory::Guest,
    rpc,
    shared::{FormDialog, ServerChoice, tell_left_out, use_form_dialog},
    texts::{say, text, use_i18n, use_lang},
};

/// The dialog.
#[component]
pub(super) fn AssignDialog(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let toasts = use_toasts();
    let filter = RwSignal::new(String::new());
    let ticked = RwSignal::new(BTreeSet::<GuestId>::new());
    let [replace, enable] = [(); 2].map(|()| RwSignal::new(false));
    let form = use_form_dialog(open, move || {
        filter.set(String::new());
        ticked.set(BTreeSet::new());
        replace.set(false);
        enable.set(true);
    });
    let done = text!(i18n, firewall.assigning);
    let assign = move |()| {
        let name = editor.id().name;
        let (chosen, in_place) = (ticked.get_untracked(), replace.get_untracked());
        let enable = enable.get_untracked();
        let sent = async move {
            let acted = send(&name, &chosen, in_place, enable).await?;
            tell_left_out(&acted, toasts, i18n, lang)?;
            Ok(acted)
        };
        form.send(sent, move |_| {
            toasts.show(Toast::success(done.get_untracked()));
            editor.reload();
        });
    };
    // The servers of the group's cluster that do not have it.
    let fits = Callback::new(move |guest: Guest| {
        editor.group.with(|group| {
            let group = &group.summary;
            guest.id.cluster == group.cluster && !group.servers.contains(&guest.id)
        })
    });
    let nothing = Signal::derive(move || {
        ticked
            .with(BTreeSet::is_empty)
            .then(|| say!(i18n, firewall.choose_servers))
    });
    view! {
        <FormDialog
            form=form
            title=Signal::derive(move || {
                let name = editor.group.with(|group| group.summary.name.clone());
                say!(i18n, firewall.assign_title, group = name)
            })
            on_save=assign
            save_label=text!(i18n, firewall.assign_now)
            disabled=nothing
        >
            <ServerChoice filter=filter ticked=ticked fits=fits />
            <Switch
                label=text!(i18n, firewall.replace)
                value=replace
                hint=Signal::derive(move || Some(say!(i18n, firewall.replace_hint)))
            />
            <Switch
                label=text!(i18n, firewall.enable)
                value=enable
                hint=Signal::derive(move || Some(say!(i18n, firewall.enable_hint)))
            />
        </FormDialog>
    }
}

/// Sends one request for those that have the same groups so far.
async fn send(
    group: &str,
    chosen: &BTreeSet<GuestId>,
    in_place: bool,
    enable: bool,
) -> Result<ManyActed, ApiError> {
    let asked = if in_place {
        // Whatever they have.
        let servers = chosen.iter().map(GuestId::to_string).collect();
        vec![(None, servers)]
    } else {
        let given = rpc::firewall::assigned_firewall_groups().await?;
        let lists = by_list(chosen, &given).into_iter();
        lists.map(|(given, servers)| (Some(given), servers)).collect()
    };
    let mut whole = ManyActed::default();
    for (expected, servers) in asked {
        let assignment = Assignment {
            groups: with(group, expected.as_deref().unwrap_or_default()),
            enable,
            nics: enable,
            expected,
        };
        let acted = rpc::firewall::assign_firewall_to_servers(servers, assignment).await?;
        whole.task = acted.task.or(whole.task);
        whole.accepted.extend(acted.accepted);
        whole.rejected.extend(acted.rejected);
    }
    Ok(whole)
}

/// The servers by the groups that they have been given.
fn by_list(chosen: &BTreeSet<GuestId>, given: &[AssignedGroups]) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut lists = BTreeMap::<Vec<String>, Vec<String>>::new();
    for id in chosen {
        let own = given.iter().find(|one| one.guest == *id);
        let groups = own.map(|one| one.groups.clone()).unwrap_or_default();
        lists.entry(groups).or_default().push(id.to_string());
    }
    lists
}

/// What a server has been given, with the group behind it.
fn with(group: &str, given: &[String]) -> Vec<String> {
    let others = given.iter().filter(|name| *name != group).cloned();
    others.chain([group.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_keep_what_they_have() {
        let ids = [1, 2, 3].map(|vmid| GuestId::new("lab", vmid));
        let assigned = [AssignedGroups {
            guest: ids[1].clone(),
            groups: vec!["base".into()],
        }];
        let lists = by_list(&ids.into_iter().collect(), &assigned);
        let expected: BTreeMap<Vec<String>, Vec<String>> = [
            (vec![], vec!["lab:1".to_owned(), "lab:3".to_owned()]),
            (vec!["base".to_owned()], vec!["lab:2".to_owned()]),
        ]
        .into();
        assert_eq!(lists, expected);
        assert_eq!(with("web", &["base".into()]), ["base", "web"]);
        assert_eq!(with("web", &["web".into(), "base".into()]), ["base", "web"]);
    }
}
