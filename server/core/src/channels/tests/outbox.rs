//! What goes out, to which channels, and how often.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use drover_types::channel::{ChannelInput, Concerned, DeliveryState, Route};
use drover_types::ids::{GuestId, TaskId};
use drover_types::monitoring::{AlertLevel, Metric};
use drover_types::notification::Level;
use drover_types::text::{Changed, Note};
use serde_json::json;
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
        crate::channels::put_for_house(&mut write, &overdue, &overdue.concerned(), world.clock.now())
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

#[tokio::test]
async fn a_route_for_a_server_goes_by_its_id_however_many_are_concerned() {
    for test in databases().await {
        let (world, server) = (World::over(test).await, MockServer::start().await);
        answer(&server, ResponseTemplate::new(200)).await;
        let id = |vmid| GuestId::new("lab", vmid);
        let with = |name: &str, servers: &[&str], tags: &[&str]| {
            let route = Route {
                servers: servers.iter().map(ToString::to_string).collect(),
                tags: tags.iter().map(ToString::to_string).collect(),
                ..Route::from_level(Level::Info)
            };
            ChannelInput {
                routes: vec![route],
                ..webhook(name, &server)
            }
        };
        let far = world.make(with("far", &["lab:199"], &[])).await.id;
        let other = world.make(with("other", &["elsewhere:199"], &[])).await.id;
        let tagged = world.make(with("tagged", &[], &["prod"])).await.id;
        let concerned: Vec<Concerned> = (100..200)
            .map(|vmid| Concerned::by_id(id(vmid), "web".to_owned()))
            .collect();
        let note = Note::AlertsRaised {
            metric: Metric::Cpu,
            level: AlertLevel::Critical,
            subjects: Vec::new(),
            others: 100,
            value: 97,
            limit: 95,
            full_at: None,
        };
        let now = world.clock.now();
        let mut write = world.events.begin().await.unwrap();
        crate::channels::put_for_house(&mut write, &note, &concerned, now)
            .await
            .unwrap();
        write.commit().await.unwrap();
        let last = json!([{"type": "qemu", "id": "qemu/199", "vmid": 199, "name": "web", "node": "pve1", "status": "running",
            "tags": "prod"}]);
        world.inventory.told("lab", serde_json::from_value(last).unwrap());
        world.later(0).await;
        assert_eq!(world.deliveries(far).await.len(), 1);
        assert_eq!(world.deliveries(other).await.len(), 0);
        assert_eq!(world.deliveries(tagged).await[0].state, DeliveryState::Sent);
    }
}

#[tokio::test]
async fn a_server_that_is_named_is_followed_through_another_name() {
    let world = World::over(crate::store::testing::sqlite().await).await;
    let server = MockServer::start().await;
    answer(&server, ResponseTemplate::new(200)).await;
    let called = |name: &str| {
        let row = json!([{"type": "qemu", "id": "qemu/100", "vmid": 100, "name": name, "node": "pve1",
            "status": "running"}]);
        world.inventory.told("lab", serde_json::from_value(row).unwrap());
    };
    called("web");
    let route = Route {
        servers: vec!["WEB".to_owned(), "later".to_owned()],
        ..Route::from_level(Level::Info)
    };
    let input = ChannelInput {
        routes: vec![route],
        ..webhook("web", &server)
    };
    let made = world.make(input).await;
    assert_eq!(made.channel.routes[0].servers, ["lab:100", "later"]);
    called("www");
    let note = Note::BackupsOverdue {
        servers: vec!["www".to_owned()],
        others: 0,
        days: 7,
    };
    let mut write = world.events.begin().await.unwrap();
    let concerned = [Concerned::by_id(GuestId::new("lab", 100), "www".to_owned())];
    crate::channels::put_for_house(&mut write, &note, &concerned, world.clock.now())
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert_eq!(world.deliveries(made.id).await.len(), 1);
}
