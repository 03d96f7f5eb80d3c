//! Which steps a task has, by its kind.

use drover_types::task::TaskKind;

use super::self_test::{Probe, SelfTest};
use crate::clusters::Clusters;
use crate::error::{Error, Result};
use crate::store::tasks::decode;
use crate::tasks::step::{Kinds, Step};

/// What tasks work on.
#[derive(Clone)]
pub struct Resources {
    /// The clusters.
    pub clusters: Clusters,
}

/// The kinds that Drover has.
pub(crate) struct Standard {
    #[expect(dead_code, reason = "the kinds that need it come next")]
    resources: Resources,
}

impl Standard {
    pub(crate) const fn new(resources: Resources) -> Self {
        Self { resources }
    }
}

impl Kinds for Standard {
    fn steps(&self, kind: TaskKind, input: &str) -> Result<Vec<Box<dyn Step>>> {
        match kind {
            TaskKind::SelfTest => {
                let test: SelfTest = decode("a self-test", input)?;
                Ok(vec![Box::new(Probe(test))])
            }
            other => Err(Error::Internal(format!("{} is not known", other.as_str()))),
        }
    }
}
