//! The route tree. Each area is a module of its own that the browser loads when it is opened.

use leptos::prelude::*;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Routes},
    path,
};

use crate::{
    layout::Shell,
    pages::{
        Audit, Backups, CleanUp, Firewall, FirewallGroup, Gallery, GuestBackups, Monitoring, NewServer,
        NotFound, Overview, Profile, Role, Roles, Server, Servers, SignIn, Storage, Task, Tasks, User, Users,
    },
};

/// Every page. What stands under `Shell` is for those who are signed in.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view={Lazy::<SignIn>::new()} ssr=SsrMode::Async />
            <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                <Route path=path!("/") view={Lazy::<Overview>::new()} ssr=SsrMode::Async />
                <Route path=path!("/servers") view={Lazy::<Servers>::new()} ssr=SsrMode::Async />
                <Route path=path!("/servers/new") view={Lazy::<NewServer>::new()} ssr=SsrMode::Async />
                <Route path=path!("/servers/clean-up") view={Lazy::<CleanUp>::new()} ssr=SsrMode::Async />
                <Route path=path!("/servers/:id") view={Lazy::<Server>::new()} ssr=SsrMode::Async />
                <Route path=path!("/tasks") view={Lazy::<Tasks>::new()} ssr=SsrMode::Async />
                <Route path=path!("/tasks/:id") view={Lazy::<Task>::new()} ssr=SsrMode::Async />
                <Route path=path!("/backups") view={Lazy::<Backups>::new()} ssr=SsrMode::Async />
                <Route path=path!("/backups/:id") view={Lazy::<GuestBackups>::new()} ssr=SsrMode::Async />
                <Route path=path!("/storage") view={Lazy::<Storage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/firewall") view={Lazy::<Firewall>::new()} ssr=SsrMode::Async />
                <Route path=path!("/firewall/:id") view={Lazy::<FirewallGroup>::new()} ssr=SsrMode::Async />
                <Route path=path!("/roles") view={Lazy::<Roles>::new()} ssr=SsrMode::Async />
                <Route path=path!("/roles/:key") view={Lazy::<Role>::new()} ssr=SsrMode::Async />
                <Route path=path!("/monitoring") view={Lazy::<Monitoring>::new()} ssr=SsrMode::Async />
                <Route path=path!("/users") view={Lazy::<Users>::new()} ssr=SsrMode::Async />
                <Route path=path!("/users/:name") view={Lazy::<User>::new()} ssr=SsrMode::Async />
                <Route path=path!("/audit") view={Lazy::<Audit>::new()} ssr=SsrMode::Async />
                <Route path=path!("/profile") view={Lazy::<Profile>::new()} ssr=SsrMode::Async />
                <Route path=path!("/gallery") view={Lazy::<Gallery>::new()} ssr=SsrMode::Async />
            </ParentRoute>
        </Routes>
    }
}
