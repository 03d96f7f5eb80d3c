//! Samples of small texts: code, keys, crumbs.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{Breadcrumb, Code, CopyButton, Crumb, Kbd, VisuallyHidden};

#[component]
pub(super) fn Texts() -> impl IntoView {
    view! {
        <Entry id="code" title="Code, CopyButton">
            <Code
                text="INFO: starting new backup job\nINFO: Starting Backup of VM 101 (qemu)\nINFO: status = running\nINFO: 12% (3.8 GiB of 32.0 GiB) in 14s"
                label="Log of the backup"
                copy_label="Copy the log"
                copied_label="Copied"
            />
            <div class="gallery__row">
                <code>"10.0.0.5"</code>
                <CopyButton text="10.0.0.5" label="Copy the address" copied_label="Copied" />
            </div>
        </Entry>
        <Entry id="breadcrumb" title="Breadcrumb, Kbd, VisuallyHidden">
            <Breadcrumb
                label="Path"
                crumbs=vec![Crumb::link("Servers", "#button"), Crumb::link("web", "#table"), Crumb::here("web-01")]
            />
            <div class="gallery__row">
                <span>
                    <Kbd>"Ctrl"</Kbd>
                    " "
                    <Kbd>"K"</Kbd>
                    " opens the palette"
                </span>
                <VisuallyHidden>"Only screen readers get this."</VisuallyHidden>
            </div>
        </Entry>
    }
}
