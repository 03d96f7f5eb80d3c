//! What a form of a channel is told, and what a route lets through.

use super::*;
use crate::error::FieldProblems;
use crate::ids::GuestId;
use crate::lang::Lang;
use crate::monitoring::{AlertLevel, Metric, Subject};
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

fn tags_of(server: &Concerned) -> Option<Vec<String>> {
    match server.name.as_str() {
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
    // Whatever it is called by then.
    let of_id = Route {
        servers: vec!["lab:7".into()],
        ..all.clone()
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
        (&of_id, raised(7, Metric::Cpu), Passes::Yes),
        (&of_id, raised(8, Metric::Cpu), Passes::No),
        (&of_id, failed("lab:7"), Passes::No),
    ] {
        assert_eq!(
            route.passes(&note, &note.concerned(), tags_of),
            passes,
            "{route:?} {note:?}"
        );
    }
}

fn raised(vmid: u32, metric: Metric) -> Note {
    Note::AlertsRaised {
        metric,
        level: AlertLevel::Critical,
        subjects: vec![Subject::Guest {
            id: GuestId::new("lab", vmid),
            name: "web-1".into(),
        }],
        others: 0,
        value: 97,
        limit: 95,
        full_at: None,
    }
}

#[test]
fn whoever_hears_that_an_alert_begins_hears_its_end() {
    let over = |level| Note::AlertsResolved {
        metric: Metric::Cpu,
        level,
        subjects: Vec::new(),
        others: 0,
    };
    let (critical, warning) = (Some(AlertLevel::Critical), Some(AlertLevel::Warning));
    for (level, note, passes) in [
        (Level::Error, over(critical), Passes::Yes),
        (Level::Error, over(warning), Passes::No),
        (Level::Warning, over(warning), Passes::Yes),
        (Level::Warning, over(None), Passes::Yes),
    ] {
        let route = Route::from_level(level);
        assert_eq!(route.passes(&note, &[], |_| None), passes, "{level:?} {note:?}");
    }
    // As earlier versions wrote it.
    let text = r#"{"alerts_resolved":{"metric":"cpu","subjects":[],"others":0}}"#;
    assert_eq!(serde_json::from_str::<Note>(text).unwrap(), over(None));
}

#[test]
fn a_password_is_for_one_server_one_user_and_one_way() {
    let bound = |change: &dyn Fn(&mut ChannelSettings)| {
        let mut settings = mail();
        change(&mut settings);
        settings.shown_to() == mail().shown_to()
    };
    let changed = |host: &str, port, security, username: &str| {
        let (new_host, new_name) = (host.to_owned(), username.to_owned());
        bound(&move |settings| {
            if let ChannelSettings::Email {
                host,
                port: old_port,
                security: old_security,
                username,
                ..
            } = settings
            {
                (*host, *old_port) = (new_host.clone(), port);
                (*old_security, *username) = (security, new_name.clone());
            }
        })
    };
    let starttls = MailSecurity::StartTls;
    assert!(changed("MAIL.example.org", 587, starttls, "drover"));
    assert!(!changed("other.example.org", 587, starttls, "drover"));
    assert!(!changed("mail.example.org", 25, starttls, "drover"));
    assert!(!changed("mail.example.org", 587, MailSecurity::None, "drover"));
    assert!(!changed("mail.example.org", 587, starttls, "Drover"));
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
