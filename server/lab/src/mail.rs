//! A mail server to send to (`end2end/lab/mail.py`): it keeps nothing and tells what it takes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::error::LabError;
use crate::process::Process;

/// Generous, for a machine that is busy compiling.
const ARRIVAL: Duration = Duration::from_mins(1);

/// How it is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailOptions {
    /// `starttls`, `tls`, or nothing for neither.
    pub security: Option<&'static str>,
    /// The password of the user `drover`; without one nobody has to sign in.
    pub password: Option<&'static str>,
    /// Answers to the first mails, such as `451 later`, in place of taking them.
    pub refuse: Vec<&'static str>,
    /// Addresses with the answers to whoever writes to them, such as `a@example.org 550 nobody`, each given once.
    pub refuse_recipients: Vec<&'static str>,
}

/// A running mail server. It ends when this is dropped, and when the process that holds it dies.
#[derive(Debug)]
pub struct MailServer {
    /// Its port on loopback.
    pub port: u16,
    /// Its certificate in PEM, to be trusted as an authority.
    pub authority: String,
    lines: UnboundedReceiver<String>,
    _process: Process,
}

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TakenMail {
    /// Whom the envelope names as the sender.
    pub from: String,
    /// To whom it went.
    pub to: Vec<String>,
    /// Its headers, decoded.
    pub headers: BTreeMap<String, String>,
    /// The plain text.
    pub plain: String,
    /// The same as a page.
    pub html: String,
    /// Whether it came by TLS.
    pub tls: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

#[derive(Deserialize)]
struct Ready {
    port: u16,
    authority: String,
}

impl MailServer {
    /// Starts one and waits until it is ready.
    ///
    /// # Errors
    /// Where `LAB_PYTHON` isn't set, or it doesn't start.
    pub async fn start(options: MailOptions) -> Result<Self, LabError> {
        let mut arguments = vec!["-m".to_owned(), "lab.mail".to_owned()];
        let mut flag = |name: &str, value: &str| arguments.extend([name.to_owned(), value.to_owned()]);
        flag("--security", options.security.unwrap_or("none"));
        flag("--password", options.password.unwrap_or_default());
        for answer in options.refuse {
            flag("--refuse", answer);
        }
        for answer in options.refuse_recipients {
            flag("--refuse-recipient", answer);
        }
        let (process, ready, lines) = Process::start::<Ready>(arguments).await?;
        Ok(Self {
            port: ready.port,
            authority: ready.authority,
            lines,
            _process: process,
        })
    }

    /// The next mail that it takes.
    ///
    /// # Errors
    /// Where none comes within a minute.
    pub async fn next(&mut self) -> Result<TakenMail, LabError> {
        let line = timeout(ARRIVAL, self.lines.recv()).await.ok().flatten();
        let line = line.ok_or_else(|| LabError::new("no mail has come"))?;
        serde_json::from_str(&line)
            .map_err(|error| LabError::new(format!("a mail can't be read ({error}): {line}")))
    }

    /// Whether another mail has come that nobody has asked for.
    pub fn has_more(&self) -> bool {
        !self.lines.is_empty()
    }
}
