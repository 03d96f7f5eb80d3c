//! The first administrator, who one is, and changes of the own password.

use chrono::TimeDelta;
use drover_types::permission::UserRole;
use drover_types::text::{Note, Problem};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::notifications::NotificationFilter;
use crate::sessions::Activity::Request;
use crate::store::testing::{databases, sqlite};
use crate::testing::{Accounts, PASSWORD};
use crate::users::FirstAdmin;

const NEW: &str = "another horse entirely";

#[tokio::test]
async fn the_first_start_makes_one_administrator_and_no_later_one() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let again = accounts.users.ensure_admin(Some(&NEW.into())).await.unwrap();
        assert!(matches!(again, FirstAdmin::NotFirst), "{on}: {again:?}");
        let admin = accounts.sign_in("admin").await;
        assert_eq!(admin.user.grants.role, UserRole::Admin, "{on}");

        // As if it were the first start.
        accounts.run("DELETE FROM users").await;
        let refused = accounts.users.ensure_admin(Some(&"password123".into())).await;
        let Err(Error::Invalid(fields)) = refused else {
            panic!("{on}: {refused:?}")
        };
        assert_eq!(
            fields["DROVER_ADMIN_PASSWORD"],
            Problem::PasswordTooCommon,
            "{on}"
        );

        let made = accounts.users.ensure_admin(None).await.unwrap();
        assert!(
            !format!("{made:?}").contains('-'),
            "{on}: the password is not shown by Debug"
        );
        let FirstAdmin::Generated(password) = made else {
            panic!("{on}: {made:?}")
        };
        accounts
            .try_sign_in("admin", password.expose_secret(), "192.0.2.1")
            .await
            .unwrap();
    }
}

async fn change(
    accounts: &Accounts,
    token: &SecretString,
    current: &str,
    new: &str,
    confirm: &str,
) -> Result<()> {
    let ctx = accounts.context(token).await;
    accounts
        .users
        .change_password(&ctx, &current.into(), &new.into(), &confirm.into())
        .await
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_is_told() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let here = accounts.sign_in("ada").await;
        let elsewhere = accounts.sign_in("ada").await;
        let admin = accounts.sign_in("admin").await;
        change(&accounts, &here.token, PASSWORD, NEW, NEW).await.unwrap();
        // Another replica, or PostgreSQL's bus, may take a moment; a minute at most.
        accounts.clock.advance(TimeDelta::seconds(61));
        assert!(accounts.ask(&here.token, Request).await.is_some(), "{on}");
        assert!(accounts.ask(&elsewhere.token, Request).await.is_none(), "{on}");
        assert!(accounts.ask(&admin.token, Request).await.is_some(), "{on}");
        let old = accounts.try_sign_in("ada", PASSWORD, "192.0.2.1").await;
        assert!(matches!(old, Err(Error::SignInFailed)), "{on}");
        accounts.try_sign_in("ada", NEW, "192.0.2.1").await.unwrap();

        let ctx = accounts.context(&here.token).await;
        let told = accounts
            .notifications
            .list(&ctx, &NotificationFilter::default())
            .await
            .unwrap();
        let notes: Vec<Note> = told.rows.into_iter().map(|row| row.note).collect();
        assert!(notes.contains(&Note::PasswordChanged), "{on}: {notes:?}");
    }
}

#[tokio::test]
async fn the_other_sessions_end_at_once_where_the_bus_is_the_process() {
    let accounts = Accounts::over(sqlite().await).await;
    let here = accounts.sign_in("ada").await;
    let elsewhere = accounts.sign_in("ada").await;
    assert!(accounts.ask(&elsewhere.token, Request).await.is_some());
    change(&accounts, &here.token, PASSWORD, NEW, NEW).await.unwrap();
    assert!(accounts.ask(&elsewhere.token, Request).await.is_none());
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it() {
    let accounts = Accounts::over(sqlite().await).await;
    let ada = accounts.sign_in("ada").await;
    let before = accounts.passwords.runs();
    let cases = [
        (
            ["", "", ""],
            vec![
                ("confirm_password", Problem::Required),
                ("current_password", Problem::Required),
                ("new_password", Problem::Required),
            ],
        ),
        (
            [PASSWORD, "short", "other"],
            vec![
                ("confirm_password", Problem::PasswordsDiffer),
                ("new_password", Problem::PasswordTooShort { min: 10 }),
            ],
        ),
        (
            [PASSWORD, "password1234", "password1234"],
            vec![("new_password", Problem::PasswordTooCommon)],
        ),
        (
            ["wrong", NEW, NEW],
            vec![("current_password", Problem::WrongPassword)],
        ),
    ];
    for ([current, new, confirm], expected) in cases {
        let refused = change(&accounts, &ada.token, current, new, confirm).await;
        let Err(Error::Invalid(fields)) = refused else {
            panic!("{refused:?}")
        };
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, problem)| (name.as_str(), problem.clone()))
            .collect();
        assert_eq!(fields, expected);
    }
    assert_eq!(
        accounts.passwords.runs() - before,
        1,
        "only the last was worth hashing"
    );
    accounts.sign_in("ada").await;
}

#[tokio::test]
async fn an_open_session_is_no_place_to_guess_the_password() {
    let accounts = Accounts::over(sqlite().await).await;
    let ada = accounts.sign_in("ada").await;
    for _ in 0..5 {
        let refused = change(&accounts, &ada.token, "guess", NEW, NEW).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    let refused = change(&accounts, &ada.token, PASSWORD, NEW, NEW).await;
    assert!(
        matches!(
            refused,
            Err(Error::RateLimited {
                retry_after_seconds: 30
            })
        ),
        "{refused:?}"
    );
    accounts.sign_in("ada").await;
    accounts.clock.advance(TimeDelta::seconds(31));
    change(&accounts, &ada.token, PASSWORD, NEW, NEW).await.unwrap();
}

#[tokio::test]
async fn one_is_told_who_one_is_as_one_stands_now() {
    let accounts = Accounts::over(sqlite().await).await;
    let ada = accounts.sign_in("ada").await;
    let ctx = accounts.context(&ada.token).await;
    accounts
        .run("UPDATE users SET email = 'ada@example.org' WHERE username = 'ada'")
        .await;
    let user = accounts.users.current(&ctx).await.unwrap();
    assert_eq!((user.id, user.email.as_str()), (ada.user.id, "ada@example.org"));
    accounts.run("DELETE FROM users WHERE username = 'ada'").await;
    assert!(matches!(
        accounts.users.current(&ctx).await,
        Err(Error::NotSignedIn)
    ));
    let nobody = OpContext::anonymous(Uuid::nil(), String::new());
    assert!(matches!(
        accounts.users.current(&nobody).await,
        Err(Error::NotSignedIn)
    ));
}
