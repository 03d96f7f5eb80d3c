//! How a lab is started.

use serde_json::Value;

/// The lab's flags; the defaults are its own, but for a clock that runs faster.
#[derive(Debug, Clone, PartialEq)]
pub struct LabOptions {
    /// Number of guests beside the templates.
    pub guests: u32,
    /// Names, states and figures follow from it.
    pub seed: u32,
    /// Real seconds per Proxmox second; 0: a task has ended when its call is answered.
    pub time_scale: f64,
    /// Real seconds added to every answer.
    pub latency: f64,
    /// How old `/cluster/resources` may be, in seconds of the lab's clock.
    pub stats_lag: f64,
    /// 8 or 9.
    pub pve_version: u8,
    /// Rules in force from the start, as [`Lab::fault`](crate::Lab::fault) takes them.
    pub faults: Vec<Value>,
}

impl Default for LabOptions {
    fn default() -> Self {
        Self {
            guests: 40,
            seed: 1,
            time_scale: 0.01,
            latency: 0.0,
            stats_lag: 0.0,
            pve_version: 9,
            faults: Vec::new(),
        }
    }
}

impl LabOptions {
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = ["-m", "lab", "--port", "0", "--with-parent"]
            .map(str::to_owned)
            .into();
        let mut flag = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        flag("--guests", self.guests.to_string());
        flag("--seed", self.seed.to_string());
        flag("--time-scale", self.time_scale.to_string());
        flag("--latency", self.latency.to_string());
        flag("--stats-lag", self.stats_lag.to_string());
        flag("--pve-version", self.pve_version.to_string());
        for fault in &self.faults {
            flag("--fault", fault.to_string());
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_flags() {
        let options = LabOptions {
            guests: 3,
            faults: vec![serde_json::json!({"action": "hang"})],
            ..LabOptions::default()
        };
        let line = options.arguments().join(" ");
        assert!(
            line.contains("--guests 3") && line.contains(r#"--fault {"action":"hang"}"#),
            "{line}"
        );
        assert!(line.contains("--with-parent"), "{line}");
    }
}
