//! Settings that people change while Drover runs. What is fixed at the start is configuration, not a setting.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::marker::PhantomData;

use drover_types::ids::GuestId;
use drover_types::monitoring::MonitoringSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backups::Noticed;
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::Result;
use crate::events::Write;
use crate::monitoring::Watch;
use crate::store::tasks::{decode, encode};
use crate::store::{Db, settings};

/// For how many days notifications are kept where nothing is set.
const NOTIFICATION_DAYS: u32 = 90;

/// For how many days the audit is kept where nothing is set.
pub(crate) const AUDIT_DAYS: u32 = 365;

/// The name of a setting and the type of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<T> {
    name: Cow<'static, str>,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: PhantomData,
        }
    }
}

/// The storage of a cluster for disks that ask for capacity.
pub fn hdd_storage(cluster: &str) -> Key<String> {
    Key::new(format!("servers.hdd_storage.{cluster}"))
}

/// The storage of a cluster for disks that ask for speed.
pub fn ssd_storage(cluster: &str) -> Key<String> {
    Key::new(format!("servers.ssd_storage.{cluster}"))
}

/// For how many days notifications are kept.
pub fn notification_days() -> Key<u32> {
    Key::new("notifications.days")
}

/// For how many days the audit is kept; 0 for ever.
pub fn audit_days() -> Key<u32> {
    Key::new("audit.days")
}

/// The servers of which it was told that their backups are overdue.
pub(crate) fn told_overdue() -> Key<BTreeSet<GuestId>> {
    Key::new("backups.told_overdue")
}

/// The failed backups of a cluster that were noticed lately.
pub(crate) fn noticed_backups(cluster: &str) -> Key<Noticed> {
    Key::new(format!("backups.noticed.{cluster}"))
}

/// The private half of Drover's SSH key, sealed.
pub(crate) fn ssh_key() -> Key<String> {
    Key::new("roles.ssh_key")
}

/// Every how many hours roles are compared with what servers have; 0 for never.
pub fn role_check_hours() -> Key<u32> {
    Key::new("roles.check_hours")
}

/// What is set about monitoring.
pub(crate) fn monitoring() -> Key<MonitoringSettings> {
    Key::new("monitoring.settings")
}

/// Which replica looks at the alert rules.
pub(crate) fn alert_watch() -> Key<Watch> {
    Key::new("monitoring.watch")
}

/// Whether the alert rules that Drover begins with were made.
pub(crate) fn first_rules() -> Key<bool> {
    Key::new("monitoring.first_rules")
}

/// Reads and changes settings. Cheap to clone.
#[derive(Clone)]
pub struct Settings {
    db: Db,
    clock: Clock,
}

impl Settings {
    /// The settings of a database.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The value of `key`, if one is set. For other services: who may know it, they say.
    ///
    /// # Errors
    /// Where the database does not answer, or holds something of another type.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key<T>) -> Result<Option<T>> {
        settings::find(&self.db, &key.name)
            .await?
            .map(|json| decode(&format!("the setting {}", key.name), &json))
            .transpose()
    }

    /// For how many days notifications are kept: what is set, or the default.
    ///
    /// # Errors
    /// As [`Settings::get`].
    pub async fn notification_days(&self) -> Result<u32> {
        let days = self.get(&notification_days()).await?;
        Ok(days.unwrap_or(NOTIFICATION_DAYS))
    }

    /// For how many days the audit is kept: what is set, or the default.
    ///
    /// # Errors
    /// As [`Settings::get`].
    pub async fn audit_days(&self) -> Result<u32> {
        let days = self.get(&audit_days()).await?;
        Ok(days.unwrap_or(AUDIT_DAYS))
    }

    /// The value of `key`, if one is set; until the transaction ends no other reads it so.
    ///
    /// # Errors
    /// As [`Settings::get`].
    pub(crate) async fn locked<T: DeserializeOwned>(
        &self,
        write: &mut Write<'_>,
        key: &Key<T>,
    ) -> Result<Option<T>> {
        settings::locked(&mut write.tx, &key.name)
            .await?
            .map(|json| decode(&format!("the setting {}", key.name), &json))
            .transpose()
    }

    /// Sets `key`, or takes it back to its default with `None`. For administrators.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`](crate::Error::AdministratorsOnly) for others.
    pub async fn set<T: Serialize>(
        &self,
        ctx: &OpContext,
        write: &mut Write<'_>,
        key: &Key<T>,
        value: Option<&T>,
    ) -> Result<()> {
        ctx.require_admin()?;
        self.store(write, key, value).await
    }

    /// Sets `key`, or takes it back to its default with `None`. For other services: who may, they say.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn store<T: Serialize>(
        &self,
        write: &mut Write<'_>,
        key: &Key<T>,
        value: Option<&T>,
    ) -> Result<()> {
        match value {
            Some(value) => {
                settings::set(&mut write.tx, &key.name, &encode(value)?, self.clock.now()).await?;
            }
            None => settings::delete(&mut write.tx, &key.name).await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_types::permission::UserRole;

    use super::*;
    use crate::error::Error;
    use crate::events::Events;
    use crate::store::testing::sqlite;
    use crate::testing::{context, noon};

    #[tokio::test]
    async fn an_administrator_sets_and_everybody_gets_the_typed_value() {
        let test = sqlite().await;
        let events = Events::new(test.db.clone(), noon());
        let settings = Settings::new(test.db.clone(), noon());
        let key = audit_days();
        assert_eq!(settings.get(&key).await.unwrap(), None);
        assert_eq!(settings.notification_days().await.unwrap(), 90);

        let admin = context(1, UserRole::Admin);
        let mut write = events.begin().await.unwrap();
        settings.set(&admin, &mut write, &key, Some(&50)).await.unwrap();
        settings
            .set(&admin, &mut write, &notification_days(), Some(&7))
            .await
            .unwrap();
        write.commit().await.unwrap();
        assert_eq!(settings.get(&key).await.unwrap(), Some(50));
        assert_eq!(settings.get(&hdd_storage("lab")).await.unwrap(), None);
        assert_eq!(settings.notification_days().await.unwrap(), 7);

        let mut write = events.begin().await.unwrap();
        let refused = settings
            .set(&context(2, UserRole::Operator), &mut write, &key, Some(&1))
            .await;
        assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{refused:?}");
        settings.set(&admin, &mut write, &key, None).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(settings.get(&key).await.unwrap(), None);

        let mut write = events.begin().await.unwrap();
        settings
            .set(&admin, &mut write, &hdd_storage("lab"), Some(&"tank".to_owned()))
            .await
            .unwrap();
        write.commit().await.unwrap();
        let as_number = Key::<u32>::new("servers.hdd_storage.lab");
        assert!(
            settings.get(&as_number).await.is_err(),
            "not read as another type"
        );
    }
}
