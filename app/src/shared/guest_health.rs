//! How a server is, in a word and a colour.

use drover_types::monitoring::{AlertLevel, Cause, GuestHealth, Health, Subject};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{paths, texts::use_lang};

/// What its colour means.
pub const fn health_tone(health: Health) -> Tone {
    match health {
        Health::Healthy => Tone::Success,
        Health::Unknown => Tone::Neutral,
        Health::Warning => Tone::Warning,
        Health::Critical => Tone::Danger,
    }
}

/// Its picture.
pub const fn health_icon(health: Health) -> IconName {
    match health {
        Health::Healthy => IconName::CheckCircle,
        Health::Unknown => IconName::Help,
        Health::Warning => IconName::Alert,
        Health::Critical => IconName::XCircle,
    }
}

/// How its tile on a wall looks: what is off looks calmer than what should tell and does not.
pub fn tile_state(health: &GuestHealth) -> TileState {
    match health.health {
        Health::Healthy => TileState::Good,
        Health::Warning => TileState::Warning,
        Health::Critical => TileState::Critical,
        Health::Unknown if health.reasons.iter().any(|reason| reason.cause == Cause::Off) => TileState::Off,
        Health::Unknown => TileState::Unknown,
    }
}

/// The word in its colour.
#[component]
pub fn HealthBadge(
    /// How it is.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    let lang = use_lang();
    // The picture is fixed when the badge is made.
    let health = Memo::new(move |_| health.get());
    move || {
        let health = health.get();
        view! {
            <Badge tone=health_tone(health) icon=health_icon(health)>
                {move || health.name(lang.get())}
            </Badge>
        }
    }
}

/// How bad an alert is.
#[component]
pub fn LevelBadge(
    /// How bad it is.
    #[prop(into)]
    level: Signal<AlertLevel>,
) -> impl IntoView {
    view! { <HealthBadge health=Signal::derive(move || level.get().into()) /> }
}

/// Where one sees what an alert is about.
pub fn subject_address(subject: &Subject) -> String {
    match subject {
        Subject::Guest { id, .. } => paths::server(id),
        Subject::Node { node, .. } => paths::servers(&format!("node:{node}"), ""),
        Subject::Storage { .. } => paths::STORAGE.to_owned(),
        Subject::Cluster { .. } => paths::OVERVIEW.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use drover_types::monitoring::Reason;

    use super::*;

    #[test]
    fn what_is_off_is_told_from_what_does_not_tell() {
        let unknown = |cause| {
            GuestHealth::of(vec![Reason {
                health: Health::Unknown,
                cause,
            }])
        };
        assert_eq!(tile_state(&unknown(Cause::Off)), TileState::Off);
        assert_eq!(tile_state(&unknown(Cause::NodeSilent)), TileState::Unknown);
        assert_eq!(tile_state(&GuestHealth::of(Vec::new())), TileState::Good);
    }
}
