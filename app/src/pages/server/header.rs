//! What the server is and what it is doing, in a line; and the task that is at work on it.

use drover_types::guest::GuestKind;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::health::HealthLine;
use crate::{
    inventory::Guest,
    running::use_running,
    session::use_session,
    shared::{StatusBadge, TaskProgress, adopt_refusal, use_adopt},
    texts::{text, use_i18n, use_lang},
};

/// The line under the title.
#[component]
pub fn Header(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let adopt = use_adopt();
    let status = Memo::new(move |_| guest.with(|guest| guest.status));
    let facts = Memo::new(move |_| {
        guest.with(|guest| {
            (
                guest.id.to_string(),
                guest.node.clone(),
                guest.kind,
                guest.template,
                guest.is_foreign(),
                guest.owner.clone(),
            )
        })
    });
    let lock = Memo::new(move |_| guest.with(|guest| guest.lock.clone()));
    let tags = Memo::new(move |_| guest.with(|guest| guest.tags.clone()));
    let refusal = Signal::derive(move || adopt_refusal(session).map(|problem| problem.text(lang.get())));
    view! {
        <div class="detail__facts">
            <StatusBadge status=status />
            {move || {
                let (id, node, kind, is_template, is_foreign, owner) = facts.get();
                let kind = match kind {
                    GuestKind::Qemu => text!(i18n, server.machine),
                    GuestKind::Lxc => text!(i18n, server.container),
                };
                view! {
                    <span>{kind}</span>
                    <code>{id}</code>
                    {(!node.is_empty())
                        .then(|| view! { <span>{text!(i18n, server.on_node, node = node.clone())}</span> })}
                    {is_template.then(|| view! { <Badge>{text!(i18n, servers.template)}</Badge> })}
                    {is_foreign
                        .then(|| {
                            view! {
                                <Tooltip text=text!(i18n, servers.foreign_hint)>
                                    <span>{text!(i18n, server.foreign)}</span>
                                </Tooltip>
                                <Button
                                    size=ButtonSize::Small
                                    disabled=refusal
                                    on_click=move |_| {
                                        adopt.run(vec![guest.with_untracked(|guest| guest.id.clone())]);
                                    }
                                >
                                    {text!(i18n, servers.adopt)}
                                </Button>
                            }
                        })}
                    {owner.map(|owner| view! { <span>{text!(i18n, server.owned_by, owner = owner.clone())}</span> })}
                }
            }}
            {move || {
                lock.get()
                    .map(|lock| {
                        view! {
                            <Badge tone=Tone::Warning icon=IconName::Lock>
                                {lock}
                            </Badge>
                        }
                    })
            }}
            {move || tags.get().into_iter().map(|tag| view! { <Badge>{tag}</Badge> }).collect_view()}
        </div>
        <HealthLine guest=guest />
        <AtWork guest=guest />
    }
}

/// The task that is at work on the server.
#[component]
fn AtWork(guest: Memo<Guest>) -> impl IntoView {
    let running = use_running();
    let id = Memo::new(move |_| guest.with(|guest| guest.id.clone()));
    let task = Memo::new(move |_| id.with(|id| running.of_guest(id)));
    let is_at_work = Memo::new(move |_| task.with(Option::is_some));
    move || {
        // Read in any case: it is what brings the task here.
        let first = is_at_work.get().then(|| task.get_untracked()).flatten()?;
        let shown = Memo::new(move |last: Option<&drover_types::task::TaskRow>| {
            task.get()
                .or_else(|| last.cloned())
                .unwrap_or_else(|| first.clone())
        });
        Some(view! {
            <div class="server__task">
                <TaskProgress task=shown />
            </div>
        })
    }
}
