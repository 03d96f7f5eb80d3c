//! The hashed names of the site's files, as the server knows them, and the tags that load
//! them. It replaces leptos's `HydrationScripts`, which reads names from files on disk: a
//! site inside the binary has none.

use std::{collections::HashMap, sync::Arc};

use leptos::{WasmSplitManifest, nonce::use_nonce, prelude::*};

/// Addresses of what every page loads. The server makes it once and provides it per request.
#[derive(Clone, Debug)]
pub struct SiteAssets {
    addresses: Arc<Addresses>,
    splits: WasmSplitManifest,
}

/// Where the files of the shell are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The main script.
    pub js: String,
    /// The main module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// The modules of lazy routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Splits {
    /// Folder of the modules, without a slash at its end.
    pub folder: String,
    /// Lazy function -> modules that it needs, without `.wasm`.
    pub modules: HashMap<String, Vec<String>>,
    /// Name of the script that loads them.
    pub script: String,
}

impl SiteAssets {
    /// Takes the names out of the site's manifest.
    pub fn new(addresses: Addresses, splits: Splits) -> Self {
        let Splits {
            folder,
            modules,
            script,
        } = splits;
        Self {
            addresses: Arc::new(addresses),
            splits: WasmSplitManifest(ArcStoredValue::new((folder, modules, script))),
        }
    }

    /// Puts the names in the context of one rendering. The renderer of leptos takes the
    /// split manifest from there and preloads the modules of the route that it rendered.
    pub fn provide(&self) {
        provide_context(self.splits.clone());
        provide_context(self.clone());
    }
}

/// The tags that load the style sheet and start the app in the browser; goes into `<head>`.
/// Without a site in context (a test of the markup alone) the page stays plain HTML.
#[component]
pub fn AppScripts() -> impl IntoView {
    use_context::<SiteAssets>().map(|assets| {
        let Addresses { js, wasm, css } = (*assets.addresses).clone();
        // serde_json's quoting is JavaScript's; the names hold no `<`. The mark tells styles and
        // tests that the page is live.
        let (from, module) = (serde_json::json!(js), serde_json::json!(wasm));
        let start = format!(
            "import init, {{ hydrate }} from {from};\nawait init({{ module_or_path: {module} }});\n\
             await hydrate();\ndocument.documentElement.dataset.hydrated = \"\";"
        );
        view! {
            <link rel="stylesheet" href=css />
            <link rel="modulepreload" href=js />
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
            <script type="module" nonce=use_nonce()>
                {start}
            </script>
        }
    })
}
