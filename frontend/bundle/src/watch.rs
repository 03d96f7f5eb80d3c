//! `make dev`: waits for a change, builds what it touches and starts the server again.
//! A failed build prints its errors and leaves what runs running.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use anyhow::{Context, Result};
use notify::{EventKind, RecursiveMode, Watcher};

use crate::{
    site::{self, Plan},
    table, workspace,
};

/// What a change touches.
const SITE: [&str; 4] = ["app", "frontend/src", "style", "public"];
const SERVER: [&str; 3] = ["app", "server", "migrations"];

/// An editor writes several files at once: wait until it is quiet for this long.
const QUIET: Duration = Duration::from_millis(200);

/// Builds, runs and watches until it is interrupted.
///
/// # Errors
/// A folder that can't be watched, or a command that can't be started.
pub fn run(plan: &Plan, command: &[String]) -> Result<()> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A send fails only when the loop below has ended.
        let _ = match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => Ok(()),
            Ok(event) => sender.send(Ok(event.paths)),
            Err(error) => sender.send(Err(error)),
        };
    })?;
    for folder in SITE.iter().chain(&SERVER) {
        let folder = plan.root.join(folder);
        watcher
            .watch(&folder, RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {}", folder.display()))?;
    }

    let mut server = Server {
        command: command.to_vec(),
        running: None,
    };
    let mut changed = Changed {
        site: true,
        server: true,
    };
    loop {
        rebuild(plan, changed, &mut server)?;
        changed = next(&plan.root, &changes)?;
    }
}

#[derive(Clone, Copy, Default)]
struct Changed {
    site: bool,
    server: bool,
}

/// Waits for a change and for the quiet after it.
fn next(root: &Path, changes: &Receiver<notify::Result<Vec<PathBuf>>>) -> Result<Changed> {
    let mut changed = Changed::default();
    let mut note = |paths: Vec<PathBuf>| {
        for path in paths {
            changed.site |= SITE.iter().any(|folder| path.starts_with(root.join(folder)));
            changed.server |= SERVER.iter().any(|folder| path.starts_with(root.join(folder)));
        }
    };
    note(changes.recv()??);
    loop {
        match changes.recv_timeout(QUIET) {
            Ok(paths) => note(paths?),
            Err(RecvTimeoutError::Timeout) => return Ok(changed),
            Err(error) => return Err(error.into()),
        }
    }
}

fn rebuild(plan: &Plan, changed: Changed, server: &mut Server) -> Result<()> {
    let site = if changed.site {
        site::make(plan).map(Some)
    } else {
        Ok(None)
    };
    match site {
        Ok(Some(made)) => table::print(&made),
        Ok(None) => {}
        Err(error) => {
            eprintln!("site: {error:#}");
            return Ok(());
        }
    }
    if server.command.is_empty() {
        return Ok(());
    }
    if changed.server
        && !workspace::cargo(&plan.root)
            .args(["build", "-p", "server"])
            .status()?
            .success()
    {
        return Ok(());
    }
    server.restart()
}

/// The command that shows the result; it reads the site when it starts.
struct Server {
    command: Vec<String>,
    running: Option<Child>,
}

impl Server {
    fn restart(&mut self) -> Result<()> {
        self.stop()?;
        let Some((program, arguments)) = self.command.split_first() else {
            return Ok(());
        };
        let child = Command::new(program)
            .args(arguments)
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        self.running = Some(child);
        Ok(())
    }

    fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.running.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("cannot stop the server: {error:#}");
        }
    }
}
