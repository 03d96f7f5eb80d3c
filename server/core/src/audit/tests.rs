//! What is written of whom, that it is found again, and for how long it stays.

use chrono::TimeDelta;
use drover_types::audit::AuditResult::{Done, Refused};
use drover_types::audit::{Action, AuditFilter, AuditResult, AuditRow, ObjectKind};
use drover_types::ids::TaskId;
use drover_types::task::TaskState;
use drover_types::token::CreateToken;
use drover_types::user::{ChangeUser, CreateUser};
use serde_json::json;

use super::{Audit, Entry, record};
use crate::context::OpContext;
use crate::error::Error;
use crate::store::audit::{add_result, add_upid, prune};
use crate::store::tasks::{self, Ending, children};
use crate::store::testing::{databases, sqlite};
use crate::store::{execute, old_tasks};
use crate::tasks::Tasks;
use crate::testing::{Accounts, PASSWORD};
use crate::tokens::Tokens;

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

/// Tells of a task that somebody cancels it.
async fn cancelling(accounts: &Accounts, ctx: &OpContext, task: TaskId) {
    let mut tx = accounts.db().begin().await.unwrap();
    let entry = Entry {
        result: AuditResult::Accepted,
        task: Some(task),
        ..Entry::done(Action::CancelTask, ObjectKind::Task, "web-01")
    };
    let who = ctx.signed_in().unwrap().into();
    record(&mut tx, who, &entry, accounts.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn proxmoxs_own_task_leads_to_the_person() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let task = Tasks::new_id();
        cancelling(&accounts, &admin, task).await;
        let mut tx = accounts.db().begin().await.unwrap();
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

#[tokio::test]
async fn the_end_of_a_task_is_told_after_the_task_has_gone() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let (db, now) = (accounts.db(), accounts.clock.now());
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let task = Tasks::new_id();
        cancelling(&accounts, &admin, task).await;
        let told = async || {
            let rows = found(&accounts, &admin, of_action("task.cancel")).await;
            (rows[0].task_state, rows[0].task_kept)
        };
        assert_eq!(told().await, (None, false), "{on}");
        let mut tx = db.begin().await.unwrap();
        execute!(
            &mut tx,
            "INSERT INTO tasks (id, kind, state, undoing, actor, target, input, progress, message, created_at, \
             updated_at) VALUES ($1, 'self_test', 'queued', $2, 'ann', '', 'null', 0, '{}', $3, $3)",
            task.0,
            false,
            now
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told().await, (Some(TaskState::Queued), true), "{on}");
        let end = async |state| {
            let mut tx = db.begin().await.unwrap();
            let ending = Ending {
                state,
                problem: None,
                cause: None,
                at: now,
            };
            assert!(tasks::end(&mut tx, task, &ending).await.unwrap(), "{on}");
            tx.commit().await.unwrap();
        };
        end(TaskState::Partial).await;
        assert_eq!(told().await, (Some(TaskState::Partial), true), "{on}");
        let mut tx = db.begin().await.unwrap();
        children::reopen(&mut tx, task, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            told().await,
            (Some(TaskState::Running), true),
            "{on}: it runs again"
        );
        end(TaskState::Failed).await;
        let mut tx = db.begin().await.unwrap();
        let gone = old_tasks::prune(&mut tx, now + TimeDelta::days(1), 10).await;
        assert_eq!(gone.unwrap(), 1, "{on}");
        tx.commit().await.unwrap();
        assert_eq!(told().await, (Some(TaskState::Failed), false), "{on}");
    }
}

#[tokio::test]
async fn a_row_names_the_token_that_asked() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let tokens = Tokens::new(
            accounts.db().clone(),
            accounts.clock.clone(),
            accounts.events.clone(),
        );
        let new = CreateToken {
            name: "night job".to_owned(),
            ..CreateToken::default()
        };
        let made = tokens.create(&admin, &new).await.unwrap();
        let known = tokens
            .authenticate(&made.token.into(), "192.0.2.1")
            .await
            .unwrap();
        let script = known.context(uuid::Uuid::nil(), "192.0.2.1".to_owned());
        accounts.users.end_sessions(&script, "ada").await.unwrap();
        tokens.revoke(&admin, made.row.id).await.unwrap();
        let ended = &found(&accounts, &admin, of_action("session.end")).await[0];
        assert_eq!(
            (ended.token, ended.token_name.as_deref()),
            (Some(made.row.id), Some("night job")),
            "{on}: revoked or not"
        );
        let revoked = &found(&accounts, &admin, of_action("token.revoke")).await[0];
        assert_eq!((revoked.token, &revoked.token_name), (None, &None), "{on}");
    }
}

#[tokio::test]
async fn the_database_changes_no_row_and_lets_old_ones_go() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let (db, now) = (accounts.db(), accounts.clock.now());
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let task = Tasks::new_id();
        cancelling(&accounts, &admin, task).await;
        let mut tx = db.begin().await.unwrap();
        add_upid(&mut tx, task, "UPID:pve1:1", now).await.unwrap();
        add_result(&mut tx, task, TaskState::Failed, now).await.unwrap();
        tx.commit().await.unwrap();
        for change in [
            "UPDATE audit SET username = 'eve'",
            "UPDATE audit SET user_id = NULL WHERE username = 'admin'",
            "UPDATE audit_upids SET upid = 'UPID:pve2:2'",
            "UPDATE audit_results SET state = 'completed'",
        ] {
            let mut tx = db.begin().await.unwrap();
            let refused = execute!(&mut tx, change).await;
            let said = refused.expect_err(change).to_string();
            assert!(
                said.contains("rows of the audit are never changed"),
                "{on}: {said}"
            );
        }
        let row = &found(&accounts, &admin, of_action("task.cancel")).await[0];
        assert_eq!(
            (row.username.as_str(), row.task_state, row.upids.len()),
            ("admin", Some(TaskState::Failed), 1),
            "{on}"
        );
        let mut tx = db.begin().await.unwrap();
        let gone = prune(&mut tx, now + TimeDelta::days(1), 10).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(gone, 2, "{on}");
        cancelling(&accounts, &admin, task).await;
        let row = &found(&accounts, &admin, of_action("task.cancel")).await[0];
        assert_eq!(
            (row.task_state, row.upids.len()),
            (None, 0),
            "{on}: what belongs to it went along"
        );
    }
}

#[tokio::test]
async fn of_two_who_set_the_retention_at_once_the_second_finds_the_firsts() {
    for test in databases().await {
        let on = test.name;
        let accounts = Accounts::over(test).await;
        let admin = accounts.context(&accounts.sign_in("admin").await.token).await;
        let audit = audit(&accounts);
        let (one, other) = tokio::join!(audit.set_retention(&admin, 10), audit.set_retention(&admin, 20));
        one.unwrap();
        other.unwrap();
        let rows = found(&accounts, &admin, of_action("audit.set_retention")).await;
        let [second, first] = rows.as_slice() else {
            panic!("{on}: {rows:?}")
        };
        assert_eq!(first.changes["days"].before, json!(365), "{on}");
        assert_eq!(second.changes["days"].before, first.changes["days"].after, "{on}");
    }
}
