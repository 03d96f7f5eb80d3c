//! Answers that are kept for some seconds, and are asked for once however many want them at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What was last answered, and when. Whoever holds the lock asks; the others wait for it.
type Flight<V> = Arc<tokio::sync::Mutex<Option<(Instant, V)>>>;

/// Answers by what was asked.
pub(super) struct Flights<K, V> {
    kept: Duration,
    answers: Mutex<HashMap<K, Flight<V>>>,
}

impl<K: Eq + Hash, V: Clone> Flights<K, V> {
    /// Keeps each answer for so long.
    pub(super) fn new(kept: Duration) -> Self {
        Self {
            kept,
            answers: Mutex::default(),
        }
    }

    /// The answer to `question`; `ask` is awaited only where none is known that is fresh. One that is dropped in the
    /// middle leaves the question to the next who waits.
    pub(super) async fn get(&self, question: K, ask: impl Future<Output = V>) -> V {
        let flight = self.flight(question);
        let mut answer = flight.lock().await;
        if let Some((_, known)) = answer.as_ref().filter(|(at, _)| at.elapsed() < self.kept) {
            return known.clone();
        }
        let told = ask.await;
        *answer = Some((Instant::now(), told.clone()));
        told
    }

    /// The place of an answer. Places that nobody waits at and whose answer is old are given up.
    fn flight(&self, question: K) -> Flight<V> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, flight| match flight.try_lock() {
            Ok(answer) => {
                Arc::strong_count(flight) > 1
                    || answer.as_ref().is_some_and(|(at, _)| at.elapsed() < self.kept)
            }
            Err(_) => true,
        });
        Arc::clone(answers.entry(question).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const KEPT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_once_share_one_answer_until_it_is_old() {
        let (flights, asked) = (Flights::new(KEPT), AtomicU32::new(0));
        let ask = |question: &'static str| {
            flights.get(question, async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                asked.fetch_add(1, Ordering::Relaxed)
            })
        };
        let all = tokio::join!(ask("a"), ask("a"), ask("a"));
        assert_eq!(all, (0, 0, 0));
        assert_eq!(ask("b").await, 1);
        assert_eq!(ask("a").await, 0);
        tokio::time::advance(KEPT).await;
        assert_eq!(ask("a").await, 2);
        assert_eq!(
            flights.answers.lock().unwrap().len(),
            1,
            "what is old is forgotten"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_gives_up_leaves_the_question_to_the_next() {
        let flights = Flights::new(KEPT);
        let gave_up = tokio::time::timeout(
            Duration::from_secs(1),
            flights.get("a", std::future::pending::<u32>()),
        );
        let next = flights.get("a", async { 7 });
        let (gave_up, next) = tokio::join!(gave_up, next);
        assert!(gave_up.is_err());
        assert_eq!(next, 7);
    }
}
