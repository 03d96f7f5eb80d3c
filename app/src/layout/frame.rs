//! Which parts of the frame are open.

use leptos::prelude::*;

/// What is open; get it with [`use_frame`].
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The drawer with the tasks that are under way.
    pub tasks: RwSignal<bool>,
    /// The drawer with the notifications.
    pub notifications: RwSignal<bool>,
    /// The command palette.
    pub palette: RwSignal<bool>,
    /// The sidebar, where it lies over the page on a phone.
    pub sidebar: RwSignal<bool>,
    /// Whether a page was shown before this one, so that the focus has to follow.
    pub navigated: StoredValue<bool>,
}

impl Frame {
    fn closed() -> Self {
        Self {
            tasks: RwSignal::new(false),
            notifications: RwSignal::new(false),
            palette: RwSignal::new(false),
            sidebar: RwSignal::new(false),
            navigated: StoredValue::new(false),
        }
    }

    /// Opens the drawer with the tasks, or closes it. Both drawers stand in one place.
    pub fn toggle_tasks(self) {
        self.notifications.set(false);
        self.tasks.update(|open| *open = !*open);
    }

    /// Opens the drawer with the notifications, or closes it.
    pub fn toggle_notifications(self) {
        self.tasks.set(false);
        self.notifications.update(|open| *open = !*open);
    }
}

/// Provides a frame with everything closed.
pub(super) fn provide_frame() -> Frame {
    let frame = Frame::closed();
    provide_context(frame);
    frame
}

/// The frame in context; one of its own where a component stands alone.
pub fn use_frame() -> Frame {
    use_context().unwrap_or_else(Frame::closed)
}
