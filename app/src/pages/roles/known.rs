//! What both pages show: the catalogue, and how its roles stand on servers; read again when a task has changed that.

use drover_types::{
    error::{ApiError, ErrorCode},
    event::LiveEvent,
    role::{RoleInfo, RoleStanding, RolesOverview},
    task::TaskKind,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::use_live,
    rpc,
    session::{Session, use_session},
};

/// What was loaded first.
pub type Loaded = (RolesOverview, Option<Vec<RoleStanding>>);

/// Loads the catalogue, and the servers' roles for whoever may see them.
pub async fn load() -> Result<Loaded, ApiError> {
    let overview = rpc::roles::roles_overview().await?;
    match rpc::roles::role_standings().await {
        Ok(standings) => Ok((overview, Some(standings))),
        Err(error) if error.code == ErrorCode::PermissionDenied => Ok((overview, None)),
        Err(error) => Err(error),
    }
}

/// What is known, as it is now; cheap to copy.
#[derive(Clone, Copy)]
pub struct Known {
    /// The catalogue and what stands around it.
    pub overview: RwSignal<RolesOverview>,
    /// How roles stand on servers; `None` where that may not be seen.
    pub standings: RwSignal<Option<Vec<RoleStanding>>>,
    /// Why it could not be read again.
    pub error: RwSignal<Option<ApiError>>,
    session: Session,
}

/// Whether a task can change which servers have which role. Its parts tell by the whole.
fn changes_roles(kind: TaskKind) -> bool {
    kind.category() == "role" || matches!(kind, TaskKind::CreateServer | TaskKind::DeleteServer)
}

impl Known {
    /// What was loaded, followed until the calling component is gone.
    pub fn new((overview, standings): Loaded) -> Self {
        let known = Self {
            overview: RwSignal::new(overview),
            standings: RwSignal::new(standings),
            error: RwSignal::new(None),
            session: use_session(),
        };
        use_live().on(move |event| match event {
            LiveEvent::Task { task, .. }
                if task.state.has_ended() && task.parent.is_none() && changes_roles(task.kind) =>
            {
                known.load();
            }
            LiveEvent::Resync => known.load(),
            _ => {}
        });
        known
    }

    /// Reads it again.
    pub fn load(self) {
        spawn_local(async move {
            match self.session.heeded(load().await) {
                Ok((overview, standings)) => {
                    self.error.try_set(None);
                    self.overview.try_set(overview);
                    self.standings.try_set(standings);
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    /// The roles. Tracked.
    pub fn catalogue(self) -> Signal<Vec<RoleInfo>> {
        Signal::derive(move || self.overview.with(|overview| overview.roles.clone()))
    }
}
