//! From the body of a backup, as every version of the API writes it, to the input of the service.

use drover_core::{Error, Result};
use drover_types::backup::{BackUp, BackupMode, Compression, Retention};
use drover_types::error::FieldProblems;
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::input::Object;
use crate::api::servers::fields::{Fields, Notes};

/// The storage where none is named.
pub(super) const STORAGE: &str = "local";
/// What is noted where nothing is said, as Proxmox's own pages do it: a backup tells whose it is when its guest is gone.
const NOTES: &str = "{{guestname}}";
/// Where the first version of the API has all fields.
const NESTED: &str = "backup_config";

/// A backup to be made. The fields may stand in `backup_config` as well; one that is said twice and differs is refused.
/// What is not listed is ignored and named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"storage": "nfs", "mode": "snapshot", "compress": "zstd", "notes": "before the update"}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct BackUpBody {
    /// The storage it is put on.
    #[schema(default = "local")]
    storage: Option<String>,
    /// `snapshot` (the server goes on running), `suspend` or `stop`.
    #[schema(default = "snapshot")]
    mode: Option<String>,
    /// `zstd`, `gzip`, `lzo` or `0` for none.
    #[schema(default = "zstd")]
    compress: Option<String>,
    /// What is noted on it, also as `description`; `{{guestname}}`, `{{vmid}}`, `{{node}}` and `{{cluster}}` are filled
    /// in.
    #[schema(default = "{{guestname}}")]
    notes: Option<String>,
    /// Whether nobody may delete it.
    #[schema(default = false)]
    protected: Option<bool>,
    /// Whether older backups of the server are pruned on that storage afterwards, as its settings in Proxmox say;
    /// where they say nothing, all are kept.
    #[schema(default = false)]
    remove: Option<bool>,
    /// Which older ones are kept, in place of what the storage's settings say. In Proxmox that needs
    /// `Datastore.Allocate` on the storage.
    retention: Option<Retention>,
}

/// A body that was read.
pub(super) struct Read {
    /// What is asked for.
    pub how: BackUp,
    /// The fields that were not looked at.
    pub warnings: Vec<String>,
}

/// The whole body, and the object in it that may have the same fields.
pub(super) struct Reading {
    whole: Fields,
    nested: Option<Fields>,
    pub notes: Notes,
}

impl Reading {
    /// Begins with `body`.
    pub(super) fn new(body: Object) -> Self {
        let mut whole = Fields::new(body);
        Self {
            nested: whole.object(NESTED),
            whole,
            notes: Notes::default(),
        }
    }

