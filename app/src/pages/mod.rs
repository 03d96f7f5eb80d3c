//! One folder or file per area of the interface.

mod audit;
mod backups;
mod clean_up;
mod firewall;
mod gallery;
mod monitoring;
mod new_server;
mod not_found;
mod overview;
mod profile;
mod roles;
mod server;
mod servers;
mod sign_in;
mod storage;
mod tasks;
mod users;

pub use audit::Audit;
pub use backups::{Backups, GuestBackups};
pub use clean_up::CleanUp;
pub use firewall::{Firewall, FirewallGroup};
pub use gallery::Gallery;
pub use monitoring::Monitoring;
pub use new_server::NewServer;
pub use not_found::NotFound;
pub use overview::Overview;
pub use profile::Profile;
pub use roles::{Role, Roles};
pub use server::Server;
pub use servers::Servers;
pub use sign_in::SignIn;
pub use storage::Storage;
pub use tasks::{Task, Tasks};
pub use users::{User, Users};
