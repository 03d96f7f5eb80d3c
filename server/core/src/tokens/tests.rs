//! Tokens from their making to their end, by a set clock.

use chrono::TimeDelta;
use drover_types::permission::Permission;
use drover_types::token::{CreateToken, NewToken};
use drover_types::user::ChangeUser;
use secrecy::SecretString;
use uuid::Uuid;

use super::Tokens;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::testing::{databases, sqlite};
use crate::testing::Accounts;

const HERE: &str = "192.0.2.1";

fn tokens(accounts: &Accounts) -> Tokens {
    Tokens::new(
        accounts.db().clone(),
        accounts.clock.clone(),
        accounts.events.clone(),
    )
}

fn named(permissions: &[&str], days: Option<u32>) -> CreateToken {
    CreateToken {
        name: "backup script".to_owned(),
        permissions: Some(permissions.iter().map(|&name| name.to_owned()).collect()),
        scope: Vec::new(),
        days,
    }
}

async fn ask(tokens: &Tokens, made: &NewToken) -> Result<OpContext> {
    let secret = SecretString::from(made.token.clone());
    let user = tokens.authenticate(&secret, HERE).await?;
    Ok(user.context(Uuid::nil(), HERE.to_owned()))
}

#[tokio::test]
async fn a_token_may_what_it_was_given_until_it_is_revoked() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let tokens = tokens(&accounts);
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let new = named(&["view_all", "manage_users"], None);
        let made = tokens.create(&admin, &new).await.unwrap();
        assert!(made.token.starts_with("drover_") && made.token.len() > 40, "{on}");
        let ctx = ask(&tokens, &made).await.unwrap();
        ctx.require(Permission::ViewAll).unwrap();
        assert!(
            matches!(ctx.require(Permission::ViewLogs), Err(Error::Denied(_))),
            "{on}"
        );
        let refused = ctx.require_admin().map(drop);
        assert!(
            matches!(refused, Err(Error::AdministratorsOnly)),
            "{on}: never the role"
        );
        // It manages users who hold no more than it, and makes no tokens.
        let refused = accounts.users.reset_password(&ctx, "admin", None).await.map(drop);
        assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{on}");
        let refused = tokens.create(&ctx, &new).await.map(drop);
        assert!(matches!(refused, Err(Error::SessionNeeded)), "{on}");

        let listed = tokens.list(&admin).await.unwrap();
        assert_eq!(listed.len(), 1, "{on}");
        assert_eq!(listed[0].last_used_at, Some(accounts.clock.now()), "{on}");
        assert_eq!(listed[0].last_address, HERE, "{on}");
        tokens.revoke(&admin, made.row.id).await.unwrap();
        let refused = ask(&tokens, &made).await.map(drop);
        assert!(matches!(refused, Err(Error::NotSignedIn)), "{on}: {refused:?}");
        assert!(tokens.list(&admin).await.unwrap().is_empty(), "{on}");
        let again = tokens.revoke(&admin, made.row.id).await;
        assert!(matches!(again, Err(Error::NotFound(_))), "{on}: {again:?}");
    }
}

#[tokio::test]
async fn a_token_holds_no_more_than_its_owner_does_now() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let tokens = tokens(&accounts);
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let grant = async |names: &[&str]| {
            let change = ChangeUser {
                permissions: Some(names.iter().map(|&name| name.to_owned()).collect()),
                ..ChangeUser::default()
            };
            accounts.users.update(&admin, "ada", &change).await.unwrap();
        };
        grant(&["view_all", "start_server"]).await;
        let ada = accounts.context(&accounts.sign_in("ada").await.token).await;
        let refused = tokens
            .create(&ada, &named(&["stop_server"], None))
            .await
            .map(drop);
        assert!(
            matches!(refused, Err(Error::Denied(Permission::StopServer))),
            "{on}: {refused:?}"
        );
        let made = tokens
            .create(&ada, &named(&["start_server"], None))
            .await
            .unwrap();
        ask(&tokens, &made)
            .await
            .unwrap()
            .require(Permission::StartServer)
            .unwrap();
        grant(&["view_all"]).await;
        // Another replica, or PostgreSQL's bus, may take a moment; a minute at most.
        accounts.clock.advance(TimeDelta::seconds(61));
        let ctx = ask(&tokens, &made).await.unwrap();
        assert!(
            matches!(ctx.require(Permission::StartServer), Err(Error::Denied(_))),
            "{on}"
        );
        let disabled = ChangeUser {
            is_active: Some(false),
            ..ChangeUser::default()
        };
        accounts.users.update(&admin, "ada", &disabled).await.unwrap();
        accounts.clock.advance(TimeDelta::seconds(61));
        let refused = ask(&tokens, &made).await.map(drop);
        assert!(matches!(refused, Err(Error::NotSignedIn)), "{on}: {refused:?}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_counted_and_told() {
    let accounts = Accounts::over(sqlite().await).await;
    let tokens = tokens(&accounts);
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    let made = tokens
        .create(&admin, &named(&["view_all"], Some(1)))
        .await
        .unwrap();
    ask(&tokens, &made).await.unwrap();
    accounts.clock.advance(TimeDelta::days(1));
    for _ in 0..5 {
        let refused = ask(&tokens, &made).await.map(drop);
        assert!(matches!(refused, Err(Error::NotSignedIn)), "{refused:?}");
    }
    let refused = ask(&tokens, &made).await.map(drop);
    assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
    let told: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE action = 'token.use' AND result = 'refused'")
            .fetch_one(match accounts.db() {
                crate::store::Db::Sqlite { read, .. } => read,
                crate::store::Db::Postgres(_) => panic!("not SQLite"),
            })
            .await
            .unwrap();
    assert_eq!(told, 5);
    let new = CreateToken {
        name: " ".to_owned(),
        permissions: Some(vec!["root".to_owned()]),
        scope: vec!["everything".to_owned()],
        days: Some(0),
    };
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    let Err(Error::Invalid(fields)) = tokens.create(&admin, &new).await.map(drop) else {
        panic!("all of it is wrong")
    };
    assert_eq!(
        fields.keys().collect::<Vec<_>>(),
        ["days", "name", "permissions", "scope"]
    );
}
