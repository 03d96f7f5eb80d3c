//! What the service is made of.

use std::sync::Arc;

use crate::ansible::Ansible;
use crate::clock::Clock;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::roles::SshKey;
use crate::servers::Servers;
use crate::settings::Settings;
use crate::store::Db;
use crate::tasks::Tasks;
use crate::vault::Vault;

/// Roles. Cheap to clone.
#[derive(Clone)]
pub struct Roles(pub(super) Arc<Parts>);

/// What the service works with.
pub(super) struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub inventory: Inventory,
    pub settings: Settings,
    pub servers: Servers,
    pub tasks: Tasks,
    pub vault: Vault,
    pub ansible: Ansible,
    pub key: SshKey,
}

impl Roles {
    /// The roles of these servers.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is put together once, from the services of the process"
    )]
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        inventory: Inventory,
        settings: Settings,
        servers: Servers,
        tasks: Tasks,
        vault: Vault,
        ansible: Ansible,
        key: SshKey,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            events,
            inventory,
            settings,
            servers,
            tasks,
            vault,
            ansible,
            key,
        }))
    }
}
