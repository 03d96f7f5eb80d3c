//! A server's configuration: what Proxmox keeps, how it is changed, and what is checked of a change before Proxmox
//! is asked. Knows no cluster: whether a bridge or a storage is there is the service's to say.

mod change;
mod check;
mod check_network;
mod disk;
mod read;

pub use change::{
    Apply, CPU_TYPES, CloudInitChange, ConfigurationChange, ConfigurationChanged, NIC_MODELS, NicAddresses,
    NicEdit, NicSettings,
};
pub use disk::{DiskBus, DiskEdit};
pub use read::{CloudInit, NicConfiguration, PendingChange, ServerConfiguration};