    /// A field under any of its names, wherever it stands. Where two of them differ nobody knows which is meant.
    fn field<T: PartialEq + ToString>(
        &mut self,
        names: &[&str],
        read: impl Fn(&mut Fields, &str, &mut Notes) -> Option<T>,
    ) -> Option<T> {
        let mut found: Option<T> = None;
        for fields in self.nested.iter_mut().chain([&mut self.whole]) {
            for name in names {
                let said = read(fields, name, &mut self.notes);
                match (&found, said) {
                    (None, said) => found = said,
                    (Some(first), Some(other)) if *first != other => {
                        let (given, known) = (other.to_string(), vec![first.to_string()]);
                        let problem = Problem::UnknownChoice { given, known };
                        self.notes.problems.entry(fields.path(name)).or_insert(problem);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Whether a field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut all = self.nested.iter().chain([&self.whole]);
        all.any(|fields| fields.has(name))
    }

    /// A text.
    pub(super) fn text(&mut self, names: &[&str]) -> Option<String> {
        self.field(names, Fields::text)
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        self.field(&[name], Fields::flag_or_number)
    }

    /// A whole number.
    pub(super) fn number(&mut self, name: &str) -> Option<u32> {
        let number = self.field(&[name], Fields::number)?;
        Some(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// What has a shape of its own.
    pub(super) fn retention(&mut self) -> Option<Retention> {
        let nested = self.nested.as_mut();
        let nested = nested.and_then(|fields| fields.shaped("retention", &mut self.notes));
        nested.or_else(|| self.whole.shaped("retention", &mut self.notes))
    }

    /// Names, as a list or as one text with commas.
    pub(super) fn names(&mut self, name: &str) -> Vec<String> {
        self.whole.texts(name, &[','], &mut self.notes)
    }

    /// A word of a list.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let given = self.text(&[name])?;
        let found = all.iter().copied().find(|one| word(*one) == given);
        if found.is_none() {
            let known = all.iter().map(|one| word(*one).to_owned()).collect();
            let problem = Problem::UnknownChoice { given, known };
            self.problem(name, problem);
        }
        found
    }

    /// Notes that a field is wrong.
    pub(super) fn problem(&mut self, name: &str, problem: Problem) {
        self.notes.problems.entry(name.to_owned()).or_insert(problem);
    }

    /// How a backup is asked for.
    pub(super) fn back_up(&mut self) -> BackUp {
        BackUp {
            storage: self.text(&["storage"]).unwrap_or_else(|| STORAGE.to_owned()),
            mode: self
                .word("mode", BackupMode::ALL, BackupMode::as_str)
                .unwrap_or_default(),
            compression: self
                .word("compress", Compression::ALL, Compression::as_str)
                .unwrap_or_default(),
            notes: self
                .text(&["notes", "description"])
                .unwrap_or_else(|| NOTES.to_owned()),
            protected: self.flag("protected").unwrap_or_default(),
            as_storage_says: self.flag("remove").unwrap_or_default(),
            retention: self.retention(),
        }
    }

    /// The end: what was not looked at.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is wrong.
    pub(super) fn finish(self) -> Result<Vec<String>> {
        let Self {
            whole,
            nested,
            mut notes,
        } = self;
        whole.finish(&mut notes);
        if let Some(nested) = nested {
            nested.finish(&mut notes);
        }
        refused(notes.problems)?;
        Ok(notes.ignored)
    }
}

fn refused(problems: FieldProblems) -> Result<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Reads how a backup is asked for.
///
/// # Errors
/// [`Error::Invalid`] with every field that is wrong.
pub(super) fn read(body: Object) -> Result<Read> {
    let mut reading = Reading::new(body);
    let how = reading.back_up();
    let warnings = reading.finish()?;
    Ok(Read { how, warnings })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(body: Value) -> Result<Read> {
        let Value::Object(body) = body else {
            panic!("a body is an object")
        };
        read(body)
    }

    fn fields(body: Value) -> Vec<String> {
        match asked(body) {
            Err(Error::Invalid(problems)) => problems.into_keys().collect(),
            _ => panic!("it is refused"),
        }
    }

    #[test]
    fn both_versions_ask_for_the_same() {
        let nested = json!({"backup_config": {
            "storage": "nfs", "compress": "lzo", "mode": "stop", "remove": true, "notes": "before",
        }});
        let flat = json!({
            "storage": "nfs", "compress": "lzo", "mode": "stop", "remove": 1, "description": "before",
        });
        let how = asked(nested).unwrap().how;
        assert_eq!(asked(flat).unwrap().how, how);
        assert!(how.as_storage_says && how.retention.is_none());
        assert_eq!(
            (how.mode, how.compression, how.notes.as_str()),
            (BackupMode::Stop, Compression::Lzo, "before")
        );
    }

    #[test]
    fn what_is_left_out_has_a_default_and_nothing_is_pruned() {
        let read = asked(json!({"colour": "red", "backup_config": {"size": 1}})).unwrap();
        let expected = BackUp {
            storage: STORAGE.into(),
            notes: NOTES.into(),
            ..BackUp::default()
        };
        assert_eq!(read.how, expected);
        assert_eq!(read.warnings, ["colour", "backup_config.size"]);
        assert_eq!(
            asked(json!({"compress": 0})).unwrap().how.compression,
            Compression::None
        );
    }

    #[test]
    fn two_that_differ_and_unknown_words_are_refused() {
        let twice = json!({"storage": "local", "backup_config": {"storage": "nfs"}});
        assert_eq!(fields(twice), ["storage"]);
        assert_eq!(fields(json!({"notes": "a", "description": "b"})), ["description"]);
        let words = json!({"mode": "running", "compress": "zip", "remove": "maybe", "retention": {"keep-last": "all"}});
        assert_eq!(
            fields(words),
            ["compress", "mode", "remove", "retention.keep-last"]
        );
    }
}
