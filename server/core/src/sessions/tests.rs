//! Sessions from signing in to their end, by a set clock.

use chrono::TimeDelta;
use drover_types::permission::UserRole;
use drover_types::text::{Note, Problem};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::Activity::{Passive, Request};
use crate::context::OpContext;
use crate::error::Error;
use crate::events::Change;
use crate::notifications::NotificationFilter;
use crate::store::testing::{databases, sqlite};
use crate::testing::{Accounts, PASSWORD};

const HERE: &str = "192.0.2.1";

async fn accounts() -> Accounts {
    Accounts::over(sqlite().await).await
}

#[tokio::test]
async fn a_session_is_opened_used_listed_and_ended() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let first = accounts.sign_in("ada").await;
        assert_eq!(first.token.expose_secret().len(), 43, "{on}: 256 bits");
        assert_eq!(first.user.grants.role, UserRole::Viewer, "{on}");
        assert_eq!(first.expires, accounts.clock.now() + TimeDelta::hours(24), "{on}");
        accounts.clock.advance(TimeDelta::seconds(1));
        let second = accounts.sign_in("ada").await;

        let known = accounts.ask(&first.token, Request).await.unwrap();
        assert_eq!(
            (known.session, known.user.id),
            (first.session, first.user.id),
            "{on}"
        );
        assert_eq!(known.user.last_login, Some(accounts.clock.now()), "{on}");
        assert!(
            accounts.ask(&"made up".into(), Request).await.is_none(),
            "{on}: a made-up token"
        );

        let ctx = accounts.context(&first.token).await;
        let rows = accounts.sessions.list(&ctx).await.unwrap();
        let listed: Vec<_> = rows.iter().map(|row| (row.id, row.current)).collect();
        assert_eq!(listed, [(second.session, false), (first.session, true)], "{on}");
        assert_eq!(
            (rows[0].address.as_str(), rows[0].user_agent.as_str()),
            (HERE, "Firefox")
        );

        let told = accounts
            .notifications
            .list(&ctx, &NotificationFilter::default())
            .await
            .unwrap()
            .rows;
        assert_eq!(told.len(), 2, "{on}");
        assert_eq!(told[0].note, Note::SignedIn { address: HERE.into() }, "{on}");

        accounts.sessions.revoke(&ctx, second.session).await.unwrap();
        assert!(accounts.ask(&second.token, Request).await.is_none(), "{on}");
        accounts.sessions.sign_out(&ctx).await.unwrap();
        assert!(accounts.ask(&first.token, Request).await.is_none(), "{on}");
    }
}

