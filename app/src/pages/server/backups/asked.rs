//! Which dialog is open and what it is about.

use drover_types::{backup::Archive, error::ApiError, task::TaskRow};
use leptos::{prelude::*, task::spawn_local};

use super::reader::Reader;
use crate::shared::{FormError, use_form_error};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// How the server is to be backed up.
    BackUp,
    /// Whether the server is to be what it was.
    Restore(Archive),
    /// What the new server is to be.
    RestoreNew(Archive),
    /// What is noted on it.
    Notes(Archive),
    /// Which backups are kept.
    Prune,
}

/// The dialogs' state; cheap to copy.
#[derive(Clone, Copy)]
pub struct Asker {
    /// The backups.
    pub reader: Reader,
    /// What is asked, or was asked last.
    pub asked: RwSignal<Option<Asked>>,
    /// Whether the dialog is open.
    pub open: RwSignal<bool>,
    /// Whether a request is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last request was refused.
    pub error: FormError,
}

impl Asker {
    /// No dialog is open.
    pub fn new(reader: Reader) -> Self {
        Self {
            reader,
            asked: RwSignal::new(None),
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: use_form_error(),
        }
    }

    /// Opens a dialog.
    pub fn ask(self, what: Asked) {
        self.error.clear();
        self.asked.set(Some(what));
        self.open.set(true);
    }

    /// Sends a request; the dialog closes when it was granted.
    pub fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, ApiError>> + 'static,
        granted: impl FnOnce(T) + 'static,
    ) {
        self.busy.set(true);
        self.error.clear();
        spawn_local(async move {
            let answer = self.reader.session.heeded(request.await);
            self.busy.try_set(false);
            match answer {
                Ok(done) => {
                    granted(done);
                    self.open.try_set(false);
                }
                Err(error) => self.error.set(error),
            }
        });
    }

    /// Sends a request that begins a task.
    pub fn begin(self, request: impl Future<Output = Result<TaskRow, ApiError>> + 'static) {
        self.send(request, move |task| self.reader.begun(task));
    }
}
