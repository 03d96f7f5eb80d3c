//! A notification as it is told outside: in the words of a channel's language, with a link back.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::notification::Level;
use drover_types::text::Note;
use uuid::Uuid;

/// What goes out.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// The id of its delivery: the same at every attempt.
    pub id: Uuid,
    pub note: &'a Note,
    pub task: Option<TaskId>,
    pub lang: Lang,
    pub title: String,
    pub body: String,
    /// Where it can be read up; `None` where Drover doesn't know its own address.
    pub link: Option<String>,
    /// When it happened.
    pub at: DateTime<Utc>,
}

impl<'a> Message<'a> {
    /// `note` in the words of `lang`.
    pub fn new(
        id: Uuid,
        note: &'a Note,
        task: Option<TaskId>,
        at: DateTime<Utc>,
        lang: Lang,
        public_url: Option<&str>,
    ) -> Self {
        Self {
            id,
            note,
            task,
            lang,
            title: note.title(lang),
            body: note.body(lang),
            link: public_url.map(|url| format!("{url}{}", path(note, task))),
            at,
        }
    }

    /// How grave it is.
    pub const fn level(&self) -> Level {
        self.note.level()
    }

    /// What its link is called.
    pub fn link_label(&self) -> &'static str {
        self.lang.pick("Drover에서 보기", "Open in Drover")
    }
}

/// The page that it leads to.
fn path(note: &Note, task: Option<TaskId>) -> String {
    match (task, note.category()) {
        (Some(task), _) => format!("/tasks/{task}"),
        (None, category @ ("firewall" | "monitoring")) => format!("/{category}"),
        (None, "backup") => "/backups".to_owned(),
        (None, _) => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_leads_to_its_task_or_page() {
        let of = |note: &Note, task, url| {
            Message::new(Uuid::nil(), note, task, DateTime::UNIX_EPOCH, Lang::En, url).link
        };
        let overdue = Note::BackupsOverdue {
            servers: Vec::new(),
            others: 1,
            days: 7,
        };
        let url = Some("https://drover.example.org");
        let task = TaskId(Uuid::nil());
        let to = |path: &str| Some(format!("https://drover.example.org{path}"));
        assert_eq!(of(&Note::Trial, None, None), None);
        assert_eq!(of(&Note::Trial, None, url), to("/"));
        assert_eq!(of(&overdue, None, url), to("/backups"));
        assert_eq!(of(&overdue, Some(task), url), to(&format!("/tasks/{task}")));
    }
}
