//! The fields of a backup that is to be made: at once, of one server or many, or by a job.

use std::collections::BTreeMap;

use drover_types::{
    backup::{BackUp, BackupMode, BackupStorage, Compression},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    FormError,
    retention_fields::{RetentionFields, RetentionInputs},
};
use crate::texts::{say, text, use_i18n};

/// What stands in the notes of a backup where nothing else is said, as in Proxmox's own form.
const USUAL_NOTES: &str = "{{guestname}}";
/// What is filled in in notes (`PVE::VZDump`, `generate_notes`).
const FILLED_IN: &str = "{{guestname}}, {{vmid}}, {{node}}, {{cluster}}";

/// What the fields hold; cheap to copy.
#[derive(Clone, Copy)]
pub struct BackupFields {
    /// The storage.
    pub storage: RwSignal<String>,
    mode: RwSignal<String>,
    compression: RwSignal<String>,
    notes: RwSignal<String>,
    protected: RwSignal<bool>,
    retention: RetentionFields,
}

impl BackupFields {
    /// A backup as it is usually made.
    pub fn new() -> Self {
        let [storage, mode, compression, notes] = [(); 4].map(|()| RwSignal::new(String::new()));
        let fields = Self {
            storage,
            mode,
            compression,
            notes,
            protected: RwSignal::new(false),
            retention: RetentionFields::new(),
        };
        fields.fill(&Self::usual());
        fields
    }

    /// A backup as it is usually made; its storage is yet to be chosen.
    pub fn usual() -> BackUp {
        BackUp {
            notes: USUAL_NOTES.to_owned(),
            ..BackUp::default()
        }
    }

    /// Shows `how`.
    pub fn fill(self, how: &BackUp) {
        self.storage.set(how.storage.clone());
        self.mode.set(how.mode.as_str().to_owned());
        self.compression.set(how.compression.as_str().to_owned());
        self.notes.set(how.notes.clone());
        self.protected.set(how.protected);
        self.retention.fill(how.retention);
    }

    /// What they say. Tracked.
    pub fn read(self) -> BackUp {
        BackUp {
            storage: self.storage.get(),
            mode: self.mode.with(|mode| BackupMode::parse(mode)).unwrap_or_default(),
            compression: self
                .compression
                .with(|text| Compression::parse(text))
                .unwrap_or_default(),
            notes: self.notes.with(|notes| notes.trim().to_owned()),
            protected: self.protected.get(),
            retention: self.retention.read(),
            ..BackUp::default()
        }
    }
}

/// What a mode is called, in the language of now.
pub fn mode_name(mode: BackupMode) -> String {
    let i18n = use_i18n();
    match mode {
        BackupMode::Snapshot => say!(i18n, backups.mode_snapshot),
        BackupMode::Suspend => say!(i18n, backups.mode_suspend),
        BackupMode::Stop => say!(i18n, backups.mode_stop),
    }
}

/// What a compression is called, in the language of now.
pub fn compression_name(compression: Compression) -> String {
    let i18n = use_i18n();
    match compression {
        Compression::Zstd => say!(i18n, backups.compress_zstd),
        Compression::Gzip => say!(i18n, backups.compress_gzip),
        Compression::Lzo => say!(i18n, backups.compress_lzo),
        Compression::None => say!(i18n, backups.compress_none),
    }
}

/// The storages by name, with what is free where a name stands for one place only. Tracked by language.
pub fn backup_targets(storages: &[BackupStorage]) -> Vec<SelectOption> {
    let i18n = use_i18n();
    let mut by_name: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for one in storages {
        let free = one.total_bytes.saturating_sub(one.used_bytes);
        by_name.entry(&one.storage).or_default().push(free);
    }
    let option = |(name, free): (&str, Vec<u64>)| {
        let storage = name.to_owned();
        let label = match free[..] {
            [free] => say!(
                i18n,
                backups.storage_free,
                storage = storage,
                free = units::size(free)
            ),
            _ => say!(i18n, backups.storage_of_each_node, storage = storage),
        };
        SelectOption::new(name, label)
    };
    by_name.into_iter().map(option).collect()
}

/// The fields.
#[component]
pub fn BackupForm(
    fields: BackupFields,
    /// The storages to choose from.
    #[prop(into)]
    storages: Signal<Vec<SelectOption>>,
    error: FormError,
    /// Whether a schedule makes the backups: what it does not say is as the storage says.
    #[prop(optional)]
    scheduled: bool,
    /// That there may be too little room on the storage.
    #[prop(optional, into)]
    shortage: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let modes = Signal::derive(move || {
        let option = |mode: &BackupMode| SelectOption::new(mode.as_str(), mode_name(*mode));
        BackupMode::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let compressions = Signal::derive(move || {
        let option = |one: &Compression| SelectOption::new(one.as_str(), compression_name(*one));
        Compression::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let if_empty = if scheduled {
        text!(i18n, backups.retention_empty_scheduled)
    } else {
        text!(i18n, backups.retention_empty)
    };
    let filled_in = Signal::derive(move || Some(say!(i18n, backups.notes_hint, names = FILLED_IN)));
    view! {
        <Select
            label=text!(i18n, backups.storage)
            value=fields.storage
            options=storages
            required=true
            placeholder=Signal::derive(move || Some(say!(i18n, backups.choose_storage)))
            error=error.field("storage")
        />
        {move || {
            shortage.get().map(|words| view! { <Callout tone=Tone::Warning>{words}</Callout> })
        }}
        <div class="backup-form__pair">
            <Select
                label=text!(i18n, backups.mode)
                value=fields.mode
                options=modes
                error=error.field("mode")
            />
            <Select
                label=text!(i18n, backups.compression)
                value=fields.compression
                options=compressions
                error=error.field("compression")
            />
        </div>
        <TextArea
            label=text!(i18n, backups.notes)
            value=fields.notes
            rows=2
            hint=filled_in
            error=error.field("notes")
        />
        <Switch
            label=text!(i18n, backups.protect)
            value=fields.protected
            hint=Signal::derive(move || Some(say!(i18n, backups.protect_hint)))
        />
        <details class="backup-form__fold">
            <summary>{text!(i18n, backups.retention)}</summary>
            <p class="backup-form__hint">{text!(i18n, backups.retention_hint)} " " {if_empty}</p>
            <RetentionInputs fields=fields.retention error=error />
        </details>
    }
}
