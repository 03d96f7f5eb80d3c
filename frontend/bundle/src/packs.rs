//! Packs the modules that a lazy function needs into one file: a hundred small requests cost more than a few modules
//! sent twice, and what is alike in them compresses together. A pack is itself a module, which holds the others as
//! custom sections, so the browser takes it apart by its own means.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result};
use serde_json::json;
use wasm_encoder::{CustomSection, Module};

/// The script that loads packs, without the functions of one site.
const LOADER: &str = include_str!("packs.js");
/// Where the splitter's own loader begins in its script; what stands before it shares the main module's memory.
const OWN_LOADER: &str = "function wrapAsyncCb";

/// Replaces the modules in `folder` that `needed` names (lazy function -> modules) by one pack for each function, and
/// the splitter's `script` by one that loads packs. Returns the pack of each function, without its extension.
///
/// # Errors
/// A file that can't be read or written, or a script of another shape.
pub fn pack(
    folder: &Path,
    script: &str,
    needed: &BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, String>> {
    let modules: BTreeMap<&str, Vec<u8>> = needed
        .values()
        .flatten()
        .map(|name| Ok((name.as_str(), fs::read(module(folder, name))?)))
        .collect::<Result<_>>()?;
    let script = folder.join(script);
    let splitter = fs::read_to_string(&script)?;
    let end = splitter
        .find(OWN_LOADER)
        .context("the splitter's script has another shape")?;
    let mut loader = format!("{}{LOADER}", &splitter[..end]);
    let mut packs = BTreeMap::new();
    for (function, names) in needed {
        let pack = format!("pack_{}", function.trim_start_matches('_'));
        let mut all = Module::new();
        for name in names {
            all.section(&CustomSection {
                name: Cow::Borrowed(name),
                data: Cow::Borrowed(&modules[name.as_str()]),
            });
        }
        fs::write(module(folder, &pack), all.finish())?;
        let (address, names) = (json!(format!("./{pack}.wasm")), json!(names));
        writeln!(
            loader,
            "export const __wasm_split_load_{function} = loader(new URL({address}, import.meta.url), {names});"
        )?;
        packs.insert(function.clone(), pack);
    }
    for name in modules.keys() {
        fs::remove_file(module(folder, name))?;
    }
    fs::write(script, loader)?;
    Ok(packs)
}

fn module(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(name).with_extension("wasm")
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    #[test]
    fn a_pack_holds_the_modules_of_its_function() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("drover_bg.wasm", "main");
        write("chunk_1.wasm", "one");
        write("split_a.wasm", "a");
        write("split_b.wasm", "b");
        write(
            "split.js",
            "const shared = 1;\nfunction wrapAsyncCb(callee) {}\nexport const __wasm_split_load___a_1 = 0;",
        );
        let needed: BTreeMap<String, Vec<String>> = [
            ("__a_1", ["chunk_1", "split_a"]),
            ("__b_2", ["chunk_1", "split_b"]),
        ]
        .map(|(function, names)| (function.to_owned(), names.map(str::to_owned).to_vec()))
        .into();
        let packs = pack(dir.path(), "split.js", &needed).unwrap();
        assert_eq!(packs["__a_1"], "pack_a_1");

        let content = fs::read(dir.path().join("pack_a_1.wasm")).unwrap();
        let held: Vec<(String, Vec<u8>)> = Parser::new(0)
            .parse_all(&content)
            .filter_map(|payload| match payload.unwrap() {
                Payload::CustomSection(section) => Some((section.name().to_owned(), section.data().to_vec())),
                _ => None,
            })
            .collect();
        let expected = [("chunk_1", "one"), ("split_a", "a")];
        assert_eq!(
            held,
            expected.map(|(name, code)| (name.to_owned(), code.as_bytes().to_vec()))
        );

        let mut left: Vec<String> = crate::wasm::read_folder(dir.path())
            .unwrap()
            .into_keys()
            .collect();
        left.sort();
        assert_eq!(
            left,
            ["drover_bg.wasm", "pack_a_1.wasm", "pack_b_2.wasm", "split.js"]
        );
        let script = fs::read_to_string(dir.path().join("split.js")).unwrap();
        assert!(script.starts_with("const shared = 1;\n"), "{script}");
        assert!(!script.contains("wrapAsyncCb"), "{script}");
        let export = r#"export const __wasm_split_load___b_2 = loader(new URL("./pack_b_2.wasm", import.meta.url), ["chunk_1","split_b"]);"#;
        assert!(script.contains(export), "{script}");
    }

    #[test]
    fn a_script_of_another_shape_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("split.js"), "export {}").unwrap();
        let error = pack(dir.path(), "split.js", &BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("shape"), "{error}");
    }
}
