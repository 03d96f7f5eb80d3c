//! Drover's own SSH key: made once, its private half sealed in the database, so that all replicas sign in by the same.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::OnceCell;

use crate::ansible::KeyPair;
use crate::error::Result;
use crate::events::Events;
use crate::settings::{Settings, ssh_key};
use crate::vault::Vault;

/// The purpose for which the private half is sealed.
const PURPOSE: &str = "ssh key";

/// The key. Cheap to clone.
#[derive(Clone)]
pub struct SshKey {
    settings: Settings,
    events: Events,
    vault: Vault,
    read: Arc<OnceCell<Arc<KeyPair>>>,
}

impl SshKey {
    /// The key of a database.
    pub fn new(settings: Settings, events: Events, vault: Vault) -> Self {
        Self {
            settings,
            events,
            vault,
            read: Arc::default(),
        }
    }

    /// The key, which is made where there is none yet.
    ///
    /// # Errors
    /// Where the database does not answer, or the key was sealed with another secret key.
    pub(crate) async fn get(&self) -> Result<Arc<KeyPair>> {
        let read = self.read.get_or_try_init(|| self.read_or_make()).await?;
        Ok(Arc::clone(read))
    }

    async fn read_or_make(&self) -> Result<Arc<KeyPair>> {
        let open = |sealed: &str| -> Result<Arc<KeyPair>> {
            let private: SecretString = self.vault.open(PURPOSE, sealed)?;
            Ok(Arc::new(KeyPair::read(private)?))
        };
        if let Some(sealed) = self.settings.get(&ssh_key()).await? {
            return open(&sealed);
        }
        let mut write = self.events.begin().await?;
        // Another replica may be making one.
        if let Some(sealed) = self.settings.locked(&mut write, &ssh_key()).await? {
            return open(&sealed);
        }
        let made = KeyPair::generate()?;
        let sealed = self.vault.seal(PURPOSE, &made.private)?;
        self.settings.store(&mut write, &ssh_key(), Some(&sealed)).await?;
        write.commit().await?;
        Ok(Arc::new(made))
    }
}
