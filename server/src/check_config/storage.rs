//! The data folder and the database. What is not there yet is left to the first start.

use std::path::Path;

use drover_core::store::{Address, Schema};

use super::finding::Finding;
use crate::config::Config;

/// Whether the data folder, or the folder that it will be made in, can be written.
pub(super) fn data_folder(data: &Path) -> Finding {
    // A relative path has the working folder at its end, which is called "".
    let there = data
        .ancestors()
        .map(|path| {
            if path.as_os_str().is_empty() {
                Path::new(".")
            } else {
                path
            }
        })
        .find(|path| path.exists())
        .unwrap_or(data);
    let trial = there.join(".drover-check-config");
    let tried = std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial));
    match tried {
        Ok(()) if there == data => {
            Finding::Good(format!("the data folder {} can be written", data.display()))
        }
        Ok(()) => Finding::Good(format!(
            "the data folder {} is not there yet; the first start makes it",
            data.display()
        )),
        Err(error) => Finding::Bad(
            format!("the data folder {} can't be written: {error}", data.display()),
            "Make it, or give it to the user that Drover runs as; DROVER_DATA names another.".to_owned(),
        ),
    }
}

/// Whether the database answers, and what the next start makes of its schema.
pub(super) async fn database(config: &Config) -> Finding {
    let bad = |why: String| Finding::Bad(why, "DATABASE_URL names the database.".to_owned());
    let address = match Address::of(config.database_url.as_ref(), &config.data) {
        Ok(address) => address,
        Err(error) => return bad(error.to_string()),
    };
    if let Some(folder) = address.path().and_then(Path::parent)
        && config.database_url.is_some()
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        return bad(format!(
            "there is no folder {} for the database",
            folder.display()
        ));
    }
    match Schema::look(&address).await {
        Ok(Schema::Missing) => Finding::Good(match address.path() {
            Some(file) => format!(
                "the database {} is not there yet; the first start makes it",
                file.display()
            ),
            None => "the database answers and is empty; the first start makes its schema".to_owned(),
        }),
        Ok(Schema::Behind { has, needs }) => Finding::Good(format!(
            "the database answers; the next start brings its schema from version {has} to {needs}"
        )),
        Ok(Schema::Current(version)) => Finding::Good(format!(
            "the database answers and its schema, version {version}, is up to date"
        )),
        Err(error) => bad(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_core::store::Db;

    fn configured(data: &Path, url: Option<&str>) -> Config {
        let data = data.display().to_string();
        Config::read(None, |name| match name {
            "DROVER_DATA" => Some(data.clone()),
            "DATABASE_URL" => url.map(str::to_owned),
            "PROXMOX_ENDPOINT" => Some("https://pve1:8006".to_owned()),
            "PROXMOX_API_TOKEN" => Some("drover@pve!main=secret".to_owned()),
            _ => None,
        })
        .unwrap()
    }

    #[tokio::test]
    async fn nothing_is_made_by_looking() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.db");
        let url = format!("sqlite://{}", file.display());
        let missing = folder.path().join("data/deep");
        for url in [None, Some(url.as_str())] {
            let config = configured(&missing, url);
            let found = (data_folder(&config.data), database(&config).await);
            let (Finding::Good(data), Finding::Good(database)) = &found else {
                panic!("{found:?}")
            };
            assert!(
                data.contains("first start") && database.contains("first start"),
                "{found:?}"
            );
            assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        }
        let nowhere = configured(folder.path(), Some("sqlite:///nowhere/at/all.db"));
        let found = database(&nowhere).await;
        assert!(
            matches!(&found, Finding::Bad(why, _) if why.contains("/nowhere/at")),
            "{found:?}"
        );
    }

    #[tokio::test]
    async fn a_schema_is_looked_at_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drover.db");
        let db = Db::open_file(&file).await.unwrap();
        let Db::Sqlite { write, .. } = &db else {
            panic!("not SQLite")
        };
        sqlx::query("DELETE FROM _sqlx_migrations")
            .execute(write)
            .await
            .unwrap();
        db.close().await;
        let before = std::fs::read(&file).unwrap();
        let config = configured(folder.path(), None);
        let found = database(&config).await;
        assert!(
            matches!(&found, Finding::Good(how) if how.contains("from version 0 to")),
            "{found:?}"
        );
        assert!(
            std::fs::read(&file).unwrap() == before,
            "the database was changed"
        );
        assert!(matches!(data_folder(folder.path()), Finding::Good(_)));
    }
}
