//! What administrators do with channels.

use chrono::TimeDelta;
use drover_types::channel::{
    ChannelInput, ChannelSettings, ChannelTrouble, DeliveryState, MASK, MailSecurity, Route,
};
use drover_types::ids::GuestId;
use drover_types::notification::Level;
use drover_types::permission::UserRole;
use drover_types::text::Problem;
use uuid::Uuid;
use wiremock::{MockServer, ResponseTemplate};

use super::support::{SECRET, World, answer, channel, failed, webhook};
use crate::channels::DeliveryFilter;
use crate::error::{Error, Result};
use crate::store::testing::databases;
use crate::store::{channels, on_db};
use crate::testing::context;

fn field<T: std::fmt::Debug>(result: Result<T>) -> (String, Problem) {
    match result {
        Err(Error::Invalid(fields)) => fields.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_secret_is_sealed_masked_and_kept() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        assert_eq!(made.channel.settings.secret(), MASK);
        for table in [
            "SELECT settings || COALESCE(secret, '') FROM notification_channels",
            "SELECT changes FROM audit",
        ] {
            let stored: Vec<String> = on_db!(&world.test.db, |c| sqlx::query_scalar(table).fetch_all(c))
                .await
                .unwrap();
            assert!(
                !stored.is_empty() && !stored.concat().contains(SECRET),
                "{stored:?}"
            );
        }
        // Sent back as it was shown, the secret stays and still signs.
        let mut input = made.channel.clone();
        input.name = "operations".into();
        let changed = world
            .channels
            .update(&world.admin, made.id, 1, input)
            .await
            .unwrap();
        assert_eq!((changed.revision, &*changed.channel.name), (2, "operations"));
        world.channels.test(&world.admin, made.id).await.unwrap();
        let sent = server.received_requests().await.unwrap();
        let timestamp = world.clock.now().timestamp();
        let signed = crate::channels::secret::signature(SECRET, timestamp, &sent[0].body).unwrap();
        assert_eq!(
            sent[0].headers["x-drover-signature"].to_str().unwrap(),
            format!("sha256={signed}")
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field_and_nothing_is_stored() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        world.make(webhook("Ops", &server)).await;
        let create = async |input: ChannelInput| world.channels.create(&world.admin, input).await;
        let taken = field(create(webhook(" oPS ", &server)).await);
        assert_eq!(taken, ("name".into(), Problem::NameTaken { name: "oPS".into() }));
        let masked = ChannelSettings::Slack { url: MASK.into() };
        assert_eq!(
            field(create(channel("chat", masked)).await),
            ("settings.url".into(), Problem::Required)
        );
        let push = |url: String, token: &str| ChannelSettings::Gotify {
            url,
            token: token.into(),
        };
        let made = world.make(channel("push", push(server.uri(), "token"))).await;
        let elsewhere = channel("push", push("https://push.example.org".into(), MASK));
        let moved = world.channels.update(&world.admin, made.id, 1, elsewhere).await;
        let again = ChannelTrouble::SecretAgain.into();
        assert_eq!(field(moved), ("settings.token".into(), again));
        let mail = ChannelSettings::Email {
            host: "localhost".into(),
            port: 25,
            security: MailSecurity::Tls,
            username: String::new(),
            password: String::new(),
            from: "a@example.org".into(),
            to: vec!["b@example.org".into()],
            authorities: "not a certificate".into(),
        };
        let invalid = ChannelTrouble::InvalidCertificate.into();
        assert_eq!(
            field(create(channel("mail", mail)).await),
            ("settings.authorities".into(), invalid)
        );
        assert_eq!(world.channels.list(&world.admin).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_secret_that_cant_be_opened_any_more_is_told_and_can_be_entered_again() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        world.tell(None, &failed("web-1"), None).await;
        let other = world.with_another_key();
        let row = other.list(&world.admin).await.unwrap().remove(0);
        assert!(row.state.secret_lost && !made.state.secret_lost);
        let lost: Problem = ChannelTrouble::SecretLost.into();
        let trial = other.test(&world.admin, made.id).await.unwrap();
        assert_eq!(trial.problem, Some(lost.clone()));
        other.turn().await;
        let waits = world.deliveries(made.id).await.remove(0);
        assert_eq!(
            (waits.state, waits.problem),
            (DeliveryState::Waiting, Some(lost.clone()))
        );
        assert!(server.received_requests().await.unwrap().is_empty());

        let renamed = ChannelInput {
            name: "operations".to_owned(),
            ..row.channel.clone()
        };
        let kept = other.update(&world.admin, made.id, 1, renamed).await;
        assert_eq!(field(kept), ("settings.secret".to_owned(), lost));
        let entered = webhook("ops", &server);
        let mended = other.update(&world.admin, made.id, 1, entered).await.unwrap();
        assert!(!mended.state.secret_lost && mended.revision == 2);
        world.clock.advance(TimeDelta::minutes(1));
        other.turn().await;
        assert_eq!(world.deliveries(made.id).await[0].state, DeliveryState::Sent);
        let trial = other.test(&world.admin, made.id).await.unwrap();
        assert_eq!(trial.problem, None);
        // Now it is the first key that does not open it.
        assert!(
            world.channels.list(&world.admin).await.unwrap()[0]
                .state
                .secret_lost
        );
        world.channels.delete(&world.admin, made.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_is_given_anew_where_anything_changes_that_it_was_given_for() {
    for test in databases().await {
        let world = World::over(test).await;
        let mail = |port, security, username: &str, password: &str| {
            let settings = ChannelSettings::Email {
                host: "mail.example.org".into(),
                port,
                security,
                username: username.into(),
                password: password.into(),
                from: "a@example.org".into(),
                to: vec!["b@example.org".into()],
                authorities: String::new(),
            };
            channel("mail", settings)
        };
        let starttls = MailSecurity::StartTls;
        let made = world.make(mail(587, starttls, "drover", "word")).await;
        let again: Problem = ChannelTrouble::SecretAgain.into();
        for moved in [
            mail(25, starttls, "drover", MASK),
            mail(587, MailSecurity::None, "drover", MASK),
            mail(587, starttls, "other", MASK),
        ] {
            let refused = world.channels.update(&world.admin, made.id, 1, moved).await;
            assert_eq!(field(refused), ("settings.password".to_owned(), again.clone()));
        }
        let moved = mail(25, starttls, "drover", "word");
        let moved = world.channels.update(&world.admin, made.id, 1, moved).await;
        assert_eq!(moved.unwrap().revision, 2);
    }
}

#[tokio::test]
async fn a_route_for_a_server_that_is_gone_goes_by_its_name_again() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let route = |servers: &[&str]| Route {
            servers: servers.iter().map(ToString::to_string).collect(),
            ..Route::from_level(Level::Info)
        };
        let input = ChannelInput {
            routes: vec![route(&["lab:100", "lab:101"]), route(&["lab:101"])],
            ..webhook("ops", &server)
        };
        let made = world.make(input).await;
        let gone = GuestId::new("lab", 100);
        let mut tx = world.test.db.begin().await.unwrap();
        assert!(channels::forget_server(&mut tx, &gone, "web").await.unwrap());
        assert!(!channels::forget_server(&mut tx, &gone, "web").await.unwrap());
        tx.commit().await.unwrap();
        let row = world.channels.get(&world.admin, made.id).await.unwrap();
        assert_eq!(
            row.channel.routes,
            [route(&["web", "lab:101"]), route(&["lab:101"])]
        );
        assert_eq!(row.revision, 2);
    }
}

#[tokio::test]
async fn of_two_who_change_a_channel_at_once_the_second_is_told() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let made = world.make(webhook("ops", &server)).await;
        let with = |language| ChannelInput {
            language,
            ..made.channel.clone()
        };
        let ko = with(drover_types::lang::Lang::Ko);
        world
            .channels
            .update(&world.admin, made.id, 1, ko.clone())
            .await
            .unwrap();
        let again = world.channels.update(&world.admin, made.id, 2, ko).await.unwrap();
        assert_eq!(again.revision, 2, "nothing has changed");
        let late = webhook("late", &server);
        let Err(Error::Edited(versions)) = world.channels.update(&world.admin, made.id, 1, late).await else {
            panic!("the second is not told")
        };
        assert_eq!(versions.current["revision"], 2);
        assert_eq!(versions.yours["name"], "late");
        let both = format!("{} {}", versions.current, versions.yours);
        assert!(!both.contains(SECRET), "{both}");
    }
}

#[tokio::test]
async fn a_channel_that_is_switched_off_gives_up_what_waits_and_one_that_is_deleted_forgets_it() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        world.tell(None, &failed("web-1"), None).await;
        let off = ChannelInput {
            enabled: false,
            ..made.channel.clone()
        };
        world
            .channels
            .update(&world.admin, made.id, 1, off)
            .await
            .unwrap();
        world.tell(None, &failed("web-2"), None).await;
        let [dead] = &world.deliveries(made.id).await[..] else {
            panic!("one delivery")
        };
        let switched_off: Problem = ChannelTrouble::SwitchedOff.into();
        assert_eq!(
            (dead.state, dead.problem.clone()),
            (DeliveryState::Dead, Some(switched_off))
        );
        let again = world.channels.send_again(&world.admin, made.id, dead.id).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        world.channels.delete(&world.admin, made.id).await.unwrap();
        world.later(0).await;
        assert!(server.received_requests().await.unwrap().is_empty());
        let count: i64 = on_db!(&world.test.db, |c| sqlx::query_scalar(
            "SELECT COUNT(*) FROM notification_deliveries"
        )
        .fetch_one(c))
        .await
        .unwrap();
        assert_eq!(count, 0);
        let actions: Vec<String> = on_db!(&world.test.db, |c| sqlx::query_scalar(
            "SELECT action FROM audit ORDER BY id"
        )
        .fetch_all(c))
        .await
        .unwrap();
        assert_eq!(actions, ["channel.create", "channel.change", "channel.delete"]);
    }
}

