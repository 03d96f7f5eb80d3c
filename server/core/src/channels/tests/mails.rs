//! E-mail, to a real mail server.

use drover_lab::{MailOptions, MailServer};
use drover_types::channel::{ChannelInput, ChannelSettings, ChannelTrouble, DeliveryState, MailSecurity};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::text::{Note, Problem};
use uuid::Uuid;

use super::support::{World, channel, failed};
use crate::store::testing::sqlite;

fn mail(server: &MailServer, security: MailSecurity, password: &str) -> ChannelInput {
    let username = if password.is_empty() { "" } else { "drover" };
    let settings = ChannelSettings::Email {
        host: "127.0.0.1".into(),
        port: server.port,
        security,
        username: username.into(),
        password: password.into(),
        from: "drover@example.org".into(),
        to: vec!["ops@example.org".into(), "night@example.org".into()],
        authorities: server.authority.clone(),
    };
    channel("mail", settings)
}

#[tokio::test]
async fn a_mail_says_it_in_the_readers_language_as_text_and_as_a_page() {
    let world = World::over(sqlite().await).await;
    let mut server = MailServer::start(MailOptions::default()).await.unwrap();
    let input = ChannelInput {
        language: Lang::Ko,
        ..mail(&server, MailSecurity::None, "")
    };
    let made = world.make(input).await;
    let task = TaskId(Uuid::from_u128(7));
    world.tell(None, &failed("web-1"), Some(task)).await;
    world.later(0).await;
    let delivery = world.deliveries(made.id).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Sent, "{delivery:?}");
    let taken = server.next().await.unwrap();
    assert_eq!(taken.from, "drover@example.org");
    assert_eq!(taken.to, ["ops@example.org", "night@example.org"]);
    assert_eq!(taken.headers["Subject"], failed("web-1").title(Lang::Ko));
    assert_eq!(
        taken.headers["Message-ID"],
        format!("<{}@example.org>", delivery.id)
    );
    assert!(taken.plain.contains(&failed("web-1").body(Lang::Ko)), "{taken:?}");
    let link = format!("https://drover.example.org/tasks/{task}");
    assert!(
        taken.plain.contains(&link) && taken.html.contains(&link),
        "{taken:?}"
    );
    assert!(!taken.tls && taken.user.is_none() && !server.has_more());
}

#[tokio::test]
async fn with_tls_whoever_is_trusted_is_told_the_password() {
    for (security, name) in [(MailSecurity::StartTls, "starttls"), (MailSecurity::Tls, "tls")] {
        let world = World::over(sqlite().await).await;
        let options = MailOptions {
            security: Some(name),
            password: Some("right password"),
            ..MailOptions::default()
        };
        let mut server = MailServer::start(options).await.unwrap();
        let made = world.make(mail(&server, security, "right password")).await;
        let trial = world.channels.test(&world.admin, made.id).await.unwrap();
        assert_eq!((trial.problem, &*trial.words), (None, ""), "{name}");
        let taken = server.next().await.unwrap();
        assert!(taken.tls, "{name}");
        assert_eq!(taken.user.as_deref(), Some("drover"));
        assert_eq!(taken.headers["Subject"], Note::Trial.title(Lang::En));

        let mut wrong = mail(&server, security, "wrong password");
        wrong.name = "wrong".into();
        let made = world.make(wrong).await;
        let trial = world.channels.test(&world.admin, made.id).await.unwrap();
        assert_eq!(
            trial.problem,
            Some(ChannelTrouble::MailRefused { code: 535 }.into())
        );
        assert!(!trial.words.contains("wrong password") && !trial.words.is_empty());

        let mut stranger = mail(&server, security, "right password");
        stranger.name = "stranger".into();
        if let ChannelSettings::Email { authorities, .. } = &mut stranger.settings {
            authorities.clear();
        }
        let made = world.make(stranger).await;
        let trial = world.channels.test(&world.admin, made.id).await.unwrap();
        let host = "127.0.0.1".to_owned();
        assert_eq!(
            trial.problem,
            Some(ChannelTrouble::Untrusted { host }.into()),
            "{name}: {}",
            trial.words
        );
        assert!(!server.has_more());
    }
}

