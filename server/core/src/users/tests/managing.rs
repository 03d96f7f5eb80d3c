//! What is done to other users, and by whom it may be.

use std::time::Duration;

use chrono::TimeDelta;
use drover_types::permission::{Permission, UserRole};
use drover_types::text::Problem;
use drover_types::user::{ChangeUser, CreateUser};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::sessions::Activity::Request;
use crate::store::testing::{databases, sqlite};
use crate::testing::{Accounts, PASSWORD};

const NEW: &str = "another horse entirely";

/// A permission beside the role, for who manages users without being an administrator.
async fn grant(accounts: &Accounts, ctx: &OpContext, username: &str, names: &[&str]) {
    let change = ChangeUser {
        permissions: Some(names.iter().map(|&name| name.to_owned()).collect()),
        ..ChangeUser::default()
    };
    accounts.users.update(ctx, username, &change).await.unwrap();
}

fn new_user(username: &str, role: &str) -> CreateUser {
    CreateUser {
        username: username.to_owned(),
        role: role.to_owned(),
        ..CreateUser::default()
    }
}

fn in_role(role: &str) -> ChangeUser {
    ChangeUser {
        role: Some(role.to_owned()),
        ..ChangeUser::default()
    }
}

fn disabled() -> ChangeUser {
    ChangeUser {
        is_active: Some(false),
        ..ChangeUser::default()
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T>, field: &str) -> Problem {
    let Err(Error::Invalid(fields)) = result else {
        panic!("{result:?}")
    };
    fields[field].clone()
}

#[tokio::test]
async fn a_generated_password_opens_nothing_but_the_own_account() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let made = accounts
            .users
            .create(&admin, &new_user("grace", "operator"), None)
            .await;
        let password = made.unwrap().password.unwrap();
        let grace = accounts
            .try_sign_in("grace", &password, "192.0.2.1")
            .await
            .unwrap();
        assert!(grace.user.must_change_password, "{on}");
        let ctx = accounts.context(&grace.token).await;
        let refused = ctx.require(Permission::ViewAll).map(drop);
        assert!(
            matches!(refused, Err(Error::PasswordMustChange)),
            "{on}: {refused:?}"
        );
        assert!(
            matches!(ctx.require_admin(), Err(Error::PasswordMustChange)),
            "{on}"
        );
        accounts.users.current(&ctx).await.unwrap();
        accounts
            .users
            .change_password(&ctx, &password.into(), &NEW.into(), &NEW.into())
            .await
            .unwrap();
        accounts.clock.advance(TimeDelta::seconds(61));
        let ctx = accounts.context(&grace.token).await;
        ctx.require(Permission::StopServer).unwrap();
        let listed = accounts.users.list(&admin).await.unwrap();
        let names: Vec<&str> = listed.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, ["ada", "admin", "grace"], "{on}");
        assert!(
            listed[2].last_login.is_some() && !listed[2].must_change_password,
            "{on}"
        );
    }
}

#[tokio::test]
async fn two_administrators_who_demote_each_other_at_once_leave_one() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let grace = new_user("grace", "admin");
        let users = &accounts.users;
        users
            .create(&admin, &grace, Some(&PASSWORD.into()))
            .await
            .unwrap();
        let grace = accounts.context(&accounts.sign_in("grace").await.token).await;
        for round in 0..4 {
            accounts
                .run("UPDATE users SET role = 'admin', is_active = TRUE WHERE username IN ('admin', 'grace')")
                .await;
            let change = if round % 2 == 0 {
                in_role("viewer")
            } else {
                disabled()
            };
            let (one, other) = tokio::join!(
                users.update(&admin, "grace", &change),
                users.update(&grace, "admin", &change)
            );
            assert_eq!(
                usize::from(one.is_ok()) + usize::from(other.is_ok()),
                1,
                "{on}: {one:?} {other:?}"
            );
            let left = crate::store::users::change::list(accounts.db()).await.unwrap();
            let left = left
                .iter()
                .filter(|user| user.is_active && user.grants.role == UserRole::Admin);
            assert_eq!(left.count(), 1, "{on}");
        }
    }
}

