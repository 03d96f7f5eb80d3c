//! What the table shows of a storage.

use drover_types::{
    filter::natural,
    storage::{StorageDefaults, StorageSummary},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{say, text, use_i18n};

/// The columns, in order.
pub(super) fn columns(defaults: Memo<StorageDefaults>) -> Vec<Column<StorageSummary>> {
    let i18n = use_i18n();
    vec![
        Column::live("name", text!(i18n, storage.name), move |row| name(row, defaults))
            .width(140)
            .grow()
            .sort_by(|a: &StorageSummary, b: &StorageSummary| natural(&a.name, &b.name)),
        Column::new("node", text!(i18n, storage.node), |row: &StorageSummary| {
            row.nodes.join(", ")
        })
        .width(150)
        .sort_by(|a: &StorageSummary, b: &StorageSummary| a.nodes.cmp(&b.nodes)),
        Column::new("type", text!(i18n, storage.kind), |row: &StorageSummary| {
            row.kind.clone()
        })
        .width(80)
        .sort_by(|a: &StorageSummary, b: &StorageSummary| a.kind.cmp(&b.kind)),
        Column::live("content", text!(i18n, storage.content), content).width(236),
        Column::live("shared", text!(i18n, storage.shared), shared).width(76),
        Column::live("used", text!(i18n, storage.used), used)
            .width(200)
            .sort_by(|a: &StorageSummary, b: &StorageSummary| used_percent(a).cmp(&used_percent(b))),
        Column::live("state", text!(i18n, storage.state), state).width(120),
    ]
}

fn used_percent(row: &StorageSummary) -> u8 {
    units::percent(row.used_bytes, row.total_bytes)
}

fn name(row: Signal<StorageSummary>, defaults: Memo<StorageDefaults>) -> impl IntoView {
    let i18n = use_i18n();
    let is = move |of: fn(&StorageDefaults) -> Option<&str>| {
        Memo::new(move |_| defaults.with(|defaults| row.with(|row| of(defaults) == Some(row.name.as_str()))))
    };
    let (hdd, ssd) = (
        is(|defaults| defaults.hdd.name()),
        is(|defaults| defaults.ssd.name()),
    );
    view! {
        <span class="storage__name">
            <span>{move || row.with(|row| row.name.clone())}</span>
            {move || hdd.get().then(|| view! { <Badge tone=Tone::Info>{text!(i18n, storage.hdd_badge)}</Badge> })}
            {move || ssd.get().then(|| view! { <Badge tone=Tone::Info>{text!(i18n, storage.ssd_badge)}</Badge> })}
        </span>
    }
}

fn content(row: Signal<StorageSummary>) -> impl IntoView {
    let list = Signal::derive(move || {
        let names: Vec<String> =
            row.with(|row| row.content.iter().map(|content| content_name(content)).collect());
        names.join(", ")
    });
    view! { <span title=list>{list}</span> }
}

/// What Proxmox calls a kind of content, in words. What is new to us keeps Proxmox's word.
fn content_name(content: &str) -> String {
    let i18n = use_i18n();
    match content {
        "images" => say!(i18n, storage.images),
        "rootdir" => say!(i18n, storage.rootdir),
        "backup" => say!(i18n, storage.backup),
        "iso" => say!(i18n, storage.iso),
        "vztmpl" => say!(i18n, storage.vztmpl),
        "snippets" => say!(i18n, storage.snippets),
        "import" => say!(i18n, storage.import),
        other => other.to_owned(),
    }
}

fn shared(row: Signal<StorageSummary>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        if row.with(|row| row.shared) {
            say!(i18n, storage.is_shared)
        } else {
            say!(i18n, storage.is_local)
        }
    }
}

fn used(row: Signal<StorageSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let text = Signal::derive(move || {
        row.with(|row| {
            let total = say!(i18n, common.of, total = units::size(row.total_bytes));
            Some(format!("{} {total}", units::size(row.used_bytes)))
        })
    });
    view! {
        <Meter
            label=text!(i18n, storage.used)
            value=Signal::derive(move || row.with(|row| f64::from(used_percent(row))))
            text=text
        />
    }
}

fn state(row: Signal<StorageSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| {
        row.with(|row| {
            if row.silent.is_empty() && row.backup_problem.is_some() {
                (Tone::Warning, say!(i18n, storage.backups_unread))
            } else if row.silent.is_empty() {
                (Tone::Success, say!(i18n, storage.active))
            } else if row.is_active() {
                let nodes = row.silent.join(", ");
                (Tone::Warning, say!(i18n, storage.silent_on, nodes = nodes))
            } else {
                (Tone::Danger, say!(i18n, storage.silent))
            }
        })
    });
    let why = move || {
        row.with(|row| {
            let problem = row.backup_problem.clone().filter(|_| row.is_active())?;
            Some(say!(i18n, storage.backups_unread_why, reason = problem))
        })
    };
    view! {
        <span title=why>
            <StatusDot
                label=Signal::derive(move || state.with(|(_, label)| label.clone()))
                tone=Signal::derive(move || state.with(|(tone, _)| *tone))
            />
        </span>
    }
}
