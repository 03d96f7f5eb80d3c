//! The form for a new group: empty, or with the rules that servers of a role need, which can be changed before.

use drover_types::{
    firewall::{Group, GroupDraft, template},
    role::RoleKey,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::starting::{Starting, StartingRules};
use crate::{
    paths, rpc,
    session::use_session,
    shared::use_form_error,
    texts::{say, text, use_i18n},
};

/// Begins anew with the rules of the role that is chosen.
fn follow_template(role: RwSignal<String>, name: RwSignal<String>, rules: Starting) {
    Effect::new(move |last: Option<String>| {
        let now = role.get();
        rules.set(template(&now).unwrap_or_default());
        // The name follows until somebody writes another.
        let was_own = name.with_untracked(|name| !name.is_empty() && Some(name) != last.as_ref());
        if !was_own {
            name.set(now.clone());
        }
        now
    });
}

/// The dialog.
#[component]
pub(super) fn CreateGroup(open: RwSignal<bool>, clusters: RwSignal<Vec<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = StoredValue::new(use_navigate());
    let [cluster, name, comment, role] = [(); 4].map(|()| RwSignal::new(String::new()));
    let rules = Starting::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    Effect::new(move |_| {
        if open.get() {
            for field in [name, comment, role] {
                field.set(String::new());
            }
            cluster.set(clusters.with_untracked(|all| all.first().cloned().unwrap_or_default()));
            error.clear();
        }
    });
    follow_template(role, name, rules);
    let make = move |()| {
        busy.set(true);
        error.clear();
        let draft = GroupDraft {
            cluster: Some(cluster.get_untracked()).filter(|name| !name.is_empty()),
            name: name.get_untracked().trim().to_owned(),
            comment: comment.get_untracked().trim().to_owned(),
            rules: rules.drafts(),
        };
        spawn_local(async move {
            let answer = session.heeded(rpc::firewall::create_firewall_group(draft).await);
            busy.try_set(false);
            match answer {
                Ok(Group { summary, .. }) => {
                    open.try_set(false);
                    let to = paths::firewall_group(&summary.id());
                    navigate.with_value(|navigate| navigate(&to, NavigateOptions::default()));
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    let roles = Signal::derive(move || {
        let of = |role: &&'static str| SelectOption::new(*role, *role);
        RoleKey::USUAL.iter().map(of).collect::<Vec<_>>()
    });
    let names = Signal::derive(move || {
        let of = |name: String| SelectOption::new(name.clone(), name);
        clusters.get().into_iter().map(of).collect::<Vec<_>>()
    });
    let has_many = Memo::new(move |_| clusters.with(Vec::len) > 1);
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, firewall.new_group)
            confirm_label=text!(i18n, common.create)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=make
            variant=ButtonVariant::Primary
            busy=busy
            error=error.text()
        >
            {move || {
                has_many
                    .get()
                    .then(|| {
                        view! {
                            <Select
                                label=text!(i18n, firewall.cluster)
                                value=cluster
                                options=names
                                error=error.field("cluster")
                            />
                        }
                    })
            }}
            <Select
                label=text!(i18n, firewall.template)
                value=role
                options=roles
                placeholder=Signal::derive(move || Some(say!(i18n, firewall.template_none)))
                hint=Signal::derive(move || Some(say!(i18n, firewall.template_hint)))
            />
            <TextInput
                label=text!(i18n, firewall.name)
                value=name
                required=true
                autocomplete="off"
                monospace=true
                hint=Signal::derive(move || Some(say!(i18n, firewall.name_hint)))
                error=error.field("name")
            />
            <TextInput
                label=text!(i18n, firewall.comment)
                value=comment
                autocomplete="off"
                error=error.field("comment")
            />
            <StartingRules rules=rules error=error />
        </ConfirmDialog>
    }
}
