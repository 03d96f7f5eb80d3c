//! A site with as little in it as pages can be rendered with.

use std::fs;
use std::path::Path;

use serde_json::json;
use server::site::Site;

/// Writes the site into `folder` and loads it.
pub fn site(folder: &Path) -> Site {
    let names = [
        ("pkg/drover.js", "text/javascript"),
        ("pkg/drover_bg.wasm", "application/wasm"),
        ("pkg/drover.css", "text/css"),
        ("pkg/__wasm_split.js", "text/javascript"),
        ("pkg/api-reference.js", "text/javascript"),
    ];
    let mut files = serde_json::Map::new();
    fs::create_dir_all(folder.join("pkg")).unwrap();
    for (name, content_type) in names {
        fs::write(folder.join(name), "content").unwrap();
        let entry = json!({
            "path": name, "content_type": content_type, "immutable": true, "digest": "d", "brotli": null, "zstd": null,
        });
        files.insert(name.to_owned(), entry);
    }
    let manifest = json!({"files": files, "splits": {}});
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    Site::of_folder(folder).unwrap()
}
