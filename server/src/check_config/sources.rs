//! Prometheus, where one is configured. Without it Proxmox's own figures are shown.

use drover_core::monitoring::{Prometheus, SourceOptions};
use drover_types::lang::Lang;
use drover_types::monitoring::SourceState;

use super::finding::Finding;

/// Whether Prometheus answers.
pub(super) async fn check_sources(options: &SourceOptions) -> Option<Finding> {
    let asked = options.prometheus.clone()?;
    let mend = "Until it does, figures are those of Proxmox.".to_owned();
    let state = match Prometheus::new(Some(asked)) {
        Ok(prometheus) => prometheus.state().await,
        Err(error) => return Some(Finding::Bad(error.to_string(), mend)),
    };
    match state {
        SourceState::Off => None,
        SourceState::Answering => Some(Finding::Good("Prometheus answers".to_owned())),
        SourceState::Failing(problem) => Some(Finding::Warning(problem.text(Lang::En), mend)),
    }
}
