//! What can be done to a guest's power: the call, Proxmox's task, and how it shows that it is done.

use drover_types::action::ActionOptions;
use drover_types::task::StepName;
use drover_types::text::Progress;
use pve_client::{GuestKind, GuestState, GuestStatus};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks::kinds) enum Verb {
    Start,
    Stop,
    Shutdown(ActionOptions),
    Reboot(ActionOptions),
    Reset,
    Suspend,
    Hibernate,
    Resume,
}

impl Verb {
    /// What a step of this name does, and what it says before.
    pub(super) const fn of(step: StepName, options: ActionOptions) -> (Self, Progress) {
        match step {
            StepName::Stop => (Self::Stop, Progress::Stopping),
            StepName::Shutdown => (Self::Shutdown(options), Progress::ShuttingDown),
            StepName::Reboot => (Self::Reboot(options), Progress::Rebooting),
            StepName::Reset => (Self::Reset, Progress::Resetting),
            StepName::Suspend => (Self::Suspend, Progress::Suspending),
            StepName::Hibernate => (Self::Hibernate, Progress::Hibernating),
            StepName::Resume => (Self::Resume, Progress::Resuming),
            _ => (Self::Start, Progress::Starting),
        }
    }

    /// The type of Proxmox's task.
    pub(super) const fn task(self, kind: GuestKind) -> &'static str {
        match (self, kind) {
            (Self::Start, GuestKind::Qemu) => "qmstart",
            (Self::Stop, GuestKind::Qemu) => "qmstop",
            (Self::Shutdown(_), GuestKind::Qemu) => "qmshutdown",
            (Self::Reboot(_), GuestKind::Qemu) => "qmreboot",
            (Self::Reset, _) => "qmreset",
            (Self::Suspend, _) => "qmpause",
            (Self::Hibernate, _) => "qmsuspend",
            (Self::Resume, _) => "qmresume",
            (Self::Start, GuestKind::Lxc) => "vzstart",
            (Self::Stop, GuestKind::Lxc) => "vzstop",
            (Self::Shutdown(_), GuestKind::Lxc) => "vzshutdown",
            (Self::Reboot(_), GuestKind::Lxc) => "vzreboot",
        }
    }

    /// The type of the task that stands in for it where high availability looks after the guest
    /// (`PVE::API2::Qemu`); the task itself is then begun by somebody else.
    pub(super) const fn ha_task(self) -> Option<&'static str> {
        match self {
            Self::Start => Some("hastart"),
            Self::Stop | Self::Shutdown(_) => Some("hastop"),
            _ => None,
        }
    }

    /// Whether it can be seen of a guest that this was done to it: not of one that was restarted.
    pub(super) const fn shows(self) -> bool {
        !matches!(self, Self::Reboot(_) | Self::Reset)
    }

    /// Whether a guest is as this wants it. A paused one counts as running for Proxmox.
    pub(super) fn is_done(self, status: &GuestStatus) -> bool {
        let runs = status.status == GuestState::Running;
        let is_saved = status.lock.as_deref() == Some("suspended");
        let is_paused = status.qmpstatus.as_deref() == Some("paused");
        match self {
            Self::Start => runs && !is_saved,
            Self::Stop | Self::Shutdown(_) => status.status == GuestState::Stopped,
            Self::Reboot(_) | Self::Reset => false,
            Self::Suspend => runs && is_paused,
            Self::Hibernate => status.status == GuestState::Stopped && is_saved,
            Self::Resume => runs && !is_saved && !is_paused,
        }
    }

    /// For how many seconds the guest may take its time, where it is asked.
    pub(super) const fn timeout(self) -> Option<u32> {
        match self {
            Self::Shutdown(options) | Self::Reboot(options) => options.timeout_seconds,
            _ => None,
        }
    }
}