#[tokio::test]
async fn without_tls_where_it_is_asked_for_nothing_is_told() {
    let world = World::over(sqlite().await).await;
    let server = MailServer::start(MailOptions::default()).await.unwrap();
    let made = world
        .make(mail(&server, MailSecurity::StartTls, "password"))
        .await;
    let trial = world.channels.test(&world.admin, made.id).await.unwrap();
    let host = "127.0.0.1".to_owned();
    assert_eq!(trial.problem, Some(ChannelTrouble::MailBroken { host }.into()));
    assert!(!server.has_more());
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let world = World::over(sqlite().await).await;
    let options = MailOptions {
        refuse: vec!["451 later", "554 never"],
        ..MailOptions::default()
    };
    let mut server = MailServer::start(options).await.unwrap();
    let made = world.make(mail(&server, MailSecurity::None, "")).await;
    world.tell(None, &failed("web-1"), None).await;
    world.later(0).await;
    let delivery = world.deliveries(made.id).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Waiting);
    assert_eq!(
        delivery.problem,
        Some(ChannelTrouble::MailRefused { code: 451 }.into())
    );
    assert_eq!(delivery.words, "later");
    world.later(60).await;
    let delivery = world.deliveries(made.id).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Dead, 2));
    world
        .channels
        .send_again(&world.admin, made.id, delivery.id)
        .await
        .unwrap();
    world.later(0).await;
    assert_eq!(
        server.next().await.unwrap().headers["Subject"],
        failed("web-1").title(Lang::En)
    );
}

#[tokio::test]
async fn one_recipient_who_is_refused_keeps_it_from_nobody_else_and_is_tried_again_alone() {
    let world = World::over(sqlite().await).await;
    let options = MailOptions {
        refuse_recipients: vec!["night@example.org 450 later", "night@example.org 550 nobody"],
        ..MailOptions::default()
    };
    let mut server = MailServer::start(options).await.unwrap();
    let made = world.make(mail(&server, MailSecurity::None, "")).await;
    world.tell(None, &failed("web-1"), None).await;
    world.later(0).await;
    assert_eq!(server.next().await.unwrap().to, ["ops@example.org"]);
    let refused = |code| -> Option<Problem> {
        let recipients = vec!["night@example.org".to_owned()];
        let trouble = ChannelTrouble::RecipientsRefused {
            code,
            recipients,
            served: 1,
        };
        Some(trouble.into())
    };
    let delivery = world.deliveries(made.id).await.remove(0);
    assert_eq!(
        (delivery.state, delivery.problem),
        (DeliveryState::Waiting, refused(450))
    );
    assert_eq!(delivery.words, "later");

    // The server is well, so nothing else waits for that one.
    world.tell(None, &failed("web-2"), None).await;
    world.later(0).await;
    let second = world.deliveries(made.id).await.remove(0);
    assert_eq!(
        (second.state, second.problem),
        (DeliveryState::Dead, refused(550))
    );
    assert_eq!(server.next().await.unwrap().to, ["ops@example.org"]);

    world.later(60).await;
    let first = world.deliveries(made.id).await.remove(1);
    assert_eq!((first.state, first.attempts), (DeliveryState::Sent, 2));
    let again = server.next().await.unwrap();
    assert_eq!(again.to, ["night@example.org"]);
    assert_eq!(again.headers["To"], "ops@example.org, night@example.org");
    let revived = world.channels.send_again(&world.admin, made.id, second.id);
    assert_eq!(revived.await.unwrap().state, DeliveryState::Waiting);
    world.later(0).await;
    assert_eq!(server.next().await.unwrap().to, ["night@example.org"]);
    assert!(!server.has_more());
}
