//! The icon set: strokes on a 16 px grid, inlined so that they need no request and take the text's colour.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        /// A picture of the set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum IconName {
            $($(#[$doc])* $name,)*
        }

        impl IconName {
            /// Every picture with its name, for the gallery.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, stringify!($name)),)*];

            /// The strokes, as the `d` of an SVG path on a 16 × 16 grid.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

icons! {
    /// Wave of a pulse: monitoring, activity.
    Activity = "M1.5 8.5h3l2-5.5 3 10 2-4.5h3";
    /// Triangle with a mark: warning.
    Alert = "M8 2.5 14.5 13.5H1.5ZM8 6.5v3M8 11.6v.1";
    /// Box with a lid: backup, archive.
    Archive = "M2 3.5h12v3H2ZM3 6.5v6h10v-6M6.5 9h3";
    /// Arrow down.
    ArrowDown = "M8 3v10M4 9l4 4 4-4";
    /// Arrow to the left.
    ArrowLeft = "M13 8H3M7 4 3 8l4 4";
    /// Arrow to the right.
    ArrowRight = "M3 8h10M9 4l4 4-4 4";
    /// Arrow up.
    ArrowUp = "M8 13V3M4 7l4-4 4 4";
    /// Bell: notifications.
    Bell = "M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11ZM6.5 14.3h3";
    /// Closed cube: a template, a package.
    Box = "M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM2.5 5 8 8l5.5-3M8 8v6.2";
    /// Page of a month.
    Calendar = "M2.5 3.5h11v10h-11ZM2.5 6.5h11M5.5 2v3M10.5 2v3";
    /// Bars of a chart.
    Chart = "M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V7";
    /// Tick.
    Check = "M3 8.5 6.5 12 13 4.5";
    /// Tick in a ring: done, healthy.
    CheckCircle = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM5.2 8.3l2 2 3.6-4.2";
    /// Angle pointing down.
    ChevronDown = "M4 6l4 4 4-4";
    /// Angle pointing left.
    ChevronLeft = "M10 4 6 8l4 4";
    /// Angle pointing right.
    ChevronRight = "M6 4l4 4-4 4";
    /// Angle pointing up.
    ChevronUp = "M4 10l4-4 4 4";
    /// Two angles, apart: sortable.
    ChevronsUpDown = "M5 6.2 8 3.2l3 3M5 9.8l3 3 3-3";
    /// Ring.
    Circle = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8Z";
    /// Clock: waiting, schedule, age.
    Clock = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM8 4.5V8l2.5 1.5";
    /// Columns of a table.
    Columns = "M2 3h12v10H2ZM6 3v10M10 3v10";
    /// Prompt in a window: console.
    Console = "M1.8 3h12.4v10H1.8ZM4.5 6 6.5 8l-2 2M8.5 10.2h3";
    /// Two sheets: copy, clone.
    Copy = "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3";
    /// Processor.
    Cpu = "M4 4h8v8H4ZM6.5 6.5h3v3h-3ZM6 1.8V4M10 1.8V4M6 12v2.2M10 12v2.2M1.8 6H4M1.8 10H4M12 6h2.2M12 10h2.2";
    /// Stacked discs: storage, database.
    Database = "M2.5 4a5.5 2.2 0 1 0 11 0a5.5 2.2 0 1 0-11 0ZM2.5 4v8a5.5 2.2 0 0 0 11 0V4M2.5 8a5.5 2.2 0 0 0 11 0";
    /// Disk drive.
    Disk = "M2 9.5 4 3.5h8l2 6v3.5H2ZM2 9.5h12M11.2 11.3h.6";
    /// Arrow into a tray: download, export.
    Download = "M8 2v8M4.5 6.8 8 10.3l3.5-3.5M2.5 13.5h11";
    /// Pencil: edit.
    Edit = "M10.8 2.6l2.6 2.6L5.6 13H3v-2.6ZM9.2 4.2l2.6 2.6";
    /// Arrow out of a frame: opens elsewhere.
    ExternalLink = "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M6.5 3.5h-4v10h10v-4";
    /// Eye: show.
    Eye = "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8ZM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 1 0 0-3.6Z";
    /// Eye struck through: hide.
    EyeOff = "M2.5 2.5l11 11M6 4c.6-.3 1.3-.5 2-.5 2.7 0 5 1.5 6.5 4.5a9 9 0 0 1-1.7 2.4M4 5.3C3 6 2.2 6.8 1.5 8c1.5 3 3.8 4.5 6.5 4.5 1.1 0 2.1-.3 3-.8";
    /// Sheet of paper: log, document.
    File = "M3.5 1.8h6l3 3v9.4h-9ZM9.5 1.8v3h3M5.8 8h4.4M5.8 10.8h4.4";
    /// Funnel: filter.
    Filter = "M2 3h12L9.5 8.5v4.3l-3-1.5V8.5Z";
    /// Flame: firewall.
    Flame = "M8.3 1.5c.5 2.7 4 4 4 7.8a4.3 4.3 0 0 1-8.6 0c0-1.8 1-3 1.8-3.8.2 1.2.7 1.8 1.3 2.1C6.6 5.5 7 3 8.3 1.5Z";
    /// Globe: network, address, language.
    Globe = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM1.8 8h12.4M8 1.8C6 3.5 5.2 5.6 5.2 8S6 12.5 8 14.2C10 12.5 10.8 10.4 10.8 8S10 3.5 8 1.8Z";
    /// Four squares: overview.
    Grid = "M2.5 2.5h4.5v4.5h-4.5ZM9 2.5h4.5v4.5H9ZM2.5 9h4.5v4.5h-4.5ZM9 9h4.5v4.5H9Z";
    /// Question mark in a ring: nobody can tell.
    Help = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.7-.9 1.3M8 11.4v.1";
    /// Arrow back through time: history, restore.
    History = "M2.3 5.5A6.2 6.2 0 1 1 1.8 8M2.3 2.2v3.3h3.3M8 4.8V8l2.3 1.5";
    /// Letter i in a ring: information.
    Info = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM8 7.3v3.7M8 5v.1";
    /// Key: secret, token.
    Key = "M5 7.5a3 3 0 1 0 0 6 3 3 0 1 0 0-6ZM7.2 8.4 13.5 2M10.8 4.7l2 2";
    /// Stack of sheets: roles.
    Layers = "M8 2 14 5.2 8 8.4 2 5.2ZM2.3 8.3 8 11.3l5.7-3M2.3 11.2 8 14.2l5.7-3";
    /// Chain.
    Link = "M6.7 9.3a2.7 2.7 0 0 0 3.9 0l2.3-2.3a2.7 2.7 0 0 0-3.9-3.9L8 4.1M9.3 6.7a2.7 2.7 0 0 0-3.9 0L3.1 9a2.7 2.7 0 0 0 3.9 3.9L8 11.9";
    /// Lines with dots: list, tasks.
    List = "M5.5 4h8.5M5.5 8h8.5M5.5 12h8.5M2.2 4h.1M2.2 8h.1M2.2 12h.1";
    /// Closed lock.
    Lock = "M3 7h10v6.5H3ZM5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7";
    /// Memory module.
    Memory = "M1.8 4.5h12.4v6H1.8ZM4.5 6.5v2M8 6.5v2M11.5 6.5v2M4 10.5v2M7 10.5v2M9 10.5v2M12 10.5v2";
    /// Three lines: menu.
    Menu = "M2.5 4h11M2.5 8h11M2.5 12h11";
    /// Short line.
    Minus = "M3.5 8h9";
    /// Crescent: dark theme.
    Moon = "M13.5 9.8A5.8 5.8 0 0 1 6.2 2.5 5.8 5.8 0 1 0 13.5 9.8Z";
    /// Three dots: more.
    More = "M3 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M7.6 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M12.2 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0";
    /// Boxes joined by lines: network.
    Network = "M6 2h4v3.5H6ZM2 10.5h4V14H2ZM10 10.5h4V14h-4ZM8 5.5V8M4 10.5V8h8v2.5";
    /// Side panel.
    Panel = "M2 3h12v10H2ZM6 3v10";
    /// Two bars.
    Pause = "M5.5 3.5v9M10.5 3.5v9";
    /// Triangle to the right: start.
    Play = "M4.5 2.8 12.5 8l-8 5.2Z";
    /// Cross of two lines: add.
    Plus = "M8 3v10M3 8h10";
    /// Ring open at the top: power.
    Power = "M8 1.8v6M4.7 3.7a5.5 5.5 0 1 0 6.6 0";
    /// Arrow in a circle: reboot, refresh, retry.
    Refresh = "M13.7 6.5A6 6 0 1 0 14 8.5M13.9 2.8v3.7h-3.7";
    /// Magnifying glass.
    Search = "M7 2a5 5 0 1 0 0 10A5 5 0 1 0 7 2ZM10.6 10.6l3.4 3.4";
    /// Two racked machines: servers.
    Server = "M2.5 2.5h11v4.5h-11ZM2.5 9h11v4.5h-11ZM5 4.8h.1M5 11.3h.1M8 4.8h3M8 11.3h3";
    /// Sliders: settings.
    Settings = "M2 4.5h6.5M11.5 4.5h2.5M2 11.5h2.5M7.5 11.5H14M10 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3ZM6 10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3Z";
    /// Shield: security.
    Shield = "M8 1.8 13 3.8V8c0 3-2 5-5 6.2C5 13 3 11 3 8V3.8Z";
    /// Door with an arrow: sign out.
    SignOut = "M6.5 2.5h-4v11h4M6.5 8h7.5M11 5l3 3-3 3";
    /// Square: stop.
    Stop = "M4 4h8v8H4Z";
    /// Sun: light theme.
    Sun = "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 1 0 0-5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9";
    /// Label on a string.
    Tag = "M2 2.5h5.5L14 9l-5 5L2.5 7.5ZM5 5.3h.1";
    /// Bin: delete.
    Trash = "M2.5 4.3h11M6 4V2.3h4V4M4 4.3l.6 9.4h6.8l.6-9.4M6.7 7v4M9.3 7v4";
    /// Arrow back: undo.
    Undo = "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6";
    /// Chain struck through: belongs to nobody here.
    Unlink = "M8.6 4.5l.9-.9a2.7 2.7 0 0 1 3.9 3.9l-1.6 1.6M7.4 11.5l-.9.9a2.7 2.7 0 0 1-3.9-3.9l1.6-1.6M2.5 2.5l11 11";
    /// Arrow out of a tray: upload.
    Upload = "M8 10.5V2.5M4.5 5.8 8 2.3l3.5 3.5M2.5 13.5h11";
    /// Head and shoulders: one person.
    User = "M8 2.2a2.9 2.9 0 1 0 0 5.8 2.9 2.9 0 1 0 0-5.8ZM2.5 14c.3-3 2.5-4.5 5.5-4.5s5.2 1.5 5.5 4.5";
    /// Two persons.
    Users = "M6 2.8a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 1 0 0-5.2ZM1.3 13.5c.2-2.7 2-4 4.7-4s4.5 1.3 4.7 4M10.8 3a2.5 2.5 0 0 1 0 4.7M12.3 9.9c1.5.5 2.3 1.7 2.4 3.6";
    /// Cross: close, remove.
    X = "M4 4l8 8M12 4l-8 8";
    /// Cross in a ring: failed.
    XCircle = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4";
}

/// A picture of the set, in the colour of the text around it. Hidden from screen readers: the text beside
/// it, or the label of the button that holds it, says what it means.
#[component]
pub fn Icon(
    /// Which picture.
    #[prop(into)]
    name: Signal<IconName>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=move || name.get().path()></path>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::IconName;

    #[test]
    fn every_icon_is_drawn_once() {
        let paths: HashSet<_> = IconName::ALL.iter().map(|(icon, _)| icon.path()).collect();
        assert_eq!(paths.len(), IconName::ALL.len());
    }

    #[test]
    fn every_icon_starts_inside_its_grid() {
        for (icon, name) in IconName::ALL {
            let start = icon.path().trim_start_matches('M');
            let end = start.find(|c: char| c.is_alphabetic()).unwrap_or(start.len());
            let numbers: Vec<f32> = start[..end]
                .split([' ', ','])
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().expect(name))
                .collect();
            assert!(
                numbers.len() >= 2 && numbers.iter().all(|n| (0.0..=16.0).contains(n)),
                "{name}"
            );
        }
    }
}
