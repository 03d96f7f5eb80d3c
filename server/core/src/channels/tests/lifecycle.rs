//! From a notification to where it goes: signed, tried again, given up, sent again.

use drover_types::channel::{ChannelInput, ChannelSettings, ChannelTrouble, DeliveryState};
use drover_types::ids::TaskId;
use drover_types::text::{Note, Problem};
use serde_json::Value;
use uuid::Uuid;
use wiremock::{MockServer, Request, ResponseTemplate};

use super::support::{SECRET, World, answer, channel, failed, webhook};
use crate::channels::secret::signature;
use crate::error::Error;
use crate::store::testing::databases;
use crate::store::{execute, on_db};

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn a_webhook_is_signed_with_its_time_and_says_what_happened() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(204)).await;
        let made = world.make(webhook("ops", &server)).await;
        let task = TaskId(Uuid::from_u128(7));
        world
            .tell(Some(world.users[1]), &failed("web-1"), Some(task))
            .await;
        world.later(1).await;
        let sent = server.received_requests().await.unwrap();
        let [request] = &sent[..] else {
            panic!("{} requests", sent.len())
        };
        let timestamp: i64 = header(request, "x-drover-timestamp").parse().unwrap();
        assert_eq!(timestamp, world.clock.now().timestamp());
        let signed = signature(SECRET, timestamp, &request.body).unwrap();
        assert_eq!(header(request, "x-drover-signature"), format!("sha256={signed}"));
        assert_eq!(header(request, "content-type"), "application/json");
        let body: Value = request.body_json().unwrap();
        let [delivery] = &world.deliveries(made.id).await[..] else {
            panic!("one delivery")
        };
        assert_eq!(header(request, "x-drover-delivery"), delivery.id.to_string());
        assert_eq!(body["id"], delivery.id.to_string());
        assert_eq!(body["level"], "error");
        assert_eq!(body["servers"], serde_json::json!(["web-1"]));
        assert_eq!(body["url"], format!("https://drover.example.org/tasks/{task}"));
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sent, 1));
        let row = world.channels.get(&world.admin, made.id).await.unwrap();
        assert_eq!(row.state.sent_at, Some(world.clock.now()));
        assert_eq!((row.state.waiting, row.state.dead), (0, 0));
    }
}

#[tokio::test]
async fn what_fails_comes_again_ever_later_until_it_is_given_up_and_can_be_sent_again() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let busy = ResponseTemplate::new(503).set_body_string("busy\nbees");
        answer(&server, busy.clone()).await;
        let made = world.make(webhook("ops", &server)).await;
        world.tell(None, &failed("web-1"), None).await;
        world.later(0).await;
        let delivery = world.deliveries(made.id).await.remove(0);
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Waiting, 1));
        assert_eq!(
            delivery.problem,
            Some(ChannelTrouble::Answered { status: 503 }.into())
        );
        assert_eq!(delivery.words, "busy bees");
        let wait = (delivery.next_at.unwrap() - world.clock.now()).num_seconds();
        assert!((24..=36).contains(&wait), "{wait}");
        world.later(20).await;
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "not yet");

        // A second one waits for the channel, which is known to be unwell.
        answer(&server, busy.insert_header("retry-after", "600")).await;
        world.later(20).await;
        let next_at = world.deliveries(made.id).await[0].next_at.unwrap();
        assert_eq!(
            (next_at - world.clock.now()).num_seconds(),
            600,
            "as it was asked"
        );

        let mut tries = 2;
        while world.deliveries(made.id).await[0].state == DeliveryState::Waiting {
            world.later(3600).await;
            tries += 1;
        }
        assert_eq!(tries, 8);
        let row = world.channels.get(&world.admin, made.id).await.unwrap();
        assert_eq!((row.state.waiting, row.state.dead), (0, 1));
        assert!(row.state.is_failing());
        world.later(86_400).await;
        let dead = world.deliveries(made.id).await.remove(0);
        assert_eq!((dead.state, dead.attempts), (DeliveryState::Dead, 8));

        answer(&server, ResponseTemplate::new(200)).await;
        let again = world.channels.send_again(&world.admin, made.id, dead.id);
        assert_eq!(again.await.unwrap().state, DeliveryState::Waiting);
        world.later(0).await;
        let sent = world.deliveries(made.id).await.remove(0);
        assert_eq!(
            (sent.state, sent.attempts, sent.problem),
            (DeliveryState::Sent, 1, None)
        );
        let again = world.channels.send_again(&world.admin, made.id, dead.id).await;
        let not_dead: Problem = ChannelTrouble::NotDead.into();
        assert!(matches!(again, Err(Error::Conflict(problem)) if problem == not_dead));
    }
}

