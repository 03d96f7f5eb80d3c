//! Ansible on this machine: which `ansible-playbook`, whose roles, and how many runs at once.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use drover_types::role::RoleSource;
use drover_types::text::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::catalogue::Catalogue;
use super::files::write_out;
use super::run_folder::{RunFolder, sweep};
use super::ssh::{Contact, KeyPair};
use crate::error::{Error, Result};

/// How many roles are run at once where nothing is said: each is a process of Python's.
const AT_ONCE: usize = 4;

/// What the configuration says of it.
#[derive(Debug, Clone)]
pub struct AnsibleOptions {
    /// `ansible-playbook`; `None` for the one that stands in the path.
    pub playbook: Option<PathBuf>,
    /// The folder of the user's own roles.
    pub own_roles: Option<PathBuf>,
    /// How many roles are run at once.
    pub at_once: usize,
}

impl Default for AnsibleOptions {
    fn default() -> Self {
        Self {
            playbook: None,
            own_roles: None,
            at_once: AT_ONCE,
        }
    }
}

impl AnsibleOptions {
    /// Where `ansible-playbook` is.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is not there.
    pub fn find_playbook(&self) -> Result<PathBuf> {
        let named = self.playbook.iter().cloned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let in_path = std::env::split_paths(&path).map(|folder| folder.join("ansible-playbook"));
        let in_path = in_path.filter(|_| self.playbook.is_none());
        named
            .chain(in_path)
            .find(|file| file.is_file())
            .ok_or(Error::Conflict(Problem::AnsibleMissing))
    }
}

/// Why Ansible can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AnsibleError {
    /// The roles that Drover brings along can't be written where Ansible reads them.
    #[error("roles can't be written to {}: {source}", path.display())]
    Roles {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder of the user's own roles can't be read.
    #[error("DROVER_ROLES: {} can't be read: {source}", path.display())]
    Own {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Runs roles. Cheap to clone.
#[derive(Clone)]
pub struct Ansible(Arc<Parts>);

struct Parts {
    options: AnsibleOptions,
    /// The roles that Drover brings along.
    roles: PathBuf,
    /// The folders of runs.
    runs: PathBuf,
    catalogue: Catalogue,
    turns: Arc<Semaphore>,
}

impl Ansible {
    /// With the roles of this Drover, written out below its data.
    ///
    /// # Errors
    /// Where a folder can't be used.
    pub fn open(options: AnsibleOptions, data: &Path) -> Result<Self, AnsibleError> {
        let folder = std::path::absolute(data.join("ansible"));
        let folder = folder.unwrap_or_else(|_| data.join("ansible"));
        let failed = |source| AnsibleError::Roles {
            path: folder.clone(),
            source,
        };
        let runs = folder.join("runs");
        std::fs::create_dir_all(&runs).map_err(failed)?;
        sweep(&runs).map_err(failed)?;
        let roles = write_out(&folder.join("roles")).map_err(failed)?;
        let own = options.own_roles.clone();
        let own = own
            .map(|path| {
                // A relative one would be looked for in the folder of each run.
                let read = std::fs::read_dir(&path).and_then(|_| std::path::absolute(&path));
                read.map_err(|source| AnsibleError::Own { path, source })
            })
            .transpose()?;
        Ok(Self(Arc::new(Parts {
            catalogue: Catalogue::new(roles.clone(), own.clone()),
            turns: Arc::new(Semaphore::new(options.at_once.max(1))),
            options: AnsibleOptions {
                own_roles: own,
                ..options
            },
            roles,
            runs,
        })))
    }

    /// The roles that there are.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// Waits for a turn, if one is free or comes free; `None` never.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.0.turns).acquire_owned().await;
        turn.map_err(|error| Error::Internal(format!("turns of Ansible's: {error}")))
    }

    /// Whether a turn is free right now.
    pub(crate) fn has_turn(&self) -> bool {
        self.0.turns.available_permits() > 0
    }

    /// `ansible-playbook`.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is not there.
    pub(crate) fn playbook(&self) -> Result<PathBuf> {
        self.0.options.find_playbook()
    }

    /// A folder for runs on one server.
    ///
    /// # Errors
    /// Where it can't be made.
    pub(crate) fn run_folder(&self, contact: &Contact, key: &KeyPair) -> Result<RunFolder> {
        let made = RunFolder::make(&self.0.runs, contact, key);
        made.map_err(|error| Error::Internal(format!("a run's folder can't be made: {error}")))
    }

    /// The playbooks, and the roles that Drover brings along.
    pub(super) fn roles(&self) -> &Path {
        &self.0.roles
    }

    /// Where Ansible looks for roles: first where the one that is meant comes from.
    pub(super) fn roles_path(&self, source: RoleSource) -> OsString {
        let own = self.0.options.own_roles.as_ref();
        let mut folders: Vec<&PathBuf> = own.into_iter().chain(std::iter::once(&self.0.roles)).collect();
        if source == RoleSource::Drover {
            folders.reverse();
        }
        // Only a folder with a colon in its name can't be joined.
        std::env::join_paths(folders).unwrap_or_else(|_| self.0.roles.clone().into_os_string())
    }
}
