//! The sums over all servers and nodes, as the second version names them.

use drover_types::overview::Overview;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::gigabytes;

/// The sums. "Used" is what is allocated to the servers that run, as old clients expect; `cpu_usage_percent` and
/// `memory_usage_percent` are what the nodes really use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub(super) struct Totals {
    /// Servers.
    total_servers: u32,
    /// Those that run.
    running_servers: u32,
    /// Those that are off.
    stopped_servers: u32,
    /// Processors of the nodes.
    node_total_cpu: u32,
    /// Memory of the nodes.
    node_total_memory_gb: f64,
    /// Memory of the nodes in use.
    node_used_memory_gb: f64,
    /// Cores of all servers.
    vm_total_cpu: u32,
    /// Memory of all servers.
    vm_total_memory_gb: f64,
    /// Cores of the servers that run.
    vm_used_cpu: u32,
    /// Memory of the servers that run.
    vm_used_memory_gb: f64,
    /// Load of the nodes' processors.
    cpu_usage_percent: f64,
    /// Use of the nodes' memory.
    memory_usage_percent: f64,
    /// Cores of the servers that run, of the nodes' processors; above 100 where more is promised than there is.
    cpu_allocation_percent: f64,
    /// Memory of the servers that run, of the nodes'.
    memory_allocation_percent: f64,
}

impl Totals {
    /// The sums of an overview.
    pub(super) fn of(overview: &Overview) -> Self {
        let (cpu, memory) = (overview.cpu, overview.memory);
        Self {
            total_servers: overview.guests.total,
            running_servers: overview.guests.running,
            stopped_servers: overview.guests.stopped,
            node_total_cpu: cpu.cores,
            node_total_memory_gb: gigabytes(memory.total_bytes),
            node_used_memory_gb: gigabytes(memory.used_bytes),
            vm_total_cpu: cpu.allocated,
            vm_total_memory_gb: gigabytes(memory.allocated_bytes),
            vm_used_cpu: cpu.allocated_running,
            vm_used_memory_gb: gigabytes(memory.allocated_running_bytes),
            cpu_usage_percent: cpu.used_percent.into(),
            memory_usage_percent: share(memory.used_bytes, memory.total_bytes),
            cpu_allocation_percent: share(cpu.allocated_running.into(), cpu.cores.into()),
            memory_allocation_percent: share(memory.allocated_running_bytes, memory.total_bytes),
        }
    }
}

/// `part` of `whole` in percent with one decimal; it may be above 100.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 / whole as f64 * 1000.0).round() / 10.0
}