#[tokio::test]
async fn another_users_session_can_not_be_revoked() {
    let accounts = accounts().await;
    let ada = accounts.sign_in("ada").await;
    let admin = accounts.sign_in("admin").await;
    let ctx = accounts.context(&admin.token).await;
    let refused = accounts.sessions.revoke(&ctx, ada.session).await;
    assert!(
        matches!(refused, Err(Error::NotFound(Problem::NotFound))),
        "{refused:?}"
    );
    assert_eq!(
        accounts.sessions.sign_out_everywhere(&ctx, false).await.unwrap(),
        1
    );
    assert!(accounts.ask(&admin.token, Request).await.is_none());
    assert!(accounts.ask(&ada.token, Request).await.is_some());
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_and_the_work_are_the_same() {
    let accounts = accounts().await;
    accounts
        .run(
            "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at)
             SELECT 'gone', password_hash, role, FALSE, created_at, updated_at FROM users WHERE username = 'ada'",
        )
        .await;
    for (username, password) in [("ada", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)] {
        let before = accounts.passwords.runs();
        let refused = accounts.try_sign_in(username, password, HERE).await;
        assert!(
            matches!(refused, Err(Error::SignInFailed)),
            "{username}: {refused:?}"
        );
        assert_eq!(accounts.passwords.runs() - before, 1, "{username}");
    }
    let refused = accounts.try_sign_in(" ", "", HERE).await;
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(fields["username"], Problem::Required);
    assert_eq!(fields["password"], Problem::Required);
}

fn wait_of<T: std::fmt::Debug>(result: Result<T, Error>) -> Option<u64> {
    match result {
        Err(Error::RateLimited { retry_after_seconds }) => Some(retry_after_seconds),
        Err(Error::SignInFailed) => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_account_is_locked_after_five_failures_whether_or_not_it_exists() {
    let accounts = accounts().await;
    for username in ["ada", "nobody"] {
        for n in 0..5 {
            let from = format!("198.51.100.{n}");
            assert_eq!(
                wait_of(accounts.try_sign_in(username, "wrong", &from).await),
                None,
                "{username} {n}"
            );
        }
        let before = accounts.passwords.runs();
        let other_case = username.to_uppercase();
        for name in [username, &other_case] {
            let refused = accounts.try_sign_in(name, PASSWORD, "203.0.113.9").await;
            assert_eq!(wait_of(refused), Some(30), "{name}");
        }
        assert_eq!(
            accounts.passwords.runs(),
            before,
            "a locked account costs no work"
        );
        // From elsewhere, or the next one starts with this one's failures.
        accounts.clock.advance(TimeDelta::hours(2));
    }

    for n in 0..5 {
        let refused = accounts
            .try_sign_in("ada", "wrong", &format!("198.51.100.{n}"))
            .await;
        assert_eq!(wait_of(refused), None);
    }
    accounts.clock.advance(TimeDelta::seconds(30));
    accounts.sign_in("ada").await;
    let refused = accounts.try_sign_in("ada", "wrong", "203.0.113.1").await;
    assert_eq!(wait_of(refused), None, "success begins anew");
    accounts.sign_in("ada").await;
}

#[tokio::test]
async fn an_address_is_locked_after_five_failures_for_every_account() {
    let accounts = accounts().await;
    for n in 0..5 {
        let refused = accounts.try_sign_in(&format!("nobody{n}"), "wrong", HERE).await;
        assert_eq!(wait_of(refused), None, "{n}");
    }
    assert_eq!(
        wait_of(accounts.try_sign_in("ada", PASSWORD, HERE).await),
        Some(30)
    );
    accounts
        .try_sign_in("ada", PASSWORD, "203.0.113.1")
        .await
        .unwrap();
    accounts.clock.advance(TimeDelta::seconds(31));
    assert_eq!(wait_of(accounts.try_sign_in("nobody", "wrong", HERE).await), None);
    assert_eq!(
        wait_of(accounts.try_sign_in("ada", PASSWORD, HERE).await),
        Some(60)
    );
}

#[tokio::test]
async fn attempts_at_once_are_stopped_as_well() {
    let accounts = accounts().await;
    let attempts = (0..30).map(|_| accounts.try_sign_in("ada", "wrong", HERE));
    let results = futures::future::join_all(attempts).await;
    let tried = results
        .into_iter()
        .filter(|result| matches!(result, Err(Error::SignInFailed)))
        .count();
    // Those that had their turn together with the fifth were counted after it.
    assert!((5..5 + 4).contains(&tried), "{tried}");
}

#[tokio::test]
async fn requests_keep_a_session_alive_and_streams_do_not() {
    let accounts = accounts().await;
    let session = accounts.sign_in("ada").await;
    let hours = |n| accounts.clock.advance(TimeDelta::hours(n));
    hours(7);
    assert!(accounts.ask(&session.token, Request).await.is_some());
    hours(7);
    let known = accounts.ask(&session.token, Passive).await.unwrap();
    assert_eq!(known.expires, accounts.clock.now() + TimeDelta::hours(1));
    hours(1);
    assert!(accounts.ask(&session.token, Passive).await.is_none());
    assert!(
        accounts.ask(&session.token, Request).await.is_none(),
        "it has ended for good"
    );
}

#[tokio::test]
async fn uses_within_a_minute_are_not_lost_though_not_written_each() {
    let accounts = accounts().await;
    let session = accounts.sign_in("ada").await;
    let stored = async || {
        let ctx = accounts.context(&session.token).await;
        accounts.sessions.list(&ctx).await.unwrap()[0].last_used_at
    };
    let opened = accounts.clock.now();
    accounts.ask(&session.token, Request).await.unwrap();
    accounts.clock.advance(TimeDelta::seconds(50));
    accounts.ask(&session.token, Request).await.unwrap();
    assert_eq!(stored().await, opened, "not written");
    accounts.clock.advance(TimeDelta::seconds(20));
    // A stream writes down what the request before it was.
    accounts.ask(&session.token, Passive).await.unwrap();
    accounts.clock.advance(TimeDelta::seconds(60));
    accounts.ask(&session.token, Request).await.unwrap();
    assert_eq!(stored().await, accounts.clock.now());
}

#[tokio::test]
async fn no_use_takes_a_session_beyond_a_day() {
    let accounts = accounts().await;
    let session = accounts.sign_in("ada").await;
    for _ in 0..5 {
        accounts.clock.advance(TimeDelta::minutes(4 * 60 + 47));
        assert!(accounts.ask(&session.token, Request).await.is_some());
    }
    accounts.clock.advance(TimeDelta::minutes(5));
    assert!(accounts.ask(&session.token, Request).await.is_none());
    let other = accounts.sign_in("ada").await;
    assert_eq!(accounts.sessions.prune().await.unwrap(), 1);
    assert!(accounts.ask(&other.token, Request).await.is_some());
}

#[tokio::test]
async fn what_is_cached_goes_with_the_change_of_its_user() {
    let accounts = accounts().await;
    let ada = accounts.sign_in("ada").await;
    let role = async |token: &SecretString| {
        let known = accounts.ask(token, Request).await;
        known.map(|known| known.actor.grants.role)
    };
    assert_eq!(role(&ada.token).await, Some(UserRole::Viewer));

    accounts
        .run("UPDATE users SET role = 'operator' WHERE username = 'ada'")
        .await;
    assert_eq!(
        role(&ada.token).await,
        Some(UserRole::Viewer),
        "from the cache, without a query"
    );

    let changed = async |user| {
        let mut write = accounts.events.begin().await.unwrap();
        write.changed(Change::UserChanged { user });
        write.commit().await.unwrap();
    };
    changed(ada.user.id + 1).await;
    assert_eq!(
        role(&ada.token).await,
        Some(UserRole::Viewer),
        "another user's change"
    );
    changed(ada.user.id).await;
    assert_eq!(role(&ada.token).await, Some(UserRole::Operator));

    accounts
        .run("UPDATE users SET is_active = FALSE WHERE username = 'ada'")
        .await;
    accounts.clock.advance(TimeDelta::seconds(61));
    assert_eq!(
        role(&ada.token).await,
        None,
        "found out within a minute though nobody told"
    );
}

#[tokio::test]
async fn a_reader_of_the_bus_that_fell_behind_believes_nothing_it_has() {
    let accounts = accounts().await;
    let ada = accounts.sign_in("ada").await;
    assert!(accounts.ask(&ada.token, Request).await.is_some());
    accounts.run("DELETE FROM sessions").await;
    assert!(accounts.ask(&ada.token, Request).await.is_some());
    for n in 0..2000 {
        accounts.events.tell(Change::Notification { id: n, user: None });
    }
    assert!(accounts.ask(&ada.token, Request).await.is_none());
}

#[tokio::test]
async fn a_refresh_keeps_the_session_alive_and_tells_the_user_as_they_stand() {
    let accounts = accounts().await;
    let ada = accounts.sign_in("ada").await;
    let ctx = accounts.context(&ada.token).await;
    accounts.clock.advance(TimeDelta::hours(7));
    accounts
        .run("UPDATE users SET name = 'Ada' WHERE username = 'ada'")
        .await;
    let user = accounts.sessions.refresh(&ctx).await.unwrap();
    assert_eq!(
        (user.name.as_str(), user.last_login),
        ("Ada", Some(accounts.clock.now()))
    );
    accounts.clock.advance(TimeDelta::hours(7));
    assert!(accounts.ask(&ada.token, Passive).await.is_some());
}

#[tokio::test]
async fn nobody_has_no_sessions() {
    let accounts = accounts().await;
    let nobody = OpContext::anonymous(Uuid::nil(), HERE.to_owned());
    let sessions = &accounts.sessions;
    assert!(matches!(sessions.list(&nobody).await, Err(Error::NotSignedIn)));
    assert!(matches!(sessions.refresh(&nobody).await, Err(Error::NotSignedIn)));
    assert!(matches!(
        sessions.sign_out(&nobody).await,
        Err(Error::NotSignedIn)
    ));
    assert!(matches!(
        sessions.sign_out_everywhere(&nobody, true).await,
        Err(Error::NotSignedIn)
    ));
    assert!(matches!(
        sessions.revoke(&nobody, Uuid::nil()).await,
        Err(Error::NotSignedIn)
    ));
}
