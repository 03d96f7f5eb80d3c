//! The addresses of one cluster and how each fared: which to try next, which to leave alone for a while.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

const FIRST_REST: Duration = Duration::from_millis(500);
const LONGEST_REST: Duration = Duration::from_secs(30);

/// The endpoints of a cluster, in the order they were configured.
#[derive(Debug)]
pub(crate) struct Endpoints {
    all: Vec<Endpoint>,
    /// The one that answered last: going back to a preferred one would cost a failed try each time it rests.
    current: AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) base: Url,
    /// Host and port, as errors and health show it.
    pub(crate) name: String,
    health: Mutex<Health>,
}

#[derive(Debug, Default, Clone)]
struct Health {
    failures: u32,
    failed_at: Option<Instant>,
    rests_until: Option<Instant>,
    reason: Option<String>,
}

/// How an endpoint fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointHealth {
    /// Host and port.
    pub endpoint: String,
    /// How many tries in a row failed; 0 where the last one went well or none was made.
    pub failures: u32,
    /// Why the last one failed.
    pub reason: Option<String>,
}

impl Endpoints {
    pub(crate) fn new(bases: Vec<Url>) -> Self {
        let all = bases
            .into_iter()
            .map(|base| Endpoint {
                name: match (base.host_str(), base.port_or_known_default()) {
                    (Some(host), Some(port)) => format!("{host}:{port}"),
                    _ => base.to_string(),
                },
                base,
                health: Mutex::default(),
            })
            .collect();
        Self {
            all,
            current: AtomicUsize::new(0),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Endpoint> {
        self.all.get(index)
    }

    pub(crate) fn bases(&self) -> impl Iterator<Item = &Url> {
        self.all.iter().map(|endpoint| &endpoint.base)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The endpoint to try next, none of `tried`: the current one, else the next that doesn't rest, else the one
    /// whose failure is the longest ago.
    pub(crate) fn pick(&self, tried: &[usize]) -> Option<usize> {
        let now = Instant::now();
        let start = self.current.load(Ordering::Relaxed);
        let mut resting: Option<(Option<Instant>, usize)> = None;
        for step in 0..self.all.len() {
            let index = (start + step) % self.all.len();
            if tried.contains(&index) {
                continue;
            }
            let health = self.health(index);
            if health.rests_until.is_none_or(|until| until <= now) {
                return Some(index);
            }
            if resting.is_none_or(|(earliest, _)| health.failed_at < earliest) {
                resting = Some((health.failed_at, index));
            }
        }
        resting.map(|(_, index)| index)
    }

    /// Notes that an endpoint could not be talked to; it rests twice as long as before.
    pub(crate) fn failed(&self, index: usize, reason: &str) {
        let Some(endpoint) = self.all.get(index) else {
            return;
        };
        let now = Instant::now();
        let mut health = endpoint.health.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = FIRST_REST
            .saturating_mul(1 << health.failures.min(6))
            .min(LONGEST_REST);
        health.failures += 1;
        health.failed_at = Some(now);
        health.rests_until = Some(now + rest);
        health.reason = Some(reason.to_owned());
        tracing::warn!(
            endpoint = endpoint.name,
            reason,
            failures = health.failures,
            "a Proxmox endpoint fails"
        );
    }

    /// Notes that an endpoint answered.
    pub(crate) fn answered(&self, index: usize) {
        let Some(endpoint) = self.all.get(index) else {
            return;
        };
        let mut health = endpoint.health.lock().unwrap_or_else(PoisonError::into_inner);
        if health.failures > 0 {
            tracing::info!(endpoint = endpoint.name, "a Proxmox endpoint answers again");
            *health = Health::default();
        }
        drop(health);
        self.current.store(index, Ordering::Relaxed);
    }

    pub(crate) fn report(&self) -> Vec<EndpointHealth> {
        self.all
            .iter()
            .enumerate()
            .map(|(index, endpoint)| {
                let health = self.health(index);
                EndpointHealth {
                    endpoint: endpoint.name.clone(),
                    failures: health.failures,
                    reason: health.reason,
                }
            })
            .collect()
    }

    fn health(&self, index: usize) -> Health {
        self.all.get(index).map_or_else(Health::default, |endpoint| {
            endpoint
                .health
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn three() -> Endpoints {
        let hosts = ["https://a:8006", "https://b:8006", "https://c:8006"];
        Endpoints::new(hosts.iter().map(|host| host.parse().unwrap()).collect())
    }

    #[tokio::test(start_paused = true)]
    async fn the_one_that_answered_stays() {
        let endpoints = three();
        assert_eq!(endpoints.pick(&[]), Some(0));
        endpoints.failed(0, "refused");
        assert_eq!(endpoints.pick(&[]), Some(1));
        endpoints.answered(1);
        advance(LONGEST_REST * 2).await;
        assert_eq!(endpoints.pick(&[]), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn rest_doubles_up_to_a_limit() {
        let endpoints = three();
        for (failures, rest) in [(1, 500), (2, 1_000), (3, 2_000), (8, 30_000), (40, 30_000)] {
            while endpoints.health(0).failures < failures {
                endpoints.failed(0, "refused");
            }
            let until = endpoints.health(0).rests_until.unwrap();
            assert_eq!(
                until - Instant::now(),
                Duration::from_millis(rest),
                "after {failures}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn with_all_down_the_least_recently_failed_is_tried() {
        let endpoints = three();
        for index in [2, 0, 1] {
            endpoints.failed(index, "refused");
            advance(Duration::from_millis(10)).await;
        }
        assert_eq!(endpoints.pick(&[]), Some(2));
        assert_eq!(endpoints.pick(&[2]), Some(0));
        assert_eq!(endpoints.pick(&[0, 1, 2]), None);
    }

    #[tokio::test(start_paused = true)]
    async fn health_says_why() {
        let endpoints = three();
        endpoints.failed(1, "refused");
        assert_eq!(
            endpoints.report()[1],
            EndpointHealth {
                endpoint: "b:8006".into(),
                failures: 1,
                reason: Some("refused".into())
            }
        );
        endpoints.answered(1);
        assert_eq!(endpoints.report()[1].failures, 0);
    }
}