#[tokio::test]
async fn an_administrator_who_can_sign_in_always_stays() {
    let accounts = Accounts::over(sqlite().await).await;
    let users = &accounts.users;
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    for (change, field) in [(in_role("viewer"), "role"), (disabled(), "is_active")] {
        let own = users.update(&admin, "admin", &change).await;
        assert_eq!(problem(own, field), Problem::OwnAccount);
    }
    let own = users.delete(&admin, "admin").await;
    assert_eq!(problem(own, "username"), Problem::OwnAccount);

    let grace = new_user("grace", "admin");
    users
        .create(&admin, &grace, Some(&PASSWORD.into()))
        .await
        .unwrap();
    let stays = users.delete(&admin, "grace").await;
    assert_eq!(problem(stays, "username"), Problem::AdministratorsStay);
    // Somebody who manages users and is no administrator can't touch one, the last or not.
    grant(
        &accounts,
        &admin,
        "ada",
        &["view_all", "manage_users", "manage_roles"],
    )
    .await;
    let ada = accounts.context(&accounts.sign_in("ada").await.token).await;
    for refused in [
        users.update(&ada, "grace", &in_role("viewer")).await.map(drop),
        users.update(&ada, "grace", &disabled()).await.map(drop),
        users.reset_password(&ada, "grace", None).await.map(drop),
        users.delete(&ada, "grace").await,
        users
            .create(&ada, &new_user("eve", "admin"), None)
            .await
            .map(drop),
        users.update(&ada, "ada", &in_role("admin")).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{refused:?}");
    }
    users
        .update(&admin, "grace", &in_role("developer"))
        .await
        .unwrap();
    users.delete(&admin, "grace").await.unwrap();
    let gone = users.get(&admin, "grace").await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_hold() {
    let accounts = Accounts::over(sqlite().await).await;
    let users = &accounts.users;
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    grant(
        &accounts,
        &admin,
        "ada",
        &["view_all", "manage_users", "manage_roles"],
    )
    .await;
    let grace = new_user("grace", "operator");
    users
        .create(&admin, &grace, Some(&PASSWORD.into()))
        .await
        .unwrap();
    let ada = accounts.context(&accounts.sign_in("ada").await.token).await;
    for refused in [
        users
            .create(&ada, &new_user("eve", "operator"), None)
            .await
            .map(drop),
        users.reset_password(&ada, "grace", None).await.map(drop),
        users.update(&ada, "ada", &in_role("developer")).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    }
    users
        .create(&ada, &new_user("eve", "viewer"), None)
        .await
        .unwrap();
    // Aliases are read, unknown names are all told.
    grant(&accounts, &admin, "eve", &["admin_access", "view_logs"]).await;
    let eve = users.get(&admin, "eve").await.unwrap();
    assert_eq!(
        eve.grants.effective(),
        [
            Permission::ManageUsers,
            Permission::ManageRoles,
            Permission::ViewLogs
        ]
    );
    let unknown = ChangeUser {
        permissions: Some(vec!["root".to_owned(), "view_all".to_owned()]),
        ..ChangeUser::default()
    };
    let refused = users.update(&admin, "eve", &unknown).await;
    assert!(
        matches!(problem(refused, "permissions"), Problem::UnknownChoice { given, known }
            if given == "root" && known.len() == 18)
    );
    let twice = users
        .create(&admin, &new_user("EVE", "viewer"), None)
        .await
        .map(drop);
    assert!(matches!(problem(twice, "username"), Problem::NameTaken { .. }));
    // Without `manage_users`, nothing.
    let viewer = accounts.context(&accounts.sign_in("grace").await.token).await;
    assert!(matches!(users.list(&viewer).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn a_reset_and_a_disabling_end_every_session() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let users = &accounts.users;
        let admin = accounts.sign_in("admin").await;
        let admin_ctx = accounts.context(&admin.token).await;
        let ada = accounts.sign_in("ada").await;
        users
            .reset_password(&admin_ctx, "ada", Some(&NEW.into()))
            .await
            .unwrap();
        accounts.clock.advance(TimeDelta::seconds(61));
        assert!(accounts.ask(&ada.token, Request).await.is_none(), "{on}");
        assert!(accounts.ask(&admin.token, Request).await.is_some(), "{on}");
        let ada = accounts.try_sign_in("ada", NEW, "192.0.2.1").await.unwrap();
        assert!(!ada.user.must_change_password, "{on}: somebody chose it");
        users.update(&admin_ctx, "ada", &disabled()).await.unwrap();
        accounts.clock.advance(TimeDelta::seconds(61));
        assert!(accounts.ask(&ada.token, Request).await.is_none(), "{on}");
        let refused = accounts.try_sign_in("ada", NEW, "192.0.2.1").await;
        assert!(matches!(refused, Err(Error::SignInFailed)), "{on}: {refused:?}");
    }
}

/// The clock stands still, so what is cached is never looked up again by itself: only what is told changes it.
#[tokio::test]
async fn a_changed_permission_reaches_open_sessions_on_every_replica() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let replica = accounts.replica();
        let stop = CancellationToken::new();
        let listening = async {
            tokio::join!(
                accounts.events.listen(stop.clone()),
                replica.events.listen(stop.clone())
            )
        };
        let story = async {
            let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
            let ada = accounts.sign_in("ada").await;
            let mut told = replica.events.subscribe();
            let may = async || {
                let known = replica
                    .sessions
                    .authenticate(&ada.token, "192.0.2.1", Request)
                    .await;
                known.unwrap().unwrap().actor.grants.allow(Permission::ViewLogs)
            };
            // Until the replica listens, what is told may pass it by.
            loop {
                grant(&accounts, &admin, "ada", &["view_all"]).await;
                if timeout(Duration::from_millis(500), told.recv()).await.is_ok() {
                    break;
                }
                grant(&accounts, &admin, "ada", &["start_server"]).await;
            }
            assert!(!may().await, "{on}");
            grant(&accounts, &admin, "ada", &["view_all", "view_logs"]).await;
            let waiting = async {
                while !may().await {
                    told.recv().await.unwrap();
                }
            };
            timeout(Duration::from_secs(30), waiting).await.expect(on);
            stop.cancel();
        };
        tokio::join!(listening, story);
    }
}

