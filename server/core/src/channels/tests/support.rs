//! What these tests share.

use chrono::TimeDelta;
use drover_types::channel::{ChannelInput, ChannelRow, ChannelSettings, Delivery, Route};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::notification::Level;
use drover_types::permission::UserRole;
use drover_types::task::TaskKind;
use drover_types::text::{Note, Problem};
use uuid::Uuid;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::channels::{Allow, ChannelOptions, Channels, DeliveryFilter};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::notifications::told;
use crate::settings::Settings;
use crate::store::testing::TestDb;
use crate::store::users::{self, UserInsert};
use crate::testing::{context, inventory, noon};
use crate::vault::Vault;

/// What bodies are signed with.
pub const SECRET: &str = "0123456789abcdef";

/// What secrets are sealed with.
const KEY: &str = "a passphrase of some length";

/// Channels of a database of its own, with two users.
pub struct World {
    pub test: TestDb,
    pub clock: Clock,
    pub events: Events,
    pub inventory: Inventory,
    pub channels: Channels,
    pub admin: OpContext,
    pub users: [i64; 2],
}

impl World {
    pub async fn over(test: TestDb) -> Self {
        let clock = noon();
        let events = Events::new(test.db.clone(), clock.clone());
        let mut tx = test.db.begin().await.unwrap();
        let mut people = [0; 2];
        for (person, username) in people.iter_mut().zip(["ada", "grace"]) {
            let new = UserInsert {
                username,
                password_hash: "",
                role: UserRole::Admin,
                permissions: &[],
                at: clock.now(),
            };
            *person = users::insert(&mut tx, &new).await.unwrap();
        }
        tx.commit().await.unwrap();
        let inventory = inventory(&test.db, &events, &clock);
        let channels = with_key(&test, &events, &clock, &inventory, KEY);
        Self {
            test,
            clock,
            events,
            inventory,
            channels,
            admin: context(people[0], UserRole::Admin),
            users: people,
        }
    }

    /// Another process's channels on the same database.
    pub fn replica(&self) -> Channels {
        with_key(&self.test, &self.events, &self.clock, &self.inventory, KEY)
    }

    /// The same, started with another key.
    pub fn with_another_key(&self) -> Channels {
        with_key(
            &self.test,
            &self.events,
            &self.clock,
            &self.inventory,
            "another passphrase",
        )
    }

    pub async fn make(&self, input: ChannelInput) -> ChannelRow {
        self.channels.create(&self.admin, input).await.unwrap()
    }

    /// Tells somebody, or everybody, in a transaction of its own.
    pub async fn tell(&self, user: Option<i64>, note: &Note, task: Option<TaskId>) {
        let mut write = self.events.begin().await.unwrap();
        told(&mut write, user, note, task, self.clock.now())
            .await
            .unwrap();
        write.commit().await.unwrap();
    }

    /// Sends what is due so many seconds later.
    pub async fn later(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
        self.channels.turn().await;
    }

    pub async fn deliveries(&self, channel: Uuid) -> Vec<Delivery> {
        let page = self
            .channels
            .deliveries(&self.admin, channel, DeliveryFilter::default());
        page.await.unwrap().rows
    }
}

fn with_key(test: &TestDb, events: &Events, clock: &Clock, inventory: &Inventory, key: &str) -> Channels {
    let db = test.db.clone();
    Channels::new(
        db.clone(),
        clock.clone(),
        events.clone(),
        inventory.clone(),
        Settings::new(db, clock.clone()),
        Vault::from_key(&key.into()).unwrap(),
        ChannelOptions {
            allow: Allow::parse(["127.0.0.1"]).unwrap(),
            public_url: Some("https://drover.example.org".to_owned()),
            ..ChannelOptions::default()
        },
    )
}

pub fn channel(name: &str, settings: ChannelSettings) -> ChannelInput {
    ChannelInput {
        name: name.to_owned(),
        enabled: true,
        language: Lang::En,
        settings,
        routes: vec![Route::from_level(Level::Info)],
    }
}

pub fn webhook(name: &str, server: &MockServer) -> ChannelInput {
    let settings = ChannelSettings::Webhook {
        url: format!("{}/hook", server.uri()),
        secret: SECRET.to_owned(),
    };
    channel(name, settings)
}

/// The end of a task about a server.
pub fn failed(target: &str) -> Note {
    Note::TaskFailed {
        kind: TaskKind::StartServer,
        target: target.to_owned(),
        problem: Problem::GuestGone,
    }
}

/// Lets a server answer so from now on.
pub async fn answer(server: &MockServer, template: ResponseTemplate) {
    server.reset().await;
    Mock::given(method("POST"))
        .respond_with(template)
        .mount(server)
        .await;
}
