//! `drover serve`: from a configuration to a server that listens, and back down in order.

use std::fs::{File, Permissions};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use drover_core::Clock;
use drover_core::channels::ChannelOptions;
use drover_core::drover::{Drover, Options};
use drover_core::sessions::SessionLimits;
use drover_core::tasks::TaskSettings;
use drover_core::users::FirstAdmin;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::lock;
use crate::metrics::Metrics;
use crate::router::{Server, router};
use crate::site::Site;

/// How long requests and tasks have to come to an end.
const GRACE: Duration = Duration::from_secs(10);

/// Logs to standard error; `RUST_LOG` chooses what.
pub fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Serves until the process is told to stop.
///
/// # Errors
/// A sentence that says what can't be used.
pub async fn serve(mut config: Config) -> anyhow::Result<()> {
    let data = config.data.clone();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&data)
        .with_context(|| format!("the data folder {} can't be made", data.display()))?;
    let options = Options {
        data: data.clone(),
        database_url: config.database_url.take(),
        secret_key: config.secret_key.take(),
        clusters: config.clusters.clone(),
        sessions: SessionLimits {
            idle: config.session.idle,
            absolute: config.session.max,
        },
        passwords: config.passwords,
        backup_refresh: config.backup_refresh,
        ansible: config.ansible.clone(),
        sources: config.sources.clone(),
        channels: ChannelOptions {
            allow: config.webhook_allow.clone(),
            public_url: config.public_url.clone(),
            ..ChannelOptions::default()
        },
        tasks: TaskSettings {
            self_tests: config.self_tests,
            retention_days: config.task_retention_days,
            bulk_limit: config.bulk_limit,
            answer_port: config.answer_port,
            backup_limit: config.backup_limit,
            role_runs: u32::try_from(config.ansible.at_once).unwrap_or(u32::MAX),
            ..TaskSettings::default()
        },
    };
    let _lock = match options.database()?.path() {
        Some(file) => Some(lock::hold(file)?),
        None => None,
    };
    let site = Site::load()?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let drover = Drover::start(options, Clock::system()).await?;
    let admin_password = config.admin_password.take();
    let metrics = config.metrics_token.take().map(Metrics::install).transpose()?;
    let stop = CancellationToken::new();
    let server = Server {
        metrics: metrics.clone(),
        ..Server::new(drover.clone(), site, config, stop.clone())
    };
    let app = router(&server)?;
    // After all that can fail: a generated password is told once, and nobody could sign in without it.
    let first = drover
        .ensure_admin(admin_password.as_ref())
        .await
        .context("the user admin can't be made")?;
    if let FirstAdmin::Generated(password) = first {
        tell_password(&data, &password)?;
    }

    let tracker = TaskTracker::new();
    let stopped = stop.clone();
    tracker.spawn(async move { Box::pin(drover.run(stopped)).await });
    if let Some(metrics) = metrics {
        tracker.spawn(metrics.keep_up(stop.clone()));
    }
    println!("Drover listens on http://{address}");
    let signal = stop.clone();
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            told_to_stop().await;
            tracing::info!("stopping: no new tasks, leases are given back, streams are closed");
            signal.cancel();
        });
    tokio::select! {
        result = server => result?,
        // Whoever keeps a connection open can't keep the process alive.
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    stop.cancel();
    tracker.close();
    if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!("some background work did not end in time; tasks go on at the next start");
    }
    Ok(())
}

/// Tells the first password: on the terminal, or where there is none in a file that only the owner reads.
fn tell_password(data: &Path, password: &SecretString) -> anyhow::Result<()> {
    if std::io::stdout().is_terminal() {
        println!("Sign in as admin with the password {}", password.expose_secret());
        println!("It is shown this once. Change it under Profile.");
        return Ok(());
    }
    let path = data.join("initial-admin-password");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{} can't be written", path.display()))?;
    // A file that was there before keeps its mode when it is opened.
    file.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(file, "{}", password.expose_secret())?;
    println!(
        "The password of the user admin is in {}; delete the file once you have signed in.",
        path.display()
    );
    Ok(())
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_that_is_in_use_is_refused_wherever_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let elsewhere = folder.path().join("other.db");
        let url = format!("sqlite://{}", elsewhere.display());
        for (url, file) in [(None, data.join("drover.db")), (Some(url), elsewhere)] {
            std::fs::create_dir_all(&data).unwrap();
            let held = lock::hold(&file).unwrap();
            let config = Config::read(None, |name| match name {
                "DROVER_DATA" => Some(data.display().to_string()),
                "DATABASE_URL" => url.clone(),
                "PROXMOX_ENDPOINT" => Some("https://pve1:8006".to_owned()),
                "PROXMOX_API_TOKEN" => Some("drover@pve!main=secret".to_owned()),
                _ => None,
            });
            let refused = serve(config.unwrap()).await.unwrap_err().to_string();
            assert!(refused.contains("another Drover"), "{refused}");
            assert!(!file.exists(), "it was opened nevertheless");
            drop(held);
        }
    }
}
