//! The audit as comma separated values (RFC 4180), which spreadsheets open.

use chrono::SecondsFormat;
use drover_types::audit::{AuditRow, action_text};
use drover_types::lang::Lang;

/// Tells spreadsheets that the text is UTF-8; without it they show Korean as noise.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The first line.
pub(super) fn head(lang: Lang) -> String {
    let names = match lang {
        Lang::Ko => [
            "번호",
            "시각",
            "사용자",
            "주소",
            "작업",
            "이름",
            "대상 종류",
            "대상",
            "결과",
            "변경",
            "작업 ID",
            "UPID",
            "세션",
            "토큰",
            "토큰 이름",
            "작업 상태",
        ],
        Lang::En => [
            "id",
            "time",
            "user",
            "address",
            "action",
            "name",
            "object kind",
            "object",
            "result",
            "changes",
            "task",
            "upid",
            "session",
            "token",
            "token name",
            "task state",
        ],
    };
    let mut text = String::from(BYTE_ORDER_MARK);
    text.push_str(&names.join(","));
    text.push_str("\r\n");
    text
}

/// A row.
///
/// # Errors
/// Changes that can't be written as JSON.
pub(super) fn line(row: &AuditRow, lang: Lang, to: &mut String) -> serde_json::Result<()> {
    let changes = if row.changes.is_empty() {
        String::new()
    } else {
        serde_json::to_string(&row.changes)?
    };
    let cells = [
        row.id.to_string(),
        row.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        row.username.clone(),
        row.address.clone(),
        row.action.clone(),
        action_text(&row.action, lang),
        row.object_kind.clone(),
        row.object.clone(),
        row.result.text(lang).to_owned(),
        changes,
        row.task.map(|task| task.to_string()).unwrap_or_default(),
        row.upids.join(" "),
        row.session.map(|id| id.to_string()).unwrap_or_default(),
        row.token.map(|id| id.to_string()).unwrap_or_default(),
        row.token_name.clone().unwrap_or_default(),
        row.task_state
            .map(|state| state.as_str().to_owned())
            .unwrap_or_default(),
    ];
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            to.push(',');
        }
        write(cell, to);
    }
    to.push_str("\r\n");
    Ok(())
}

/// A text that a spreadsheet takes for nothing else: one that would begin a formula gets an apostrophe in front
/// (OWASP, CSV Injection).
fn write(text: &str, to: &mut String) {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\r', '\n']) {
        to.push('"');
        to.push_str(guard);
        to.push_str(&text.replace('"', "\"\""));
        to.push('"');
    } else {
        to.push_str(guard);
        to.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_it_holds() {
        let mut text = String::new();
        for cell in ["=1+1", "a,b", "say \"no\"", "plain"] {
            write(cell, &mut text);
            text.push('|');
        }
        assert_eq!(text, "'=1+1|\"a,b\"|\"say \"\"no\"\"\"|plain|");
        let commas = |text: &str| text.matches(',').count();
        assert_eq!(commas(&head(Lang::Ko)), commas(&head(Lang::En)));
    }
}
