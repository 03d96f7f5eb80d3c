//! What notifications say of backups that are overdue, and of those of Proxmox's own that failed.

use super::note::Note;
use crate::lang::Lang;

impl Note {
    /// The line of those notes that [`Note::title`] sends here.
    pub(super) fn backups_title(&self, lang: Lang) -> String {
        match self {
            Self::BackupsOverdue { servers, others, .. } => overdue_title(servers, *others, lang),
            Self::BackupsFailed {
                servers,
                others,
                nodes,
                ..
            } => failed_title(servers, *others, nodes, lang),
            _ => String::new(),
        }
    }

    /// The sentence of those notes that [`Note::body`] sends here.
    pub(super) fn backups_body(&self, lang: Lang) -> String {
        match self {
            Self::BackupsOverdue {
                servers,
                others,
                days,
            } => overdue_body(servers, *others, *days, lang),
            Self::BackupsFailed {
                servers,
                others,
                nodes,
                reason,
            } => failed_body(servers, *others, nodes, reason, lang),
            _ => String::new(),
        }
    }
}

/// The names of some servers, and how many there are beside those.
fn listed(servers: &[String], others: u32, lang: Lang) -> String {
    let named = servers.join(", ");
    match others {
        0 => named,
        others => lang.pick(
            format!("{named} 외 {others}대"),
            format!("{named} and {others} others"),
        ),
    }
}

fn count(servers: &[String], others: u32) -> u32 {
    u32::try_from(servers.len())
        .unwrap_or(u32::MAX)
        .saturating_add(others)
}

fn overdue_title(servers: &[String], others: u32, lang: Lang) -> String {
    let count = count(servers, others);
    lang.pick(
        format!("백업이 늦어진 서버 {count}대"),
        match count {
            1 => "A server's backup is overdue".to_owned(),
            count => format!("Backups of {count} servers are overdue"),
        },
    )
}

fn overdue_body(servers: &[String], others: u32, days: u32, lang: Lang) -> String {
    let named = listed(servers, others, lang);
    lang.pick(
        format!("최근 {days}일 동안 쓸 수 있는 백업이 없습니다: {named}."),
        format!("There is no good backup of the last {days} days of {named}."),
    )
}

fn failed_title(servers: &[String], others: u32, nodes: &[String], lang: Lang) -> String {
    match (servers, others) {
        ([], 0) => lang.pick(
            format!("Proxmox 백업 작업 실패: {}", nodes.join(", ")),
            format!("A backup job of Proxmox's failed: {}", nodes.join(", ")),
        ),
        ([one], 0) => lang.pick(
            format!("Proxmox 백업 실패: {one}"),
            format!("A backup of Proxmox's failed: {one}"),
        ),
        _ => {
            let count = count(servers, others);
            lang.pick(
                format!("Proxmox 백업 실패: 서버 {count}대"),
                format!("Backups of Proxmox's failed: {count} servers"),
            )
        }
    }
}

fn failed_body(servers: &[String], others: u32, nodes: &[String], reason: &str, lang: Lang) -> String {
    let mut parts = Vec::new();
    if count(servers, others) > 1 {
        parts.push(format!("{}.", listed(servers, others, lang)));
    }
    if !nodes.is_empty() {
        let nodes = nodes.join(", ");
        parts.push(lang.pick(
            format!("노드 {nodes}에서는 서버를 백업하기 전에 작업이 끝났습니다."),
            format!("On {nodes} it ended before any server's turn."),
        ));
    }
    parts.push(
        lang.pick(
            "Drover가 아니라 Proxmox의 백업 작업이거나 Proxmox에서 직접 시작한 백업입니다.",
            "Drover did not start it: it is of a job of Proxmox's own, or was started in Proxmox.",
        )
        .to_owned(),
    );
    if !reason.is_empty() {
        let first = servers.first().or(nodes.first()).map_or("", String::as_str);
        parts.push(lang.pick(
            format!("{first}에 대해 Proxmox가 남긴 말: {reason}"),
            format!("What Proxmox says of {first}: {reason}"),
        ));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_backup_names_the_server_or_else_the_node() {
        let (none, web, two) = (
            Vec::new(),
            vec!["web".to_owned()],
            ["web".to_owned(), "db".into()],
        );
        let node = vec!["pve1".to_owned()];
        let en = Lang::En;
        assert_eq!(
            failed_title(&web, 0, &none, en),
            "A backup of Proxmox's failed: web"
        );
        assert_eq!(
            failed_title(&two, 3, &none, en),
            "Backups of Proxmox's failed: 5 servers"
        );
        assert_eq!(
            failed_title(&none, 0, &node, en),
            "A backup job of Proxmox's failed: pve1"
        );
        let body = failed_body(&two, 3, &none, "no space left", en);
        assert!(body.starts_with("web, db and 3 others. "), "{body}");
        assert!(
            body.ends_with("What Proxmox says of web: no space left"),
            "{body}"
        );
        let body = failed_body(&none, 0, &node, "", en);
        assert!(
            body.starts_with("On pve1 it ended before any server's turn. "),
            "{body}"
        );
        assert!(
            !failed_body(&web, 0, &none, "", Lang::Ko).contains("web"),
            "the title has it"
        );
    }
}
