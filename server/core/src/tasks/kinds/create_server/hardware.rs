//! Sets cores, memory and tags, and takes out what the template must not hand on.

use std::collections::BTreeSet;
use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::Progress;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{ConfigChange, GuestConfig};

use super::input::{CreateInput, tags_to_be};
use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Change, Missing, converge};
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

pub(super) struct Hardware(pub Arc<Plan>);

impl Step for Hardware {
    fn name(&self) -> StepName {
        StepName::Hardware
    }

    fn uses(&self, class: UseClass) -> bool {
        class != UseClass::Template
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let reserved = reserved(cx).await?;
            let machine = self.0.machine(cx, &reserved);
            converge(cx, &machine, "hardware", |config, _| {
                Ok(missing(&self.0.input, config))
            })
            .await
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.0.halt(cx).boxed()
    }
}

fn missing(input: &CreateInput, config: &GuestConfig) -> Option<Missing> {
    let mut change = ConfigChange::new();
    let mut field = "";
    // One socket: the template's topology is not the new server's.
    if config.sockets().unwrap_or(1) != 1 {
        (change, field) = (change.set("sockets", 1), "sockets");
    }
    if config.cores() != Some(input.cores) {
        (change, field) = (change.set("cores", input.cores), "cores");
    }
    if config.memory() != Some(input.memory_mb) {
        (change, field) = (change.set("memory", input.memory_mb), "memory");
    }
    let tags: BTreeSet<String> = tags_to_be(&input.tags, config);
    if config.tags().into_iter().collect::<BTreeSet<_>>() != tags {
        let tags: Vec<String> = tags.into_iter().collect();
        (change, field) = if tags.is_empty() {
            (change.delete("tags"), "tags")
        } else {
            (change.set("tags", tags.join(";")), "tags")
        };
    }
    // Without the agent its addresses stay unknown; a template that says no means it.
    if config.get("agent").is_none() {
        (change, field) = (change.set("agent", 1), "agent");
    }
    // Both are limited by what was set above, and Proxmox refuses to start what exceeds it.
    let above = |key: &str, limit: u64| {
        config
            .get(key)
            .and_then(|text| text.parse::<u64>().ok())
            .is_some_and(|value| value > limit)
    };
    if above("vcpus", u64::from(input.cores)) {
        (change, field) = (change.delete("vcpus"), "vcpus");
    }
    if above("balloon", input.memory_mb) {
        (change, field) = (change.delete("balloon"), "balloon");
    }
    if config.is_protected() {
        (change, field) = (change.delete("protection"), "protection");
    }
    (!change.is_empty()).then(|| Missing {
        field: field.to_owned(),
        message: Progress::Configuring,
        change: Change::Set(change),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn change(input: &CreateInput, config: Value) -> Option<(Vec<(String, String)>, String)> {
        let config: GuestConfig = serde_json::from_value(config).unwrap();
        let Missing {
            change: Change::Set(change),
            ..
        } = missing(input, &config)?
        else {
            panic!("not set")
        };
        let set = change
            .values()
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        Some((set, format!("{change:?}")))
    }

    #[test]
    fn what_is_so_is_left_and_what_a_template_hands_on_is_taken_out() {
        let mut input = CreateInput {
            cores: 2,
            memory_mb: 1024,
            ..CreateInput::for_test()
        };
        let so = json!({"cores": 2, "memory": "1024", "agent": "0", "tags": "debian"});
        assert_eq!(change(&input, so), None);
        let handed_on = json!({
            "cores": 4, "sockets": 2, "memory": "4096", "balloon": 2048, "vcpus": 4, "protection": 1,
            "tags": "debian;template",
        });
        let (set, shown) = change(&input, handed_on).unwrap();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            set,
            [
                pair("agent", "1"),
                pair("cores", "2"),
                pair("memory", "1024"),
                pair("sockets", "1"),
                pair("tags", "debian"),
            ]
        );
        assert!(
            shown.contains(r#"delete ["vcpus", "balloon", "protection"]"#),
            "{shown}"
        );
        input.tags = vec!["web".into(), "a".into()];
        let (set, _) = change(&input, json!({"cores": 2, "memory": "1024", "agent": "1"})).unwrap();
        assert_eq!(set, [pair("tags", "a;web")]);
    }
}
