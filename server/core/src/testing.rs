//! What the tests of services share: a set clock, people who ask, and the services of accounts over one database.

use std::collections::BTreeMap;

use chrono::DateTime;
use drover_types::permission::{Grants, UserRole};
use pve_client::ClientConfig;
use secrecy::SecretString;
use uuid::Uuid;

use crate::clock::Clock;
use crate::clusters::{ClusterConfig, Clusters};
use crate::context::{Actor, OpContext};
use crate::error::Result;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::notifications::Notifications;
use crate::passwords::Passwords;
use crate::sessions::{Activity, Authenticated, Credentials, SessionLimits, Sessions, SignedIn};
use crate::settings::Settings;
use crate::store::testing::TestDb;
use crate::store::{Db, execute};
use crate::users::Users;

/// A clock that stands until it is advanced.
pub(crate) fn noon() -> Clock {
    Clock::set(DateTime::from_timestamp(1_800_000_000, 0).expect("a time"))
}

/// An inventory of one cluster, `lab`, which is never asked.
pub(crate) fn inventory(db: &Db, events: &Events, clock: &Clock) -> Inventory {
    let client = ClientConfig::new(
        vec!["http://127.0.0.1:1".to_owned()],
        pve_client::Credentials::token("drover@pve!main=secret").expect("a token"),
    );
    let config = ClusterConfig {
        name: "lab".to_owned(),
        client,
        node: None,
        hdd_storage: None,
        ssd_storage: None,
        templates: BTreeMap::new(),
    };
    let clusters = Clusters::connect(vec![config]).expect("a cluster");
    Inventory::new(clusters, db.clone(), events.clone(), clock.clone())
}

/// The context of the user `id`, with what the role grants to begin with.
pub(crate) fn context(id: i64, role: UserRole) -> OpContext {
    let actor = Actor {
        must_change_password: false,
        origin: crate::context::Origin::default(),
        id,
        username: format!("user{id}"),
        grants: Grants::of(role),
    };
    OpContext::session(actor, Uuid::nil(), Uuid::nil(), "192.0.2.1".to_owned())
}

/// The password of everybody in [`Accounts`].
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The services around users, with the administrator `admin` and the viewer `ada`.
pub(crate) struct Accounts {
    pub clock: Clock,
    pub events: Events,
    pub notifications: Notifications,
    pub passwords: Passwords,
    pub settings: Settings,
    pub sessions: Sessions,
    pub users: Users,
    test: TestDb,
}

/// What another process needs to know who asks.
pub(crate) struct Replica {
    pub events: Events,
    pub sessions: Sessions,
}

impl Accounts {
    pub async fn over(test: TestDb) -> Self {
        let db = test.db.clone();
        let clock = noon();
        let events = Events::new(db.clone(), clock.clone());
        let settings = Settings::new(db.clone(), clock.clone());
        let notifications =
            Notifications::new(db.clone(), clock.clone(), events.clone(), settings.clone(), true);
        let passwords = Passwords::default();
        let users = Users::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            notifications.clone(),
            passwords.clone(),
            SessionLimits::default(),
        );
        users
            .ensure_admin(Some(&PASSWORD.into()))
            .await
            .expect("the first user is added");
        let sessions = Sessions::new(
            db,
            clock.clone(),
            events.clone(),
            notifications.clone(),
            passwords.clone(),
            SessionLimits::default(),
        );
        let accounts = Self {
            clock,
            events,
            notifications,
            passwords,
            settings,
            sessions,
            users,
            test,
        };
        // A second user with the same password, without the work of hashing it again.
        accounts
            .run(
                "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at)
                 SELECT 'ada', password_hash, 'viewer', TRUE, created_at, updated_at FROM users",
            )
            .await;
        accounts
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.test.db
    }

    /// Another process on the same database, where it can be shared; else this one.
    pub fn replica(&self) -> Replica {
        let db = self.test.db.clone();
        let events = if db.is_shared() {
            Events::new(db.clone(), self.clock.clone())
        } else {
            self.events.clone()
        };
        let sessions = Sessions::new(
            db,
            self.clock.clone(),
            events.clone(),
            self.notifications.clone(),
            self.passwords.clone(),
            SessionLimits::default(),
        );
        Replica { events, sessions }
    }

    /// Runs a statement, as another program with the database in hand could.
    pub async fn run(&self, sql: &'static str) {
        let mut tx = self.test.db.begin().await.expect("a transaction");
        execute!(&mut tx, sql).await.expect("the statement runs");
        tx.commit().await.expect("it is committed");
    }

    pub async fn try_sign_in(&self, username: &str, password: &str, address: &str) -> Result<SignedIn> {
        let given = Credentials {
            username: username.to_owned(),
            password: password.into(),
            address: address.to_owned(),
            user_agent: "Firefox".to_owned(),
            request_id: Uuid::nil(),
        };
        self.sessions.sign_in(&given).await
    }

    pub async fn sign_in(&self, username: &str) -> SignedIn {
        self.try_sign_in(username, PASSWORD, "192.0.2.1")
            .await
            .expect("the password is right")
    }

    pub async fn ask(&self, token: &SecretString, activity: Activity) -> Option<Authenticated> {
        self.sessions
            .authenticate(token, "192.0.2.1", activity)
            .await
            .expect("the database answers")
    }

    /// The context of whoever holds `token`.
    pub async fn context(&self, token: &SecretString) -> OpContext {
        let known = self
            .ask(token, Activity::Passive)
            .await
            .expect("the session is open");
        known.context(Uuid::nil(), "192.0.2.1".to_owned())
    }
}
