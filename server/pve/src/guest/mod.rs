//! A guest's configuration: keys with values, many of which are small languages of their own
//! (`PVE::QemuServer`, `PVE::QemuServer::Drive`, `PVE::QemuServer::Network`, `PVE::LXC::Config`).

mod change;
mod config;
mod config_text;
mod disk;
mod ip_config;
mod nic;
mod properties;
mod size;

pub use change::ConfigChange;
pub use config::GuestConfig;
pub use disk::{Disk, VolumeId};
pub use ip_config::IpConfig;
pub use nic::Nic;
pub use properties::{InvalidProperty, Properties};
pub use size::{format_size, parse_size};
