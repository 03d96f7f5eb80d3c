//! The routes, each a module that the browser loads when it is opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{detail::TaskPage, list::TasksPage};

/// The list.
pub struct Tasks;

#[lazy_route]
impl LazyRoute for Tasks {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <TasksPage /> }.into_any()
    }
}

/// One task.
pub struct Task;

#[lazy_route]
impl LazyRoute for Task {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <TaskPage /> }.into_any()
    }
}
