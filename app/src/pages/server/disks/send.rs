//! Asking for a change to a disk: what every dialog does.

use drover_types::{
    configuration::DiskEdit,
    error::{ApiError, ErrorCode, FieldProblems},
    guest::GuestKind,
    server::ServerDisk,
    storage::IMAGES,
    task::TaskRow,
    units,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::super::edit::Editor;
use crate::{
    inventory::use_inventory,
    rpc,
    running::{Running, use_running},
    session::{Session, use_session},
    texts::{say, use_i18n, use_lang},
};

/// What is asked about which disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Add,
    Grow(ServerDisk),
    Move(ServerDisk),
    Detach(ServerDisk),
    Delete(ServerDisk),
}

/// The dialogs' state; cheap to copy.
#[derive(Clone, Copy)]
pub struct Sender {
    /// The form of the page, which knows the disks.
    pub editor: Editor,
    /// What is asked, or was asked last.
    pub asked: RwSignal<Option<Asked>>,
    /// Whether the dialog is open.
    pub open: RwSignal<bool>,
    /// The task that was started last.
    pub task: RwSignal<Option<TaskRow>>,
    /// Whether a change is on its way.
    pub busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    session: Session,
    running: Running,
}

impl Sender {
    /// No dialog is open.
    pub fn new(editor: Editor) -> Self {
        Self {
            editor,
            asked: RwSignal::new(None),
            open: RwSignal::new(false),
            task: RwSignal::new(None),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            session: use_session(),
            running: use_running(),
        }
    }

    /// Opens a dialog.
    pub fn ask(self, what: Asked) {
        self.error.set(None);
        self.asked.set(Some(what));
        self.open.set(true);
    }

    /// Asks Drover; the dialog closes when a task has begun.
    pub fn send(self, edit: DiskEdit) {
        let fields = edit.problems();
        if !fields.is_empty() {
            let mut error = ApiError::new(ErrorCode::ValidationError, first(&fields));
            error.fields = fields;
            self.error.set(Some(error));
            return;
        }
        let id = self.editor.guest.with_untracked(|guest| guest.id.clone());
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = self
                .session
                .heeded(rpc::configuration::change_disks(id, edit).await);
            self.busy.try_set(false);
            match answer {
                Ok(task) => {
                    // Shown here and in the header at once, before the event arrives.
                    self.running.take(task.clone());
                    self.task.try_set(Some(task));
                    self.open.try_set(false);
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    /// What is wrong with one of `shown`, the fields of a dialog.
    pub fn problem(self, field: &'static str) -> Signal<Option<String>> {
        let lang = use_lang();
        Signal::derive(move || {
            self.error
                .with(|error| Some(error.as_ref()?.fields.get(field)?.text(lang.get())))
        })
    }

    /// What is wrong that belongs to none of `shown`.
    pub fn failure(self, shown: &'static [&'static str]) -> Signal<Option<String>> {
        let lang = use_lang();
        Signal::derive(move || {
            let error = self.error.get()?;
            let is_at_field =
                !error.fields.is_empty() && error.fields.keys().all(|field| shown.contains(&field.as_str()));
            let problem = error.fields.values().next().unwrap_or(&error.problem);
            (!is_at_field).then(|| problem.text(lang.get()))
        })
    }

    /// The storages that a disk of the server can be put on, with what is free there.
    pub fn storages(self, without: Option<String>) -> Signal<Vec<SelectOption>> {
        let i18n = use_i18n();
        let inventory = use_inventory();
        Signal::derive(move || {
            let (cluster, node) = self
                .editor
                .guest
                .with(|guest| (guest.id.cluster.clone(), guest.node.clone()));
            // Proxmox's word for what containers keep.
            let is_container = self.editor.guest.with(|guest| guest.kind == GuestKind::Lxc);
            let content = if is_container { "rootdir" } else { IMAGES };
            let storages = inventory.storages();
            let fit = storages.iter().filter(|storage| {
                storage.cluster == cluster
                    && storage.node == node
                    && storage.active
                    && storage.content.iter().any(|one| one == content)
                    && without.as_ref() != Some(&storage.name)
            });
            fit.map(|storage| {
                let free = units::size(storage.total_bytes.saturating_sub(storage.used_bytes));
                let label = say!(
                    i18n,
                    server.storage_free,
                    storage = storage.name.clone(),
                    free = free
                );
                SelectOption::new(storage.name.clone(), label)
            })
            .collect()
        })
    }
}

fn first(fields: &FieldProblems) -> drover_types::text::Problem {
    fields
        .values()
        .next()
        .cloned()
        .unwrap_or(drover_types::text::Problem::MalformedBody)
}
