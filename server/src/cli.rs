//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Drover: a control panel for Proxmox VE.
#[derive(Debug, Parser)]
#[command(name = "drover", version, about)]
pub struct Cli {
    /// The configuration file; drover.toml where it exists. The environment wins over it.
    #[arg(long, short, global = true, env = "DROVER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What to do; serve if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the panel.
    Serve,
    /// Test the configuration against the live clusters and say what is wrong and how to mend it.
    CheckConfig,
    /// Write the dashboards and the provisioning files for Grafana into a folder.
    GrafanaFiles {
        /// Where to; it is made where it is not there.
        folder: PathBuf,
    },
}
