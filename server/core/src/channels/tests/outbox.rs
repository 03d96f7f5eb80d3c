//! What goes out, to which channels, and how often.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use drover_types::channel::{DeliveryState, Route};
use drover_types::ids::TaskId;
use drover_types::notification::Level;
use drover_types::text::{Changed, Note};
use uuid::Uuid;
use wiremock::{MockServer, ResponseTemplate};

use super::support::{World, answer, failed, webhook};
use crate::store::testing::databases;

#[tokio::test]
async fn an_event_goes_out_once_whoever_is_told_and_what_is_private_never_does() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let made = world.make(webhook("ops", &server)).await;
        let count = async || world.deliveries(made.id).await.len();
        let [ada, grace] = world.users.map(Some);
        for note in [
            Note::SignedIn {
                address: "192.0.2.1".into(),
            },
            Note::PasswordChanged,
            Note::PasswordReset { by: "ada".into() },
            Note::PermissionsChanged { by: "ada".into() },
            Note::Trial,
        ] {
            world.tell(ada, &note, None).await;
        }
        world.tell(None, &Note::PasswordChanged, None).await;
        assert_eq!(count().await, 0);
        let task = TaskId(Uuid::from_u128(1));
        let overdue = Note::BackupsOverdue {
            servers: vec!["web-1".into()],
            others: 0,
            days: 7,
        };
        for user in [ada, grace] {
            world.tell(user, &overdue, None).await;
        }
        assert_eq!(count().await, 0, "the house is told apart");
        let mut write = world.events.begin().await.unwrap();
        crate::channels::put_for_house(&mut write, &overdue, world.clock.now())
            .await
            .unwrap();
        write.commit().await.unwrap();
        for user in [ada, grace, None] {
            world.tell(user, &failed("web-1"), Some(task)).await;
        }
        assert_eq!(count().await, 2);
        world
            .tell(ada, &failed("web-1"), Some(TaskId(Uuid::from_u128(2))))
            .await;
        assert_eq!(count().await, 3, "another task");
        let group = Note::FirewallGroup {
            group: "web".into(),
            change: Changed::Changed,
        };
        world.tell(ada, &group, None).await;
        world.tell(grace, &group, None).await;
        assert_eq!(count().await, 4);
        world.clock.advance(TimeDelta::seconds(61));
        world.tell(grace, &group, None).await;
        assert_eq!(count().await, 5, "the same again, a minute later");
    }
}

#[tokio::test]
async fn what_is_rolled_back_does_not_go_out() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let made = world.make(webhook("ops", &server)).await;
        let mut write = world.events.begin().await.unwrap();
        crate::notifications::told(&mut write, None, &failed("web-1"), None, world.clock.now())
            .await
            .unwrap();
        drop(write);
        assert!(world.deliveries(made.id).await.is_empty());
    }
}

#[tokio::test]
async fn a_channel_takes_what_one_of_its_routes_lets_through() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let with = |name: &str, routes: Vec<Route>| {
            let mut input = webhook(name, &server);
            input.routes = routes;
            input
        };
        let grave = Route::from_level(Level::Error);
        let named = Route {
            servers: vec!["WEB-1".into()],
            ..Route::from_level(Level::Info)
        };
        let tagged = Route {
            tags: vec!["prod".into()],
            ..Route::from_level(Level::Info)
        };
        let firewall = Route {
            categories: vec!["firewall".into()],
            ..Route::from_level(Level::Info)
        };
        let grave = world.make(with("grave", vec![grave])).await.id;
        let named = world.make(with("named", vec![firewall, named])).await.id;
        let tagged = world.make(with("tagged", vec![tagged])).await.id;
        world.tell(None, &failed("web-1"), None).await;
        world.tell(None, &failed("web-2"), None).await;
        let group = Note::FirewallGroup {
            group: "web".into(),
            change: Changed::Made,
        };
        world.tell(None, &group, None).await;
        let counts = async || {
            let mut counts = Vec::new();
            for channel in [grave, named, tagged] {
                counts.push(world.deliveries(channel).await.len());
            }
            counts
        };
        assert_eq!(counts().await, [2, 2, 2]);
        // Nothing is known of the servers' tags, and soon it is too late to wait for them.
        world.later(0).await;
        assert_eq!(server.received_requests().await.unwrap().len(), 4);
        let waiting = world.deliveries(tagged).await;
        assert!(
            waiting
                .iter()
                .all(|one| one.state == DeliveryState::Waiting && one.attempts == 0)
        );
        world.later(30).await;
        assert_eq!(counts().await, [2, 2, 2]);
        world.later(120).await;
        assert_eq!(counts().await, [2, 2, 0]);
        assert_eq!(server.received_requests().await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn of_several_replicas_one_sends() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let slow = std::time::Duration::from_millis(20);
        answer(&server, ResponseTemplate::new(200).set_delay(slow)).await;
        let made = world.make(webhook("ops", &server)).await;
        for number in 0..30 {
            world.tell(None, &failed(&format!("web-{number}")), None).await;
        }
        let (one, other) = (world.replica(), world.replica());
        tokio::join!(world.channels.turn(), one.turn(), other.turn());
        let sent = server.received_requests().await.unwrap();
        let ids: BTreeSet<&str> = sent
            .iter()
            .map(|request| request.headers["x-drover-delivery"].to_str().unwrap())
            .collect();
        assert_eq!((sent.len(), ids.len()), (30, 30), "{}", world.test.name);
        let states = world.deliveries(made.id).await;
        assert!(states.iter().all(|one| one.state == DeliveryState::Sent));
    }
}

#[tokio::test]
async fn old_deliveries_are_forgotten() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        let made = world.make(webhook("ops", &server)).await;
        world.tell(None, &failed("web-1"), None).await;
        world.clock.advance(TimeDelta::days(60));
        world.tell(None, &failed("web-2"), None).await;
        assert_eq!(world.channels.prune().await.unwrap(), 0);
        world.clock.advance(TimeDelta::days(31));
        assert_eq!(world.channels.prune().await.unwrap(), 1);
        assert_eq!(world.deliveries(made.id).await.len(), 1);
    }
}
