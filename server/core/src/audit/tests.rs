//! What is written of whom, that it is found again, and for how long it stays.

use chrono::TimeDelta;
use drover_types::audit::AuditResult::{Done, Refused};
use drover_types::audit::{AuditFilter, AuditResult, AuditRow};
use drover_types::user::{ChangeUser, CreateUser};
use serde_json::json;

use super::Audit;
use crate::context::OpContext;
use crate::error::Error;
use crate::store::audit::add_upid;
use crate::store::testing::{databases, sqlite};
use crate::tasks::Tasks;
use crate::testing::{Accounts, PASSWORD};

const NEW: &str = "another horse entirely";

fn audit(accounts: &Accounts) -> Audit {
    Audit::new(
        accounts.db().clone(),
        accounts.clock.clone(),
        accounts.events.clone(),
        accounts.settings.clone(),
    )
}

async fn found(accounts: &Accounts, admin: &OpContext, filter: AuditFilter) -> Vec<AuditRow> {
    let page = audit(accounts).page(admin, &filter, 1, 100).await.unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows
}

fn of_action(action: &str) -> AuditFilter {
    AuditFilter {
        action: action.to_owned(),
        ..AuditFilter::default()
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story and all that is told of it")]
async fn what_is_done_to_users_is_told_with_before_and_after_and_no_secret() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let users = &accounts.users;
        let signed_in = accounts.sign_in("admin").await;
        let admin = accounts.context(&signed_in.token).await;
        let refused = accounts.try_sign_in("ada", "wrong", "198.51.100.9").await;
        assert!(refused.is_err(), "{on}");
        let refused = accounts.try_sign_in("nobody%", "wrong", "198.51.100.9").await;
        assert!(refused.is_err(), "{on}");
        let new = CreateUser {
            username: "grace".to_owned(),
            role: "viewer".to_owned(),
            ..CreateUser::default()
        };
        users.create(&admin, &new, Some(&PASSWORD.into())).await.unwrap();
        let change = ChangeUser {
            email: Some("grace@example.org".to_owned()),
            role: Some("operator".to_owned()),
            ..ChangeUser::default()
        };
        users.update(&admin, "grace", &change).await.unwrap();
        users
            .reset_password(&admin, "grace", Some(&NEW.into()))
            .await
            .unwrap();
        let grace = accounts.try_sign_in("grace", NEW, "192.0.2.1").await.unwrap();
        let grace = accounts.context(&grace.token).await;
        let (old, new) = (NEW.into(), PASSWORD.into());
        let wrong = users.change_password(&grace, &"wrong".into(), &new, &new).await;
        assert!(wrong.is_err(), "{on}");
        users.change_password(&grace, &old, &new, &new).await.unwrap();
        accounts.sessions.sign_out(&grace).await.unwrap();
        users.delete(&admin, "grace").await.unwrap();

        let rows = found(&accounts, &admin, AuditFilter::default()).await;
        let told: Vec<(&str, &str, &str, AuditResult)> = rows
            .iter()
            .rev()
            .map(|row| {
                (
                    row.username.as_str(),
                    row.action.as_str(),
                    row.object.as_str(),
                    row.result,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("admin", "session.sign_in", "admin", Done),
                ("ada", "session.sign_in", "ada", Refused),
                ("nobody%", "session.sign_in", "nobody%", Refused),
                ("admin", "user.create", "grace", Done),
                ("admin", "user.change", "grace", Done),
                ("admin", "user.reset_password", "grace", Done),
                ("grace", "session.sign_in", "grace", Done),
                ("grace", "user.change_password", "grace", Refused),
                ("grace", "user.change_password", "grace", Done),
                ("grace", "session.sign_out", "grace", Done),
                ("admin", "user.delete", "grace", Done),
            ],
            "{on}"
        );
        let changed = &found(&accounts, &admin, of_action("user.change")).await[0];
        assert_eq!(changed.session, Some(signed_in.session), "{on}");
        assert_eq!(changed.address, "192.0.2.1", "{on}");
        let of = |field: &str| serde_json::to_value(&changed.changes[field]).unwrap();
        assert_eq!(
            of("email"),
            json!({"before": "", "after": "grace@example.org"}),
            "{on}"
        );
        assert_eq!(
            of("role"),
            json!({"before": "viewer", "after": "operator"}),
            "{on}"
        );
        assert!(!changed.changes.contains_key("name"), "{on}");
        let text = serde_json::to_string(&rows).unwrap();
        for secret in [NEW, PASSWORD, "wrong", "argon2"] {
            assert!(!text.contains(secret), "{on}: {secret}");
        }

        let of_user = AuditFilter {
            user: "grace".to_owned(),
            ..AuditFilter::default()
        };
        assert_eq!(found(&accounts, &admin, of_user).await.len(), 4, "{on}");
        assert_eq!(found(&accounts, &admin, of_action("user")).await.len(), 6, "{on}");
        assert_eq!(found(&accounts, &admin, of_action("use")).await.len(), 0, "{on}");
        let search = |search: &str| AuditFilter {
            search: search.to_owned(),
            ..AuditFilter::default()
        };
        assert_eq!(
            found(&accounts, &admin, search("198.51.100")).await.len(),
            2,
            "{on}"
        );
        assert_eq!(found(&accounts, &admin, search("GRACE@")).await.len(), 2, "{on}");
        assert_eq!(
            found(&accounts, &admin, search("%")).await.len(),
            1,
            "{on}: as it is"
        );
        let refused = AuditFilter {
            result: Some(Refused),
            object: "A".to_owned(),
            ..AuditFilter::default()
        };
        assert_eq!(found(&accounts, &admin, refused).await.len(), 2, "{on}");
        let later = AuditFilter {
            from: Some(accounts.clock.now() + TimeDelta::seconds(1)),
            ..AuditFilter::default()
        };
        assert!(found(&accounts, &admin, later).await.is_empty(), "{on}");
    }
}

#[tokio::test]
async fn it_is_read_by_those_who_manage_users_and_kept_as_long_as_is_chosen() {
    let accounts = Accounts::over(sqlite().await).await;
    let audit = audit(&accounts);
    let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
    let ada = accounts.context(&accounts.sign_in("ada").await.token).await;
    let all = AuditFilter::default();
    let refused = audit.page(&ada, &all, 1, 10).await.map(drop);
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    let refused = audit.export(&ada, &all, None).await.map(drop);
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    let refused = audit.set_retention(&ada, 1).await;
    assert!(matches!(refused, Err(Error::AdministratorsOnly)), "{refused:?}");
    let page = audit.page(&admin, &all, 2, 1).await.unwrap();
    assert_eq!((page.total, page.rows.len(), page.retention_days), (2, 1, 365));
    let exported = audit
        .export(&admin, &all, Some(page.rows[0].id + 1))
        .await
        .unwrap();
    assert_eq!(exported, page.rows);

    accounts.clock.advance(TimeDelta::days(100));
    assert_eq!(audit.prune().await.unwrap(), 0);
    audit.set_retention(&admin, 99).await.unwrap();
    assert_eq!(audit.prune().await.unwrap(), 2);
    let left = found(&accounts, &admin, all).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].action, "audit.set_retention");
    let days = serde_json::to_value(&left[0].changes["days"]).unwrap();
    assert_eq!(days, json!({"before": 365, "after": 99}));
    audit.set_retention(&admin, 0).await.unwrap();
    accounts.clock.advance(TimeDelta::days(10_000));
    assert_eq!(audit.prune().await.unwrap(), 0, "for ever");
}

#[tokio::test]
async fn proxmoxs_own_task_leads_to_the_person() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let task = Tasks::new_id();
        let mut tx = accounts.db().begin().await.unwrap();
        let entry = super::Entry {
            task: Some(task),
            ..super::Entry::done(
                drover_types::audit::Action::CancelTask,
                drover_types::audit::ObjectKind::Task,
                "web-01",
            )
        };
        let who = admin.signed_in().unwrap().into();
        super::record(&mut tx, who, &entry, accounts.clock.now())
            .await
            .unwrap();
        let upid = "UPID:pve1:0000C0DE:00001234:650B0000:qmstart:101:drover@pve!main:";
        for _ in 0..2 {
            add_upid(&mut tx, task, upid, accounts.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let filter = AuditFilter {
            search: "650b0000:qmstart".to_owned(),
            ..AuditFilter::default()
        };
        let rows = found(&accounts, &admin, filter).await;
        assert_eq!(rows.len(), 1, "{on}");
        assert_eq!(
            (rows[0].username.as_str(), rows[0].upids.as_slice()),
            ("admin", &[upid.to_owned()][..]),
            "{on}"
        );
    }
}
