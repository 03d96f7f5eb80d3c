//! Wires the server together; everything it wires is in the library.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use server::check_config::{Finding, check};
use server::cli::{Cli, Command};
use server::config::Config;
use server::grafana::write_out;
use server::serve;

/// The system's own (glibc) keeps what a rush of sign-ins or of open browsers took, for every thread anew: more than
/// twice as much memory after a hundred of them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    serve::start_logging();
    // For whoever sets up Grafana, which may be another machine: nothing is configured there.
    if let Some(Command::GrafanaFiles { folder }) = &cli.command {
        return ended(write_out(folder));
    }
    let config = match Config::load(cli.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("drover: {error}");
            return ExitCode::from(2);
        }
    };
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => ended(serve::serve(config).await),
        Command::GrafanaFiles { folder } => ended(write_out(&folder)),
        Command::CheckConfig => {
            let findings = check(&config).await;
            for finding in &findings {
                println!("{finding}");
            }
            if findings.iter().any(|finding| matches!(finding, Finding::Bad(..))) {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            }
        }
    }
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("drover: {error:#}");
            ExitCode::FAILURE
        }
    }
}
