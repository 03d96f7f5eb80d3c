//! What a task says: its own sentences as they are, what Proxmox and Ansible say so that it can be told apart.

use drover_types::{role::PlayStatus, text::Progress};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::use_lang;

/// Whose words a line is in, for the stylesheet; Drover's own have no mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Proxmox,
    Ansible,
    /// A task of Ansible's begins: a heading.
    Play,
    Diff,
}

impl Kind {
    /// Of a message.
    pub const fn of(message: &Progress) -> Option<Self> {
        match message {
            Progress::ProxmoxLog { .. } => Some(Self::Proxmox),
            Progress::RoleTask { .. } => Some(Self::Play),
            Progress::RoleOutput { .. } => Some(Self::Ansible),
            Progress::RoleDiff { .. } => Some(Self::Diff),
            _ => None,
        }
    }

    /// The value of `data-kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proxmox => "proxmox",
            Self::Ansible => "ansible",
            Self::Play => "play",
            Self::Diff => "diff",
        }
    }
}

/// What the colour of a result means.
const fn tone(status: PlayStatus) -> Tone {
    match status {
        PlayStatus::Ok => Tone::Success,
        PlayStatus::Changed => Tone::Warning,
        PlayStatus::Failed | PlayStatus::Unreachable => Tone::Danger,
        PlayStatus::Ignored => Tone::Info,
        PlayStatus::Skipped => Tone::Neutral,
    }
}

/// What a line of a diff does; the headers of the two files do neither.
fn change(line: &str) -> Option<&'static str> {
    if line.starts_with("+++") || line.starts_with("---") {
        return None;
    }
    match line.chars().next() {
        Some('+') => Some("added"),
        Some('-') => Some("removed"),
        _ => None,
    }
}

/// The message of a line.
#[component]
pub fn TaskMessage(message: Progress) -> AnyView {
    let lang = use_lang();
    match message {
        Progress::RoleResult {
            status,
            item,
            message,
        } => {
            let said: Vec<String> = item.into_iter().chain(message).collect();
            view! {
                <Badge tone=tone(status)>{move || status.name(lang.get())}</Badge>
                " "
                <span class="task-log__said">{said.join(": ")}</span>
            }
            .into_any()
        }
        Progress::RoleDiff { diff } => {
            let line = |line: &str| {
                view! {
                    <span class="task-log__change" data-change=change(line)>
                        {line.to_owned()}
                    </span>
                }
            };
            view! { <code class="task-log__diff">{diff.lines().map(line).collect_view()}</code> }.into_any()
        }
        message => view! { {move || message.text(lang.get())} }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_diff_say_what_they_do_and_its_headers_nothing() {
        let diff = "--- before: /etc/motd\n+++ after: /etc/motd\n@@ -1 +1,2 @@\n-old\n+new\n same\n";
        let changes: Vec<_> = diff.lines().map(change).collect();
        assert_eq!(changes, [None, None, None, Some("removed"), Some("added"), None]);
        assert_eq!(change(""), None);
    }

    #[test]
    fn ansibles_words_stand_apart() {
        let output = Progress::RoleOutput { line: String::new() };
        assert_eq!(Kind::of(&output), Some(Kind::Ansible));
        assert_eq!(Kind::of(&Progress::Queued), None);
    }
}