#[tokio::test]
async fn deliveries_come_page_by_page() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        for number in 0..5 {
            world.tell(None, &failed(&format!("web-{number}")), None).await;
        }
        let page = async |before, state| {
            let filter = DeliveryFilter {
                state,
                before,
                limit: Some(2),
            };
            let page = world.channels.deliveries(&world.admin, made.id, filter).await;
            let page = page.unwrap();
            let names: Vec<String> = page.rows.iter().map(|row| row.note.target().to_owned()).collect();
            (names, page.next)
        };
        let (names, next) = page(None, None).await;
        assert_eq!(names, ["web-4", "web-3"]);
        let (names, next) = page(next, None).await;
        assert_eq!(names, ["web-2", "web-1"]);
        assert_eq!(page(next, None).await, (vec!["web-0".to_owned()], None));
        assert_eq!(page(None, Some(DeliveryState::Dead)).await, (Vec::new(), None));
    }
}

#[tokio::test]
async fn only_administrators_reach_channels() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let (id, other) = (Uuid::nil(), context(world.users[1], UserRole::Operator));
        let of = &world.channels;
        let filter = DeliveryFilter::default();
        let input = || webhook("ops", &server);
        for refused in [
            of.list(&other).await.err(),
            of.get(&other, id).await.err(),
            of.create(&other, input()).await.err(),
            of.update(&other, id, 1, input()).await.err(),
            of.delete(&other, id).await.err(),
            of.test(&other, id).await.err(),
            of.deliveries(&other, id, filter).await.err(),
            of.send_again(&other, id, id).await.err(),
        ] {
            assert!(matches!(refused, Some(Error::AdministratorsOnly)), "{refused:?}");
        }
        for missing in [
            of.get(&world.admin, id).await.err(),
            of.update(&world.admin, id, 1, input()).await.err(),
            of.delete(&world.admin, id).await.err(),
            of.test(&world.admin, id).await.err(),
            of.deliveries(&world.admin, id, filter).await.err(),
            of.send_again(&world.admin, id, id).await.err(),
        ] {
            assert!(matches!(missing, Some(Error::NotFound(_))), "{missing:?}");
        }
    }
}
