//! The bodies that each kind of receiver understands.

use drover_types::notification::Level;
use serde_json::{Value, json};

use super::message::Message;

/// Drover's own: what a program wants to know, and the words for people.
pub(super) fn webhook(message: &Message<'_>, channel: &str) -> Value {
    json!({
        "id": message.id,
        "channel": channel,
        "type": message.note.type_name(),
        "level": message.level().as_str(),
        "category": message.note.category(),
        "title": message.title,
        "message": message.body,
        "language": message.lang.code(),
        "servers": message.note.servers(),
        "task_id": message.task,
        "url": message.link,
        "created_at": message.at,
    })
}

/// An attachment, which Slack and those that follow it show beside a bar in the colour of the level
/// (<https://api.slack.com/reference/messaging/attachments>).
pub(super) fn slack(message: &Message<'_>) -> Value {
    let title = escaped(&message.title);
    let mut attachment = json!({
        "fallback": title,
        "title": title,
        "text": escaped(&message.body),
        "ts": message.at.timestamp(),
    });
    let colour = match message.level() {
        Level::Info => None,
        Level::Success => Some("good"),
        Level::Warning => Some("warning"),
        Level::Error => Some("danger"),
    };
    if let Some(colour) = colour {
        attachment["color"] = colour.into();
    }
    if let Some(link) = &message.link {
        attachment["title_link"] = link.as_str().into();
    }
    json!({"text": title, "attachments": [attachment]})
}

/// The signs that begin Slack's own marks.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Gotify's `POST /message`; from 8 on its apps make a noise (<https://gotify.net/docs/msgextras>).
pub(super) fn gotify(message: &Message<'_>) -> Value {
    let priority = match message.level() {
        Level::Info => 2,
        Level::Success => 4,
        Level::Warning => 6,
        Level::Error => 8,
    };
    let mut body = json!({"title": message.title, "message": message.body, "priority": priority});
    if let Some(link) = &message.link {
        body["extras"] = json!({"client::notification": {"click": {"url": link}}});
    }
    body
}

/// What ntfy takes at its root (<https://docs.ntfy.sh/publish/#publish-as-json>): five priorities, of which 3 is usual,
/// and names of pictures as tags.
pub(super) fn ntfy(message: &Message<'_>, topic: &str) -> Value {
    let (priority, tag) = match message.level() {
        Level::Info => (3, "information_source"),
        Level::Success => (3, "white_check_mark"),
        Level::Warning => (4, "warning"),
        Level::Error => (5, "rotating_light"),
    };
    let mut body = json!({
        "topic": topic,
        "title": message.title,
        "message": message.body,
        "priority": priority,
        "tags": [tag],
    });
    if let Some(link) = &message.link {
        body["click"] = link.as_str().into();
    }
    body
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use drover_types::lang::Lang;
    use drover_types::task::TaskKind;
    use drover_types::text::{Note, Problem};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_receiver_gets_what_it_understands() {
        let note = Note::TaskFailed {
            kind: TaskKind::StartServer,
            target: "<web>&1".into(),
            problem: Problem::GuestGone,
        };
        let (at, url) = (DateTime::UNIX_EPOCH, Some("https://drover.example.org"));
        let message = Message::new(Uuid::nil(), &note, None, at, Lang::En, url);
        let hook = webhook(&message, "ops");
        assert_eq!(hook["level"], "error");
        assert_eq!(hook["type"], note.type_name());
        assert_eq!(hook["servers"], json!(["<web>&1"]));
        assert_eq!(hook["created_at"], "1970-01-01T00:00:00Z");
        assert_eq!(hook["task_id"], Value::Null);
        let attachment = &slack(&message)["attachments"][0];
        assert_eq!(attachment["color"], "danger");
        assert_eq!(attachment["title_link"], "https://drover.example.org/");
        let title = attachment["title"].as_str().unwrap();
        assert!(title.ends_with("&lt;web&gt;&amp;1"), "{title}");
        assert_eq!(gotify(&message)["priority"], 8);
        assert_eq!(
            gotify(&message)["extras"]["client::notification"]["click"]["url"],
            "https://drover.example.org/"
        );
        let ntfy = ntfy(&message, "drover");
        assert_eq!((&ntfy["topic"], &ntfy["priority"]), (&json!("drover"), &json!(5)));

        let quiet = Message::new(Uuid::nil(), &Note::Trial, None, at, Lang::Ko, None);
        assert_eq!(slack(&quiet)["attachments"][0]["color"], Value::Null);
        assert_eq!(gotify(&quiet)["extras"], Value::Null);
        assert_eq!(gotify(&quiet)["title"], Note::Trial.title(Lang::Ko));
    }
}
