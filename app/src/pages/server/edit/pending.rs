//! What waits for the next start, and the way to have it now.

use drover_types::{
    configuration::{Apply, ConfigurationChange, PendingChange},
    guest::GuestStatus,
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::editor::Editor;
use crate::{
    layout::{Question, use_confirm},
    rpc,
    running::use_running,
    texts::{say, text, use_i18n},
};

/// The list, above the form; nothing where nothing waits.
#[component]
pub fn Pending(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let pending = Memo::new(move |_| {
        editor.configuration.with(|configuration| {
            configuration
                .as_ref()
                .map(|configuration| configuration.pending.clone())
                .unwrap_or_default()
        })
    });
    let restart = move || view! { <Restart editor=editor /> };
    move || {
        let pending = pending.get();
        (!pending.is_empty()).then(|| {
            let rows: Vec<_> = pending
                .into_iter()
                .map(|change| view! { <Row change=change /> })
                .collect();
            view! {
                <Callout tone=Tone::Warning title=text!(i18n, server.waits) actions=restart>
                    <p>{text!(i18n, server.waits_hint)}</p>
                    <ul class="server-edit__news">{rows}</ul>
                </Callout>
            }
        })
    }
}

#[component]
fn Row(change: PendingChange) -> impl IntoView {
    let key = change.key.clone();
    let label = Signal::derive(move || label(&key));
    let values = Signal::derive(move || {
        let read = |value: &Option<String>| reading(&change.key, value.as_deref());
        format!("{} → {}", read(&change.now), read(&change.then))
    });
    view! {
        <li class="server-edit__new">
            <strong>{move || label.get()}</strong>
            <span>{move || values.get()}</span>
        </li>
    }
}

/// What one of Proxmox's keys is called; its own name where we have none.
fn label(key: &str) -> String {
    let i18n = use_i18n();
    match key {
        "name" | "hostname" => say!(i18n, server.name),
        "cores" => say!(i18n, server.cores),
        "sockets" => say!(i18n, server.sockets),
        "cpu" => say!(i18n, server.cpu_type),
        "memory" => say!(i18n, server.memory),
        "balloon" => say!(i18n, server.balloon_least),
        "boot" => say!(i18n, server.boot),
        "ciuser" => say!(i18n, server.cloud_user),
        "cipassword" => say!(i18n, server.cloud_password),
        "sshkeys" => say!(i18n, server.ssh_keys),
        "nameserver" => say!(i18n, server.nameserver),
        "searchdomain" => say!(i18n, server.search_domain),
        other => other.to_owned(),
    }
}

/// A value as Proxmox writes it, readable.
fn reading(key: &str, value: Option<&str>) -> String {
    match (key, value) {
        (_, None) => "—".to_owned(),
        ("memory" | "balloon", Some(text)) => {
            let mib = text.strip_prefix("current=").unwrap_or(text).parse::<u64>();
            mib.map_or_else(
                |_| text.to_owned(),
                |mib| units::size(mib.saturating_mul(units::MIB)),
            )
        }
        ("cipassword", Some(_)) => "••••••••".to_owned(),
        ("boot", Some(text)) => text.strip_prefix("order=").unwrap_or(text).replace(';', " → "),
        (_, Some(text)) => text.to_owned(),
    }
}

/// The button that has it now. It asks first: whoever works on the server is interrupted.
#[component]
fn Restart(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let running = use_running();
    let refusal = editor.refusal();
    let is_off = Memo::new(move |_| editor.guest.with(|guest| guest.status == GuestStatus::Stopped));
    let disabled = Signal::derive(move || {
        refusal
            .get()
            .or_else(|| is_off.get().then(|| say!(i18n, server.restart_off)))
    });
    let owner = Owner::current();
    let ask = move |_| {
        let open = || {
            let (id, name) = editor
                .guest
                .with_untracked(|guest| (guest.id.clone(), guest.name.clone()));
            let question = Question::new(
                say!(i18n, server.restart_title, name = name),
                say!(i18n, server.restart_body),
                say!(i18n, server.restart),
                move || {
                    let id = id.clone();
                    async move {
                        let change = ConfigurationChange {
                            apply: Some(Apply::Now),
                            ..ConfigurationChange::default()
                        };
                        let changed = rpc::configuration::change_configuration(id, change).await?;
                        if let Some(task) = changed.task {
                            running.take(task);
                        }
                        editor.load();
                        Ok(())
                    }
                },
            );
            confirm.ask(question);
        };
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(open)),
            None => untrack(open),
        }
    };
    view! {
        <Button icon=IconName::Refresh disabled=disabled on_click=ask>
            {text!(i18n, server.restart)}
        </Button>
    }
}
