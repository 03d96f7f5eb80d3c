//! Says why nothing can be installed, and how to mend that.

use drover_types::text::Problem;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{text, use_i18n, use_lang};

/// How Ansible comes to the machine that Drover runs on.
const INSTALL: &str = "python3 -m venv /opt/ansible\n/opt/ansible/bin/pip install ansible-core passlib\nexport ANSIBLE_PLAYBOOK=/opt/ansible/bin/ansible-playbook";

/// The callout; nothing while roles can be installed.
#[component]
pub fn Unable(problem: Signal<Option<Problem>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    move || {
        problem.get().map(|problem| {
            view! {
                <Callout tone=Tone::Warning title=text!(i18n, roles.unable)>
                    <p>{move || problem.text(lang.get())}</p>
                    <p>{text!(i18n, roles.unable_mend)}</p>
                    <Code text=INSTALL.to_owned() label=text!(i18n, roles.unable_commands) />
                </Callout>
            }
        })
    }
}
