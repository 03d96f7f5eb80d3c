//! The jobs as they were read last, and what is asked of them. In the browser alone.

use drover_types::{
    backup::{BackupJob, JobDraft},
    error::ApiError,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::backups::known::Known,
    rpc,
    session::{Session, use_session},
};

/// Which job the form is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edited {
    /// A new one.
    New,
    /// One that is there.
    Job(Box<BackupJob>),
}

/// The jobs; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Jobs {
    /// As they were read last; `None` until the first answer.
    pub found: RwSignal<Option<Vec<BackupJob>>>,
    /// Why they could not be read.
    pub error: RwSignal<Option<ApiError>>,
    /// What the form is about.
    pub edited: RwSignal<Edited>,
    /// Whether the form is open.
    pub open: RwSignal<bool>,
    /// Counts refusals: a switch that was refused goes back.
    refused: RwSignal<u32>,
    known: Known,
    session: Session,
}

impl Jobs {
    /// Reads them once the page is live.
    pub fn new(known: Known) -> Self {
        let jobs = Self {
            found: RwSignal::new(None),
            error: RwSignal::new(None),
            edited: RwSignal::new(Edited::New),
            open: RwSignal::new(false),
            refused: RwSignal::new(0),
            known,
            session: use_session(),
        };
        Effect::new(move |_| jobs.load());
        jobs
    }

    /// Reads them now.
    pub fn load(self) {
        spawn_local(async move {
            match self.session.heeded(rpc::backups::backup_jobs().await) {
                Ok(jobs) => {
                    self.error.try_set(None);
                    self.found.try_set(Some(jobs));
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    /// Something has changed them: they and who is covered are read anew.
    pub fn changed(self) {
        self.load();
        self.known.load();
    }

    /// Opens the form.
    pub fn edit(self, what: Edited) {
        self.edited.set(what);
        self.open.set(true);
    }

    /// A job, while it is there. Tracked.
    pub fn get(self, cluster: &str, id: &str) -> Option<BackupJob> {
        self.found.with(|found| {
            let mut all = found.iter().flatten();
            all.find(|job| job.cluster == cluster && job.id == id).cloned()
        })
    }

    /// Switches a job on or off; `on_error` is told why it was refused.
    pub fn switch(self, job: BackupJob, enabled: bool, on_error: impl FnOnce(ApiError) + 'static) {
        let BackupJob {
            cluster,
            id,
            job: seen,
            ..
        } = job;
        let draft = JobDraft {
            enabled,
            ..seen.clone()
        };
        spawn_local(async move {
            let change = rpc::backups::change_backup_job(cluster, id, draft, Some(seen));
            if let Err(error) = self.session.heeded(change.await) {
                self.refused.try_update(|count| *count += 1);
                on_error(error);
            }
            self.changed();
        });
    }

    /// What is shown of a switch is read again after a refusal. Tracked.
    pub fn heed_refusals(self) {
        self.refused.track();
    }
}
