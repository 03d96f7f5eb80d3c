//! What lets a user in, seen and taken away by whoever manages users.

use chrono::TimeDelta;
use drover_types::audit::AuditFilter;
use drover_types::permission::Permission;
use drover_types::token::CreateToken;
use drover_types::user::ChangeUser;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use crate::audit::Audit;
use crate::error::{Error, Result};
use crate::sessions::Activity::Request;
use crate::store::testing::{databases, sqlite};
use crate::testing::{Accounts, PASSWORD};
use crate::tokens::Tokens;

fn tokens(accounts: &Accounts) -> Tokens {
    let (db, clock) = (accounts.db().clone(), accounts.clock.clone());
    Tokens::new(db, clock, accounts.events.clone())
}

fn named(name: &str) -> CreateToken {
    CreateToken {
        name: name.to_owned(),
        ..CreateToken::default()
    }
}

fn is_missing<T>(answer: Result<T>) -> bool {
    matches!(answer, Err(Error::NotFound(_)))
}

#[tokio::test]
async fn one_session_and_one_token_are_ended_and_the_others_stay() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let (users, tokens) = (&accounts.users, tokens(&accounts));
        let own = accounts.sign_in("admin").await;
        let admin = accounts.context(&own.token).await;
        let home = accounts.sign_in("ada").await;
        let office = accounts
            .try_sign_in("ada", PASSWORD, "198.51.100.7")
            .await
            .unwrap();
        let ada = accounts.context(&home.token).await;
        let script = tokens.create(&ada, &named("script")).await.unwrap();
        let report = tokens.create(&ada, &named("report")).await.unwrap();

        let listed = users.sessions_of(&admin, "ada").await.unwrap();
        let ids: Vec<Uuid> = listed.iter().map(|row| row.id).collect();
        assert_eq!(ids, [office.session, home.session], "{on}");
        assert_eq!(listed[0].address, "198.51.100.7", "{on}");
        assert!(listed.iter().all(|row| !row.current), "{on}");
        assert!(
            users.sessions_of(&admin, "admin").await.unwrap()[0].current,
            "{on}"
        );
        let listed = users.tokens_of(&admin, "ada").await.unwrap();
        assert_eq!(listed, tokens.list(&ada).await.unwrap(), "{on}");
        assert_eq!(listed.len(), 2, "{on}");

        users.end_session(&admin, "ada", office.session).await.unwrap();
        assert!(accounts.ask(&office.token, Request).await.is_none(), "{on}");
        assert!(accounts.ask(&home.token, Request).await.is_some(), "{on}");
        let good = async |secret: &str| {
            let secret = SecretString::from(secret);
            tokens.authenticate(&secret, "192.0.2.1").await.is_ok()
        };
        assert!(good(&script.token).await && good(&report.token).await, "{on}");
        users.revoke_token_of(&admin, "ada", script.row.id).await.unwrap();
        assert!(!good(&script.token).await && good(&report.token).await, "{on}");

        let again = users.end_session(&admin, "ada", office.session).await;
        assert!(is_missing(again), "{on}");
        let again = users.revoke_token_of(&admin, "ada", script.row.id).await;
        assert!(is_missing(again), "{on}");
        let of_another = users.end_session(&admin, "ada", own.session).await;
        assert!(is_missing(of_another), "{on}: one's own is none of hers");
        assert!(is_missing(users.sessions_of(&admin, "nobody").await), "{on}");
        assert!(is_missing(users.tokens_of(&admin, "nobody").await), "{on}");

        let audit = Audit::new(
            accounts.db().clone(),
            accounts.clock.clone(),
            accounts.events.clone(),
            accounts.settings.clone(),
        );
        let told = async |action: &str| {
            let filter = AuditFilter {
                action: action.to_owned(),
                ..AuditFilter::default()
            };
            audit.page(&admin, &filter, 1, 10).await.unwrap().rows
        };
        let (ended, revoked) = (told("session.end").await, told("token.revoke").await);
        assert_eq!((ended.len(), revoked.len()), (1, 1), "{on}");
        assert_eq!(
            (ended[0].username.as_str(), ended[0].object.as_str()),
            ("admin", "ada"),
            "{on}"
        );
        assert_eq!(ended[0].changes["session"].before, json!(office.session), "{on}");
        assert_eq!(
            (revoked[0].username.as_str(), revoked[0].object.as_str()),
            ("admin", "script"),
            "{on}"
        );
        assert_eq!(revoked[0].changes["owner"].before, json!("ada"), "{on}");
    }
}

#[tokio::test]
async fn nobody_looks_into_an_account_that_they_could_not_reset() {
    let accounts = Accounts::over(sqlite().await).await;
    let (users, tokens) = (&accounts.users, tokens(&accounts));
    let own = accounts.sign_in("admin").await;
    let admin = accounts.context(&own.token).await;
    let script = tokens.create(&admin, &named("script")).await.unwrap().row.id;
    let ada = accounts.sign_in("ada").await;
    let all = async || {
        let ctx = accounts.context(&ada.token).await;
        [
            users.sessions_of(&ctx, "admin").await.map(drop),
            users.tokens_of(&ctx, "admin").await.map(drop),
            users.end_session(&ctx, "admin", own.session).await,
            users.revoke_token_of(&ctx, "admin", script).await,
        ]
    };
    for refused in all().await {
        let expected = matches!(refused, Err(Error::Denied(Permission::ManageUsers)));
        assert!(expected, "{refused:?}");
    }
    let change = ChangeUser {
        permissions: Some(vec!["manage_users".to_owned()]),
        ..ChangeUser::default()
    };
    users.update(&admin, "ada", &change).await.unwrap();
    for refused in all().await {
        assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{refused:?}");
    }
    assert!(accounts.ask(&own.token, Request).await.is_some());
    assert_eq!(tokens.list(&admin).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_that_has_ended_by_itself_is_not_listed() {
    let accounts = Accounts::over(sqlite().await).await;
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    accounts.sign_in("ada").await;
    accounts.clock.advance(TimeDelta::hours(7));
    let listed = accounts.users.sessions_of(&admin, "ada").await.unwrap();
    assert_eq!(listed.len(), 1);
    accounts.clock.advance(TimeDelta::hours(2));
    let listed = accounts.users.sessions_of(&admin, "ada").await.unwrap();
    assert!(listed.is_empty(), "{listed:?}");
}
