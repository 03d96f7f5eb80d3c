//! What a form of a channel is told, and what a route lets through.

use super::*;
use crate::error::FieldProblems;
use crate::lang::Lang;
use crate::notification::Level;
use crate::task::TaskKind;
use crate::text::{Note, Problem};

fn mail() -> ChannelSettings {
    ChannelSettings::Email {
        host: "mail.example.org".into(),
        port: 587,
        security: MailSecurity::StartTls,
        username: "drover".into(),
        password: "a password".into(),
        from: "drover@example.org".into(),
        to: vec!["ops@example.org".into()],
        authorities: String::new(),
    }
}

fn webhook(url: &str, secret: &str) -> ChannelSettings {
    ChannelSettings::Webhook {
        url: url.into(),
        secret: secret.into(),
    }
}

fn channel(settings: ChannelSettings) -> ChannelInput {
    ChannelInput {
        name: "Operations".into(),
        enabled: true,
        language: Lang::En,
        settings,
        routes: vec![Route::from_level(Level::Warning)],
    }
}

fn fields(problems: FieldProblems) -> Vec<String> {
    problems.into_keys().collect()
}

#[test]
fn what_is_right_has_no_problems() {
    for settings in [
        mail(),
        webhook("https://hooks.example.org/a?b=c", "0123456789abcdef"),
        webhook("http://[2001:db8::1]:8080", MASK),
        ChannelSettings::Slack {
            url: "https://chat.example.org/hooks/x".into(),
        },
        ChannelSettings::Slack { url: MASK.into() },
        ChannelSettings::Gotify {
            url: "https://push.example.org/gotify".into(),
            token: "AbC.12-x".into(),
        },
        ChannelSettings::Ntfy {
            url: "https://push.example.org".into(),
            topic: "drover_1".into(),
            token: String::new(),
        },
    ] {
        assert_eq!(
            channel(settings.clone()).problems(),
            FieldProblems::new(),
            "{settings:?}"
        );
    }
}

#[test]
fn every_field_in_error_is_named() {
    let wrong = ChannelSettings::Email {
        host: "https://mail".into(),
        port: 0,
        security: MailSecurity::None,
        username: "a\nb".into(),
        password: "x".repeat(300),
        from: "nobody".into(),
        to: vec!["ops@example.org".into(), "a b@example.org".into()],
        authorities: String::new(),
    };
    assert_eq!(
        fields(wrong.problems()),
        [
            "settings.from",
            "settings.host",
            "settings.password",
            "settings.port",
            "settings.to[1]",
            "settings.username",
        ]
    );
    for url in [
        "",
        "ftp://example.org",
        "https://",
        "https://user:password@example.org/",
        "https://example.org/a b",
        "example.org",
    ] {
        let found = webhook(url, "0123456789abcdef").problems();
        assert_eq!(fields(found), ["settings.url"], "{url}");
    }
    assert_eq!(
        fields(webhook("https://example.org", "short").problems()),
        ["settings.secret"]
    );
    assert_eq!(
        fields(webhook("https://example.org", "").problems()),
        ["settings.secret"]
    );
    for (topic, token) in [("", "a"), ("a/b", "a"), ("a", "a b"), ("a", "ü")] {
        let ntfy = ChannelSettings::Ntfy {
            url: "https://example.org".into(),
            topic: topic.into(),
            token: token.into(),
        };
        assert_eq!(ntfy.problems().len(), 1, "{topic} {token}");
    }
    let mut wrong = channel(mail());
    wrong.name = " ".into();
    wrong.routes[0].categories = vec!["moon".into()];
    wrong.routes[0].servers = vec![String::new()];
    assert_eq!(
        fields(wrong.problems()),
        ["name", "routes[0].categories", "routes[0].servers"]
    );
    wrong.routes.clear();
    assert_eq!(fields(wrong.problems()), ["name", "routes"]);
}

#[test]
fn a_secret_is_masked_and_never_debugged() {
    for settings in [mail(), webhook("https://example.org", "0123456789abcdef")] {
        let secret = settings.secret().to_owned();
        let masked = settings.clone().masked();
        assert_eq!(masked.secret(), MASK);
        assert!(!format!("{:?}", channel(settings.clone())).contains(&secret));
        assert_eq!(masked.with_secret(&secret), settings);
    }
    let open = ChannelSettings::Ntfy {
        url: "https://push.example.org:8443/x".into(),
        topic: "a".into(),
        token: String::new(),
    };
    assert_eq!(open.shown_to(), "https://push.example.org:8443");
    assert_eq!(open.clone().masked(), open, "there is nothing to mask");
}

#[test]
fn a_channel_is_written_flat_with_its_kind() {
    let text = serde_json::to_value(channel(mail())).unwrap();
    assert_eq!(text["settings"]["kind"], "email");
    assert_eq!(text["settings"]["security"], "starttls");
    assert_eq!(text["routes"][0]["level"], "warning");
    assert_eq!(
        serde_json::from_value::<ChannelInput>(text).unwrap(),
        channel(mail())
    );
}

fn failed(target: &str) -> Note {
    Note::TaskFailed {
        kind: TaskKind::BackUpServer,
        target: target.into(),
        problem: Problem::Internal,
    }
}

fn tags_of(server: &str) -> Option<Vec<String>> {
    match server {
        "web-1" => Some(vec!["prod".into(), "web".into()]),
        "db-1" => Some(vec!["test".into()]),
        _ => None,
    }
}

#[test]
fn a_route_lets_through_what_it_is_for() {
    let overdue = Note::BackupsOverdue {
        servers: vec!["db-1".into(), "web-1".into()],
        others: 0,
        days: 7,
    };
    let all = Route::from_level(Level::Info);
    let grave = Route::from_level(Level::Error);
    let prod = Route {
        tags: vec!["prod".into()],
        ..all.clone()
    };
    let named = Route {
        servers: vec!["DB-1".into()],
        ..prod.clone()
    };
    let backups = Route {
        categories: vec!["backup".into()],
        ..all.clone()
    };
    for (route, note, passes) in [
        (&all, Note::Trial, Passes::Yes),
        (&grave, Note::Trial, Passes::No),
        (&grave, failed("web-1"), Passes::Yes),
        (&backups, failed("web-1"), Passes::Yes),
        (&backups, Note::Trial, Passes::No),
        (&prod, failed("web-1"), Passes::Yes),
        (&prod, failed("db-1"), Passes::No),
        (&prod, failed("gone"), Passes::Perhaps),
        (&prod, Note::Trial, Passes::No),
        (&prod, overdue.clone(), Passes::Yes),
        (&named, failed("db-1"), Passes::Yes),
        (&named, failed("web-1"), Passes::Yes),
        (&named, overdue, Passes::Yes),
    ] {
        assert_eq!(route.passes(&note, tags_of), passes, "{route:?} {note:?}");
    }
}

#[test]
fn what_is_private_goes_to_nobody_else() {
    let private = [
        Note::SignedIn {
            address: String::new(),
        },
        Note::PasswordChanged,
        Note::PasswordReset { by: String::new() },
        Note::PermissionsChanged { by: String::new() },
    ];
    for note in private {
        assert!(!note.goes_out(), "{note:?}");
    }
    assert!(failed("web-1").goes_out(), "whoever asked for it");
}
