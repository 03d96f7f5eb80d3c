//! The configuration: `drover.toml`, and the environment over it. Read once at start and checked as a whole;
//! what is wrong is said in a sentence that names the key, and never repeats a secret.

mod checked;
mod clusters;
mod environment;
mod list;
mod raw;
mod sources;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Toml};

pub use checked::{Config, SessionConfig};

use self::environment::Environment;
use self::raw::Raw;

#[cfg(test)]
mod tests;

/// Why the configuration can't be used, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// The file that is read where none is named, if it is there.
const DEFAULT_FILE: &str = "drover.toml";

impl Config {
    /// Reads `file`, or `drover.toml` where it exists, and the environment of this process.
    ///
    /// # Errors
    /// A sentence that names the key in error.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::read(file, |name| std::env::var(name).ok())
    }

    /// As [`Config::load`], with the environment passed in.
    ///
    /// # Errors
    /// A sentence that names the key in error.
    pub fn read(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let path = file.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_path_buf);
        if file.is_some() && !path.is_file() {
            return Err(ConfigError(format!(
                "the configuration file {} can't be read",
                path.display()
            )));
        }
        // figment refuses a file that is not there, and only a named one has to be.
        let written = if path.is_file() {
            Figment::from(Toml::file_exact(&path))
        } else {
            Figment::new()
        };
        let environment = Environment::read(env);
        let mut raw: Raw = written
            .merge(&environment)
            .extract()
            .map_err(|error| ConfigError(sentence(&error)))?;
        if let Some(cluster) = &mut raw.proxmox {
            environment.settle(cluster);
        }
        Config::check(raw)
    }
}

/// What figment says, without the values that it quotes: one of them may be a secret.
fn sentence(error: &figment::Error) -> String {
    use figment::error::Kind;
    let key = error.path.join(".");
    let place = error
        .metadata
        .as_ref()
        .map(|m| format!(" ({})", m.name))
        .unwrap_or_default();
    match &error.kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("{key} must be {expected}{place}")
        }
        Kind::UnknownField(field, known) => {
            let prefix = if key.is_empty() {
                String::new()
            } else {
                format!("{key}.")
            };
            format!(
                "there is no setting {prefix}{field}; known here: {}{place}",
                known.join(", ")
            )
        }
        Kind::MissingField(field) => format!("{field} is missing{place}"),
        // The parser's text shows the line in error, which may hold a secret; its first line says where.
        Kind::Message(text) if key.is_empty() => {
            format!(
                "{}{place}",
                text.lines().next().unwrap_or("the file can't be read")
            )
        }
        Kind::Message(text) => format!("{key}: {text}{place}"),
        _ => format!("{key} can't be read{place}"),
    }
}
