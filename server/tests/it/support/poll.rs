//! Waiting for what another process or task does in its own time.

use std::time::Duration;

/// How often it is asked.
const EVERY: Duration = Duration::from_millis(50);
/// How long it may take: generous, for a machine that is busy compiling.
const LIMIT: Duration = Duration::from_mins(2);

/// Asks over and over until it is so.
///
/// # Panics
/// With `what` is awaited, where that does not come.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !is_so().await {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(LIMIT, waiting)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}
