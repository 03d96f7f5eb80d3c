//! Two readers and what each makes of what they are told.

use chrono::TimeDelta;
use drover_types::notification::Level;
use drover_types::task::TaskKind;
use drover_types::text::{Note, Problem};
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

use super::{ClearMode, LatestFilter, NotificationFilter, Notifications};
use crate::context::OpContext;
use crate::error::Error;
use crate::events::{Change, Signal};
use crate::settings;
use crate::store::testing::sqlite;
use crate::testing::Accounts;

/// Accounts, the contexts of `admin` and `ada`, and everybody's notification about `web-01`. Each has read the
/// one of having signed in.
async fn readers() -> (Accounts, OpContext, OpContext, i64) {
    let accounts = Accounts::over(sqlite().await).await;
    let admin = accounts.sign_in("admin").await;
    let ada = accounts.sign_in("ada").await;
    let admin = accounts.context(&admin.token).await;
    let ada = accounts.context(&ada.token).await;
    for ctx in [&admin, &ada] {
        accounts
            .notifications
            .clear_all(ctx, ClearMode::Dismiss)
            .await
            .unwrap();
    }
    let note = Note::TaskFailed {
        kind: TaskKind::CreateServer,
        target: "web-01".into(),
        problem: Problem::GuestGone,
    };
    let id = tell(&accounts, None, &note).await;
    (accounts, admin, ada, id)
}

async fn tell(accounts: &Accounts, user: Option<i64>, note: &Note) -> i64 {
    let mut write = accounts.events.begin().await.unwrap();
    let id = accounts
        .notifications
        .create(&mut write, user, note, None)
        .await
        .unwrap();
    write.commit().await.unwrap();
    id
}

async fn ids(notifications: &Notifications, ctx: &OpContext) -> Vec<i64> {
    let slice = notifications
        .list(ctx, &NotificationFilter::default())
        .await
        .unwrap();
    slice.rows.into_iter().map(|row| row.id).collect()
}

fn changes(told: &mut Receiver<Signal>) -> Vec<Change> {
    std::iter::from_fn(|| told.try_recv().ok())
        .map(|signal| signal.change)
        .collect()
}

