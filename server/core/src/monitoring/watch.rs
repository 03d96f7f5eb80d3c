//! Which of several replicas looks at the rules, and at what else one of them does for all: their pictures differ a
//! little, and one would end what the other raises.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::service::Monitoring;
use crate::error::Result;
use crate::settings;

/// For how long a replica is on watch; it says so anew every ten seconds.
const WATCH_SECONDS: i64 = 35;

/// Who is on watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watch {
    replica: Uuid,
    until: DateTime<Utc>,
}

impl Monitoring {
    /// Whether this process looks at the rules: the one that has, as long as it says so, and else whoever comes first.
    pub(crate) async fn is_on_watch(&self) -> Result<bool> {
        if !self.0.db.is_shared() {
            return Ok(true);
        }
        let key = settings::alert_watch();
        let mut write = self.0.events.begin().await?;
        let now = write.now();
        let watch: Option<Watch> = self.0.settings.locked(&mut write, &key).await?;
        if watch.is_some_and(|watch| watch.replica != self.0.replica && watch.until > now) {
            return Ok(false);
        }
        let mine = Watch {
            replica: self.0.replica,
            until: now + TimeDelta::seconds(WATCH_SECONDS),
        };
        self.0.settings.store(&mut write, &key, Some(&mine)).await?;
        write.commit().await?;
        Ok(true)
    }
}
