//! Removes tasks that ended long ago, with their steps and logs.

use chrono::TimeDelta;

use super::service::Tasks;
use crate::error::Result;
use crate::store::old_tasks;

/// How many are removed in one transaction: whoever wants to write waits for it.
const BATCH: u32 = 100;

impl Tasks {
    /// Removes the tasks that are kept no longer, and tells how many. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let days = self.settings.retention_days;
        let age = TimeDelta::days(days.into());
        let Some(before) = self.clock.now().checked_sub_signed(age).filter(|_| days > 0) else {
            return Ok(0);
        };
        let mut gone = 0;
        loop {
            let mut tx = self.db.begin().await?;
            let some = old_tasks::prune(&mut tx, before, BATCH.into()).await?;
            tx.commit().await?;
            gone += some;
            if some < u64::from(BATCH) {
                return Ok(gone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use drover_types::task::TaskKind;
    use uuid::Uuid;

    use super::*;
    use crate::clock::Clock;
    use crate::events::Events;
    use crate::store::execute;
    use crate::store::testing::sqlite;
    use crate::tasks::TaskSettings;
    use crate::tasks::step::{Kinds, Step};
    use crate::testing::{inventory, noon};

    struct None;

    impl Kinds for None {
        fn steps(&self, _: TaskKind, _: &str) -> Result<Vec<Box<dyn Step>>> {
            Ok(Vec::new())
        }
    }

    #[tokio::test]
    async fn tasks_are_kept_for_as_long_as_is_configured() {
        let test = sqlite().await;
        let clock: Clock = noon();
        let with = |retention_days| {
            let settings = TaskSettings {
                retention_days,
                ..TaskSettings::default()
            };
            let events = Events::new(test.db.clone(), clock.clone());
            Tasks::with_kinds(
                test.db.clone(),
                clock.clone(),
                events.clone(),
                inventory(&test.db, &events, &clock),
                Arc::new(None),
                Arc::new(settings),
            )
        };
        let mut tx = test.db.begin().await.unwrap();
        // Two batches and a half.
        for id in 0..250 {
            execute!(
                &mut tx,
                "INSERT INTO tasks (id, kind, state, undoing, actor, target, input, progress, message, created_at, \
                 updated_at, ended_at) VALUES ($1, 'self_test', 'failed', 0, '', '', '', 0, '', $2, $2, $2)",
                Uuid::from_u128(id),
                clock.now()
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let days = TaskSettings::default().retention_days;
        assert_eq!(days, 90);
        clock.advance(TimeDelta::days(89));
        assert_eq!(with(days).prune().await.unwrap(), 0);
        clock.advance(TimeDelta::days(2));
        assert_eq!(with(0).prune().await.unwrap(), 0, "all are kept");
        assert_eq!(
            with(u32::MAX).prune().await.unwrap(),
            0,
            "longer than there is time"
        );
        assert_eq!(with(days).prune().await.unwrap(), 250);
    }
}
