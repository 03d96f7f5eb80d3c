//! The lab's process: found by `LAB_PYTHON`, gone with the [`Lab`] that started it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rustls::crypto::ring;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::error::LabError;
use crate::options::LabOptions;

/// Generous, for a machine that is busy compiling.
const START: Duration = Duration::from_mins(2);
/// Longer than a control call ever waits by itself.
const CALL: Duration = Duration::from_mins(2);
/// It takes a fraction of a second to close its listeners.
const END: Duration = Duration::from_secs(5);

/// A running lab. It ends when this is dropped, and when the process that holds it dies.
#[derive(Debug)]
pub struct Lab {
    /// The address of every node.
    pub api: Vec<String>,
    /// An API token with Drover's least privileges, `user@realm!name=secret`.
    pub token: String,
    /// The user behind the token.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// SHA-256 fingerprint of the certificate that all nodes share.
    pub fingerprint: String,
    /// The certificate, to be trusted as an authority.
    pub ca_file: PathBuf,
    /// Address of the control API.
    pub control: String,
    /// The cluster's name.
    pub cluster: String,
    pub(crate) http: reqwest::Client,
    _process: Process,
}

/// It ends when its standard input is closed, and cleans up behind itself, which a kill would not let it.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    output_ended: mpsc::Receiver<()>,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.stdin.take());
        if self.output_ended.recv_timeout(END).is_err() {
            eprintln!("the lab doesn't end by itself and is killed");
            if let Err(error) = self.child.kill() {
                eprintln!("the lab can't be killed: {error}");
            }
        }
        if let Err(error) = self.child.wait() {
            eprintln!("the lab's end can't be seen: {error}");
        }
    }
}

impl Process {
    /// Runs the lab's interpreter and waits for its first line; the others follow.
    pub(crate) async fn start<R: DeserializeOwned>(
        arguments: impl IntoIterator<Item = String>,
    ) -> Result<(Self, R, UnboundedReceiver<String>), LabError> {
        let python = std::env::var_os("LAB_PYTHON").filter(|path| !path.is_empty()).ok_or_else(|| {
            LabError::new(
                "LAB_PYTHON is not set: it names the Python interpreter that has end2end/lab/requirements-dev.txt \
                 installed; `make test` makes one and sets it",
            )
        })?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end");
        let mut child = Command::new(&python)
            .args(arguments)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                LabError::new(format!("{} (LAB_PYTHON) can't be run: {error}", python.display()))
            })?;
        let stdin = child.stdin.take();
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| LabError::new("the lab has no output"))?;
        let (mut lines, output_ended) = watch(stdout);
        let mut process = Self {
            child,
            stdin,
            output_ended,
        };
        let first = timeout(START, lines.recv())
            .await
            .map_err(|_| LabError::new("the lab is not ready after two minutes"))?;
        let Some(line) = first else {
            let status = process.child.wait();
            let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
            return Err(LabError::new(format!(
                "the lab ends before it is ready ({status}); see its words above"
            )));
        };
        let ready = serde_json::from_str(&line).map_err(|error| {
            LabError::new(format!("the lab's first line can't be read ({error}): {line}"))
        })?;
        Ok((process, ready, lines))
    }
}

/// Reads the lines, and then waits for the end of the output, in a thread of its own.
fn watch(stdout: ChildStdout) -> (UnboundedReceiver<String>, mpsc::Receiver<()>) {
    let (line, lines) = unbounded_channel();
    let (ended, output_ended) = mpsc::channel();
    thread::spawn(move || {
        for read in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Nobody may be waiting any more.
            let _ = line.send(read);
        }
        let _ = ended.send(());
    });
    (lines, output_ended)
}

/// The line that the lab prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    api: Vec<String>,
    token: String,
    username: String,
    password: String,
    fingerprint: String,
    ca_file: PathBuf,
    control: String,
    cluster: String,
}

impl Lab {
    /// Starts a lab and waits until it is ready.
    ///
    /// # Errors
    /// Where `LAB_PYTHON` isn't set, or the lab doesn't start.
    pub async fn start(options: LabOptions) -> Result<Self, LabError> {
        let (process, ready, _) = Process::start::<Ready>(options.arguments()).await?;
        Ok(Self {
            api: ready.api,
            token: ready.token,
            username: ready.username,
            password: ready.password,
            fingerprint: ready.fingerprint,
            ca_file: ready.ca_file,
            control: ready.control,
            cluster: ready.cluster,
            http: http()?,
            _process: process,
        })
    }
}

/// The control API is plain HTTP, but reqwest wants to know a TLS library all the same.
fn http() -> Result<reqwest::Client, LabError> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| LabError::new(format!("TLS can't be set up: {error}")))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(CALL)
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|error| LabError::new(format!("no HTTP client: {error}")))
}