#[tokio::test]
async fn one_channel_that_is_unwell_holds_up_what_follows_but_no_other_channel() {
    for test in databases().await {
        let world = World::over(test).await;
        let (ill, well) = (MockServer::start().await, MockServer::start().await);
        answer(
            &ill,
            ResponseTemplate::new(429).insert_header("retry-after", "300"),
        )
        .await;
        answer(&well, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ill", &ill)).await;
        world.make(webhook("well", &well)).await;
        world.tell(None, &failed("web-1"), None).await;
        world.later(0).await;
        world.tell(None, &failed("web-2"), None).await;
        world.later(1).await;
        assert_eq!(well.received_requests().await.unwrap().len(), 2);
        assert_eq!(ill.received_requests().await.unwrap().len(), 2);
        world.later(200).await;
        assert_eq!(ill.received_requests().await.unwrap().len(), 2);
        answer(&ill, ResponseTemplate::new(200)).await;
        world.later(100).await;
        let states = world.deliveries(made.id).await;
        assert!(
            states.iter().all(|one| one.state == DeliveryState::Sent),
            "{states:?}"
        );
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_at_once_and_no_redirect_is_followed() {
    for test in databases().await {
        let world = World::over(test).await;
        let (server, trap) = (MockServer::start().await, MockServer::start().await);
        answer(&trap, ResponseTemplate::new(200)).await;
        let settings = ChannelSettings::Gotify {
            url: format!("{}/", server.uri()),
            token: "AbCd1234".to_owned(),
        };
        let made = world.make(channel("push", settings)).await;
        let away = ResponseTemplate::new(307).insert_header("location", trap.uri());
        let echo = ResponseTemplate::new(401).set_body_string(format!("AbCd1234 {}", "x".repeat(9000)));
        for (template, status) in [(away, 307), (echo, 401)] {
            answer(&server, template).await;
            world.tell(None, &failed(&format!("web-{status}")), None).await;
            world.later(0).await;
            let sent = server.received_requests().await.unwrap();
            assert_eq!((sent.len(), sent[0].url.path()), (1, "/message"));
            assert_eq!(header(&sent[0], "x-gotify-key"), "AbCd1234");
            let delivery = world.deliveries(made.id).await.remove(0);
            assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Dead, 1));
            assert_eq!(delivery.problem, Some(ChannelTrouble::Answered { status }.into()));
            assert!(!delivery.words.contains("AbCd1234") && delivery.words.len() <= 500);
        }
        assert_eq!(trap.received_requests().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn inner_addresses_are_not_sent_to_even_when_a_name_begins_to_lead_there() {
    for test in databases().await {
        let world = World::over(test).await;
        let settings = |url: &str| ChannelSettings::Slack { url: url.to_owned() };
        let inner = channel("inner", settings("http://192.168.0.1:9/x"));
        for input in [inner, channel("meta", settings("http://169.254.169.254/latest"))] {
            let refused = world.channels.create(&world.admin, input).await;
            let Err(Error::Invalid(fields)) = refused else {
                panic!("{refused:?}")
            };
            assert!(fields.contains_key("settings.url"), "{fields:?}");
        }
        // What is stored was fit once.
        let made = world
            .make(channel("chat", settings("http://127.0.0.1:1/x")))
            .await;
        let stored = ChannelInput {
            settings: settings("http://10.0.0.1/x"),
            ..made.channel
        };
        let sealed = crate::channels::secret::sealed(
            &crate::vault::Vault::from_key(&"a passphrase of some length".into()).unwrap(),
            made.id,
            &stored.settings,
        );
        let mut tx = world.test.db.begin().await.unwrap();
        let sealed = sealed.unwrap();
        let at = world.clock.now();
        crate::store::channels::update(&mut tx, made.id, &stored, sealed.as_deref(), at)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        world.tell(None, &failed("web-1"), None).await;
        world.later(0).await;
        let delivery = world.deliveries(made.id).await.remove(0);
        assert_eq!(delivery.state, DeliveryState::Dead);
        let host = "10.0.0.1".to_owned();
        assert_eq!(
            delivery.problem,
            Some(ChannelTrouble::InnerAddress { host }.into())
        );
    }
}

#[tokio::test]
async fn what_cant_be_read_any_more_is_given_up_and_the_others_go_on() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        for number in 0..5 {
            world.tell(None, &failed(&format!("web-{number}")), None).await;
        }
        let mut tx = world.test.db.begin().await.unwrap();
        let spoilt = "UPDATE notification_deliveries SET note = $1 WHERE note NOT LIKE '%web-4%'";
        execute!(&mut tx, spoilt, r#"{"of_the_future":{}}"#)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        world.later(0).await;
        let states = world.deliveries(made.id).await;
        assert_eq!(states.len(), 5);
        assert_eq!(
            (states[0].state, server.received_requests().await.unwrap().len()),
            (DeliveryState::Sent, 1)
        );
        let unreadable: Problem = ChannelTrouble::Unreadable.into();
        for dead in &states[1..] {
            assert_eq!((dead.state, &dead.note), (DeliveryState::Dead, &Note::Unreadable));
            assert_eq!(dead.problem.as_ref(), Some(&unreadable));
        }
        let row = world.channels.get(&world.admin, made.id).await.unwrap();
        assert!(!row.state.is_failing(), "the channel is well");
    }
}

#[tokio::test]
async fn administrators_pages_are_told_that_something_went_through() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        let events = async || {
            let count = "SELECT COUNT(*) FROM events WHERE kind = 'channels'";
            let count: i64 = on_db!(&world.test.db, |c| sqlx::query_scalar(count).fetch_one(c))
                .await
                .unwrap();
            count
        };
        let first = events().await;
        world.tell(None, &failed("web-1"), None).await;
        world.later(0).await;
        assert_eq!(events().await, first + 1);
        world.channels.test(&world.admin, made.id).await.unwrap();
        assert_eq!(events().await, first + 2);
    }
}

#[tokio::test]
async fn a_trial_tells_at_once_what_came_of_it() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let settings = ChannelSettings::Ntfy {
            url: server.uri(),
            topic: "drover".to_owned(),
            token: "tk_1".to_owned(),
        };
        let mut input = channel("push", settings);
        input.enabled = false;
        let made = world.make(input).await;
        answer(&server, ResponseTemplate::new(403).set_body_string("forbidden")).await;
        let trial = world.channels.test(&world.admin, made.id).await.unwrap();
        assert_eq!(trial.words, "forbidden");
        assert_eq!(
            trial.problem,
            Some(ChannelTrouble::Answered { status: 403 }.into())
        );
        answer(&server, ResponseTemplate::new(200)).await;
        let trial = world.channels.test(&world.admin, made.id).await.unwrap();
        assert_eq!(trial.problem, None);
        let sent = server.received_requests().await.unwrap();
        let body: Value = sent[0].body_json().unwrap();
        assert_eq!(header(&sent[0], "authorization"), "Bearer tk_1");
        assert_eq!(body["title"], Note::Trial.title(drover_types::lang::Lang::En));
        assert_eq!(body["topic"], "drover");
        assert!(
            world.deliveries(made.id).await.is_empty(),
            "nothing was on its way"
        );
        let settings = ChannelSettings::Ntfy {
            url: "http://127.0.0.1:1".to_owned(),
            topic: "drover".to_owned(),
            token: String::new(),
        };
        let nowhere = world.make(channel("nowhere", settings)).await;
        let trial = world.channels.test(&world.admin, nowhere.id).await.unwrap();
        let host = "127.0.0.1".to_owned();
        assert_eq!(trial.problem, Some(ChannelTrouble::Unreachable { host }.into()));
    }
}
