//! Which jobs back a guest up (`PVE::API2::Backup`, `PVE::VZDump::get_included_guests`). Pure.

use drover_types::guest::GuestRow;
use pve_client::BackupJob;

/// Whether the job takes the guest when it is run.
pub(super) fn takes(job: &BackupJob, row: &GuestRow) -> bool {
    if job.node.as_ref().is_some_and(|node| *node != row.node) {
        return false;
    }
    let vmid = row.id.vmid.to_string();
    if job.all {
        !job.exclude.contains(&vmid)
    } else if let Some(pool) = &job.pool {
        row.pool.as_ref() == Some(pool)
    } else {
        job.vmid.contains(&vmid)
    }
}

/// Whether some job that is switched on does.
pub(super) fn is_covered(jobs: &[BackupJob], row: &GuestRow) -> bool {
    jobs.iter().any(|job| job.enabled && takes(job, row))
}

#[cfg(test)]
mod tests {
    use drover_types::ids::GuestId;

    use super::*;

    fn job(text: &str) -> BackupJob {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_job_takes_what_it_names_and_nothing_else() {
        let row = GuestRow {
            node: "pve1".into(),
            pool: Some("shop".into()),
            ..GuestRow::unknown(GuestId::new("lab", 100))
        };
        for (text, is_taken) in [
            (r#"{"id":"a","all":1}"#, true),
            (r#"{"id":"a","all":1,"exclude":"99,100"}"#, false),
            (r#"{"id":"a","all":1,"exclude":"1000"}"#, true),
            (r#"{"id":"a","all":1,"node":"pve2"}"#, false),
            (r#"{"id":"a","vmid":"100,101","node":"pve1"}"#, true),
            (r#"{"id":"a","vmid":"1001,10"}"#, false),
            (r#"{"id":"a","pool":"shop"}"#, true),
            (r#"{"id":"a","pool":"web"}"#, false),
        ] {
            assert_eq!(takes(&job(text), &row), is_taken, "{text}");
        }
        assert!(!is_covered(&[job(r#"{"id":"a","all":1,"enabled":0}"#)], &row));
        assert!(is_covered(
            &[job(r#"{"id":"a","vmid":"1"}"#), job(r#"{"id":"b","all":1}"#)],
            &row
        ));
    }
}
