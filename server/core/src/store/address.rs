//! Where the database is. Reads the configuration; nothing is opened here.

use std::path::Path;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use super::db::OpenError;

/// The file in the data folder where nothing else is configured.
const DEFAULT_FILE: &str = "drover.db";

/// Where a database is.
#[derive(Clone)]
pub struct Address(pub(super) Place);

#[derive(Clone)]
pub(super) enum Place {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    /// The configured database: that of `url`, or a file in the folder `data`.
    ///
    /// # Errors
    /// Where the address is not understood.
    pub fn of(url: Option<&SecretString>, data: &Path) -> Result<Self, OpenError> {
        url.map_or_else(|| Ok(Self::file(&data.join(DEFAULT_FILE))), Self::parse)
    }

    /// Reads an address.
    ///
    /// # Errors
    /// Where it is not understood, or names a database that is gone with the process.
    pub fn parse(url: &SecretString) -> Result<Self, OpenError> {
        let url = url.expose_secret();
        if url.starts_with("sqlite:") {
            if url.contains(":memory:") || url.contains("mode=memory") {
                return Err(OpenError::Memory);
            }
            let options = SqliteConnectOptions::from_str(url).map_err(|_| OpenError::Url)?;
            Ok(Self(Place::Sqlite(Box::new(options))))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(|_| OpenError::Url)?;
            Ok(Self(Place::Postgres(Box::new(options))))
        } else {
            Err(OpenError::Url)
        }
    }

    /// The SQLite file at `path`.
    pub fn file(path: &Path) -> Self {
        Self(Place::Sqlite(Box::new(
            SqliteConnectOptions::new().filename(path),
        )))
    }

    /// The file, where the database is one: then it belongs to one process at a time.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(options) => Some(options.get_filename()),
            Place::Postgres(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: Option<&str>) -> Result<Option<String>, OpenError> {
        let url = url.map(SecretString::from);
        let address = Address::of(url.as_ref(), Path::new("data"))?;
        Ok(address.path().map(|path| path.display().to_string()))
    }

    #[test]
    fn a_database_is_a_file_or_a_server_and_never_in_memory() {
        assert_eq!(path(None).unwrap().as_deref(), Some("data/drover.db"));
        for (url, file) in [
            ("sqlite:///srv/a.db", "/srv/a.db"),
            ("sqlite:a.db?mode=rwc", "a.db"),
            ("sqlite://a%20b.db", "a b.db"),
        ] {
            assert_eq!(path(Some(url)).unwrap().as_deref(), Some(file), "{url}");
        }
        assert_eq!(path(Some("postgres://drover@db/drover")).unwrap(), None);
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite:a?mode=memory"] {
            assert!(matches!(path(Some(url)), Err(OpenError::Memory)), "{url}");
        }
        for url in ["", "/srv/a.db", "mysql://db/drover", "postgres://db:port/"] {
            assert!(matches!(path(Some(url)), Err(OpenError::Url)), "{url}");
        }
    }
}