/// Nobody asks meanwhile, and nothing tells of the change afterwards: what was known before is void by itself.
#[tokio::test]
async fn what_changed_while_a_replica_did_not_hear_is_known_at_the_next_question() {
    for test in databases().await {
        if !test.db.is_shared() {
            continue;
        }
        let accounts = Accounts::over(test).await;
        let replica = accounts.replica();
        let stop = CancellationToken::new();
        let story = async {
            let ada = accounts.sign_in("ada").await;
            let may = async || {
                let known = replica
                    .sessions
                    .authenticate(&ada.token, "192.0.2.1", Request)
                    .await;
                known.unwrap().unwrap().actor.grants.allow(Permission::ViewLogs)
            };
            let mut stretch = replica.events.heard_again(None).await;
            assert!(!may().await);
            accounts
                .run(
                    "INSERT INTO user_permissions (user_id, permission)
                     SELECT id, 'view_logs' FROM users WHERE username = 'ada'",
                )
                .await;
            let known = may().await;
            // A busy machine may have made a late answer a break.
            assert!(
                !known || replica.events.unbroken() != stretch,
                "nothing is remembered"
            );
            stretch = replica.events.unbroken().or(stretch);
            accounts
                .run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'drover listener'",
                )
                .await;
            replica.events.heard_again(stretch).await;
            assert!(may().await);
            stop.cancel();
        };
        tokio::join!(replica.events.listen(stop.clone()), story);
    }
}