#[tokio::test]
async fn one_readers_marks_are_told_and_leave_the_others_view_alone() {
    let (accounts, admin, ada, everybodys) = readers().await;
    let notifications = &accounts.notifications;
    let user = ada.signed_in().unwrap().id;
    let mut told = accounts.events.subscribe();
    let own = tell(&accounts, Some(user), &Note::PasswordChanged).await;
    assert_eq!(
        changes(&mut told),
        [Change::Notification {
            id: own,
            user: Some(user)
        }]
    );
    let read = [Change::NotificationsRead { user }];

    assert_eq!(ids(notifications, &ada).await, [own, everybodys]);
    assert_eq!(ids(notifications, &admin).await, [everybodys]);
    assert_eq!(notifications.unread_count(&ada).await.unwrap(), 2);

    notifications.mark_read(&ada, everybodys).await.unwrap();
    assert_eq!(changes(&mut told), read);
    notifications.mark_read(&ada, everybodys).await.unwrap();
    assert_eq!(changes(&mut told), [], "nothing changed the second time");
    assert!(notifications.get(&ada, everybodys).await.unwrap().read);
    assert!(!notifications.get(&admin, everybodys).await.unwrap().read);
    assert_eq!(notifications.unread_count(&ada).await.unwrap(), 1);

    notifications.dismiss(&ada, everybodys).await.unwrap();
    assert_eq!(changes(&mut told), read);
    assert_eq!(ids(notifications, &ada).await, [own]);
    assert_eq!(ids(notifications, &admin).await, [everybodys]);

    assert_eq!(notifications.mark_all_read(&ada).await.unwrap(), 1);
    assert_eq!(notifications.clear_all(&ada, ClearMode::Read).await.unwrap(), 0);
    assert_eq!(changes(&mut told), read);
    assert_eq!(ids(notifications, &ada).await, [own], "read, and still listed");
    assert_eq!(
        notifications.clear_all(&ada, ClearMode::Dismiss).await.unwrap(),
        1
    );
    assert_eq!(changes(&mut told), read);
    assert_eq!(ids(notifications, &ada).await, [0; 0]);
    assert_eq!(notifications.unread_count(&admin).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_anothers_or_dismissed_is_not_there() {
    let (accounts, admin, ada, everybodys) = readers().await;
    let notifications = &accounts.notifications;
    let anothers = tell(
        &accounts,
        Some(admin.signed_in().unwrap().id),
        &Note::PasswordChanged,
    )
    .await;
    notifications.dismiss(&ada, everybodys).await.unwrap();
    let absent = |result: Result<(), Error>| {
        assert!(
            matches!(result, Err(Error::NotFound(Problem::NotificationNotFound))),
            "{result:?}"
        );
    };
    for id in [anothers, everybodys, -1] {
        absent(notifications.get(&ada, id).await.map(|_| ()));
        absent(notifications.mark_read(&ada, id).await);
        absent(notifications.dismiss(&ada, id).await);
    }
    let nobody = OpContext::anonymous(Uuid::nil(), String::new());
    assert!(matches!(
        notifications.list(&nobody, &NotificationFilter::default()).await,
        Err(Error::NotSignedIn)
    ));
}

#[tokio::test]
async fn lists_go_on_where_they_stopped_and_pages_tell_the_total() {
    let (accounts, _, ada, first) = readers().await;
    let notifications = &accounts.notifications;
    let user = ada.signed_in().unwrap().id;
    let mut all = vec![first];
    for _ in 0..4 {
        all.insert(0, tell(&accounts, Some(user), &Note::PasswordChanged).await);
    }
    let mut filter = NotificationFilter {
        limit: Some(2),
        ..NotificationFilter::default()
    };
    let mut seen = Vec::new();
    let mut slices = 0;
    loop {
        let slice = notifications.list(&ada, &filter).await.unwrap();
        seen.extend(slice.rows.iter().map(|row| row.id));
        slices += 1;
        match slice.next {
            Some(next) => filter.before = Some(next),
            None => break,
        }
    }
    assert_eq!((seen, slices), (all.clone(), 3));

    let filter = NotificationFilter {
        level: Some(Level::Success),
        ..NotificationFilter::default()
    };
    let page = notifications.page(&ada, &filter, 2, 3).await.unwrap();
    assert_eq!(page.total, 4);
    assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [all[3]]);
}

#[tokio::test]
async fn the_latest_about_a_server_is_found() {
    let (accounts, _, ada, id) = readers().await;
    let latest = async |server: &str, of_type: Option<&str>, seconds: i64| {
        let filter = LatestFilter {
            server: server.into(),
            of_type: of_type.map(Into::into),
            since: Some(accounts.clock.now() + TimeDelta::seconds(seconds)),
        };
        let row = accounts.notifications.latest(&ada, &filter).await.unwrap();
        row.map(|row| row.id)
    };
    assert_eq!(latest("WEB", None, 0).await, Some(id));
    assert_eq!(latest("web-01", Some("server_creation"), 0).await, Some(id));
    assert_eq!(latest("web-01", Some("server_start"), 0).await, None);
    assert_eq!(latest("web-01", None, 1).await, None);
    assert_eq!(latest("db", None, 0).await, None);
}

#[tokio::test]
async fn what_is_old_goes_as_the_setting_says() {
    let (accounts, admin, ada, id) = readers().await;
    let notifications = &accounts.notifications;
    accounts.clock.advance(TimeDelta::days(89));
    assert_eq!(notifications.prune().await.unwrap(), 0);
    let mut write = accounts.events.begin().await.unwrap();
    let key = settings::notification_days();
    accounts
        .settings
        .set(&admin, &mut write, &key, Some(&88))
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert_eq!(ids(notifications, &ada).await, [id]);
    assert_eq!(
        notifications.prune().await.unwrap(),
        3,
        "the two sign-ins that were dismissed as well"
    );
    assert_eq!(ids(notifications, &ada).await, [0; 0]);
}

#[tokio::test]
async fn a_trial_is_for_administrators_where_it_is_switched_on() {
    let (accounts, admin, ada, _) = readers().await;
    let refused = accounts.notifications.trial(&ada).await;
    assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{refused:?}");
    let id = accounts.notifications.trial(&admin).await.unwrap();
    assert_eq!(
        accounts.notifications.get(&admin, id).await.unwrap().note,
        Note::Trial
    );
    assert!(
        accounts.notifications.get(&ada, id).await.is_err(),
        "for who asked alone"
    );

    let mut off = accounts.notifications.clone();
    off.self_tests = false;
    let refused = off.trial(&admin).await;
    assert!(
        matches!(refused, Err(Error::NotFound(Problem::SelfTestsOff))),
        "{refused:?}"
    );
}
