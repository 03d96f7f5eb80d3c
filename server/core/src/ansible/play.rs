//! One run of one role on one server, as a process of its own.

use std::process::Stdio;
use std::time::Duration;

use drover_types::role::{RoleInfo, RoleValues, RunKind};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, Split, Take};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::report::Report;
use super::run_folder::RunFolder;
use super::ssh::Contact;
use super::tool::Ansible;
use crate::error::{Error, Result};

/// How much is read of what a run says: one that says more is ended by the closed pipe.
const MOST: u64 = 16 << 20;
/// How long what is called off may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// What is run.
pub(crate) struct Play<'a> {
    /// The role.
    pub role: &'a RoleInfo,
    /// What for.
    pub kind: RunKind,
    /// Every variable of it.
    pub values: &'a RoleValues,
    /// On which server.
    pub contact: &'a Contact,
}

/// A line of what is said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Line {
    /// By the callback.
    Report(Report),
    /// By Ansible itself.
    Other(String),
}

/// A run under way. It ends with this: where its standard input is closed, the callback ends all that the run has started,
/// though that has left the process group.
pub(crate) struct Playing {
    child: Child,
    /// Closed where this is dropped, or this process is killed.
    stdin: Option<ChildStdin>,
    /// What is said, until it is closed.
    stdout: Option<Lines<ChildStdout>>,
    stderr: Option<Lines<ChildStderr>>,
}

impl Ansible {
    /// Starts a run.
    ///
    /// # Errors
    /// Where the process can't be started.
    pub(crate) fn play(&self, folder: &RunFolder, play: &Play<'_>) -> Result<Playing> {
        let failed =
            |error: std::io::Error| Error::Internal(format!("ansible-playbook can't be run: {error}"));
        folder
            .write_role(play.contact, play.role, play.values)
            .map_err(failed)?;
        let playbook = match play.kind {
            RunKind::Apply | RunKind::Check => "apply.yml",
            RunKind::Remove => "uninstall.yml",
        };
        let mut command = Command::new(self.playbook()?);
        command
            .args(["-i", "inventory.json", "-e", "@variables.yml"])
            .arg(self.roles().join(playbook));
        if play.kind == RunKind::Check {
            command.args(["--check", "--diff"]);
        }
        // Nothing of what this process is told of itself, secrets among that.
        command.env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        let mut child = command
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", folder.path())
            .env("ANSIBLE_HOME", folder.path().join("ansible"))
            .env("ANSIBLE_CONFIG", self.roles().join("ansible.cfg"))
            .env("ANSIBLE_ROLES_PATH", self.roles_path(play.role.source))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        Ok(Playing {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().map(lines),
            stderr: child.stderr.take().map(lines),
            child,
        })
    }
}

impl Playing {
    /// The next line; `None` once nothing more comes. May be dropped and asked again.
    pub(crate) async fn next(&mut self) -> Option<Line> {
        while self.stdout.is_some() || self.stderr.is_some() {
            // Only the callback writes to standard output.
            let (said, may_report) = tokio::select! {
                said = segment(&mut self.stdout), if self.stdout.is_some() => (said, true),
                said = segment(&mut self.stderr), if self.stderr.is_some() => (said, false),
            };
            let text = String::from_utf8_lossy(&said);
            let text = text.trim_end();
            if !text.is_empty() {
                let report = Report::read(text).filter(|_| may_report).map(Line::Report);
                return Some(report.unwrap_or_else(|| Line::Other(text.to_owned())));
            }
        }
        None
    }

    /// Waits for the end; whether all went well.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub(crate) async fn end(mut self) -> Result<bool> {
        let status = self.child.wait().await;
        let status = status.map_err(|error| Error::Internal(format!("ansible-playbook: {error}")))?;
        Ok(status.success())
    }

    /// Calls it off and waits for its end.
    pub(crate) async fn call_off(mut self) {
        drop(self.stdin.take());
        if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
            self.kill();
            // It can't but end now.
            let _ = self.child.wait().await;
        }
    }

    /// For one that does not even load the callback.
    fn kill(&self) {
        let group = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            tracing::debug!(%error, "a run of Ansible's was gone already");
        }
    }
}

/// The lines of a pipe, as far as they are read.
type Lines<R> = Split<BufReader<Take<R>>>;

fn lines<R: AsyncRead + Unpin>(pipe: R) -> Lines<R> {
    BufReader::new(pipe.take(MOST)).split(b'\n')
}

/// The next line of a pipe, which is put away once it is closed. Nothing is lost where this is dropped.
async fn segment<R: AsyncRead + Unpin>(pipe: &mut Option<Lines<R>>) -> Vec<u8> {
    let Some(open) = pipe else { return Vec::new() };
    if let Ok(Some(said)) = open.next_segment().await {
        return said;
    }
    *pipe = None;
    Vec::new()
}
