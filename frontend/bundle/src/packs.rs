//! Packs the modules that a lazy function needs into one file: a hundred small requests cost more than a few modules
//! sent twice, and what is alike in them compresses together. A pack is itself a module, which holds the others as
//! custom sections, so the browser takes it apart by its own means. What many pages share is a pack of its own, which
//! is loaded with the first of them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::json;
use wasm_encoder::{CustomSection, Module};

/// The script that loads packs, without the functions of one site.
const LOADER: &str = include_str!("packs.js");
/// Where the splitter's own loader begins in its script; what stands before it shares the main module's memory.
const OWN_LOADER: &str = "function wrapAsyncCb";

/// The pack of what many functions share.
const COMMON: &str = "pack_common";
/// The page that people begin with. Nothing is in the common pack that it does not need, so that it loads no more for it.
const FIRST: &str = "__servers_view_";
/// How many functions share a module that is worth a place in the common pack. With fewer, those that don't need it
/// would load more for nothing than the others save.
const MANY: usize = 8;

/// Lazy function -> names of modules or packs.
type Needed = BTreeMap<String, Vec<String>>;

/// Replaces the modules in `folder` that `needed` names by packs, and the splitter's `script` by one that loads those.
/// Returns the packs of each function, without their extension.
///
/// # Errors
/// A file that can't be read or written, or a script of another shape.
pub fn pack(folder: &Path, script: &str, needed: &Needed) -> Result<Needed> {
    let names: BTreeSet<&str> = needed.values().flatten().map(String::as_str).collect();
    let script = folder.join(script);
    let splitter = fs::read_to_string(&script)?;
    let end = splitter
        .find(OWN_LOADER)
        .context("the splitter's script has another shape")?;
    let mut loader = format!("{}{LOADER}", &splitter[..end]);
    let common = common(needed);
    if !common.is_empty() {
        write(folder, COMMON, common.iter().copied())?;
    }
    let mut packs = Needed::new();
    for (function, names) in needed {
        let (shared, own): (Vec<&str>, Vec<&str>) = names
            .iter()
            .map(String::as_str)
            .partition(|name| common.contains(name));
        let pack = format!("pack_{}", function.trim_start_matches('_'));
        write(folder, &pack, own.iter().copied())?;
        let parts: Vec<(&str, Vec<&str>)> = [(COMMON, shared), (pack.as_str(), own)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .collect();
        let mut list = String::new();
        for (pack, names) in &parts {
            let (address, names) = (json!(format!("./{pack}.wasm")), json!(names));
            write!(list, "[new URL({address}, import.meta.url), {names}], ")?;
        }
        let list = list.trim_end_matches(", ");
        writeln!(
            loader,
            "export const __wasm_split_load_{function} = loader([{list}]);"
        )?;
        packs.insert(
            function.clone(),
            parts.into_iter().map(|(pack, _)| pack.to_owned()).collect(),
        );
    }
    for name in names {
        fs::remove_file(module(folder, name))?;
    }
    fs::write(script, loader)?;
    Ok(packs)
}

/// What the first page needs and many others too.
fn common(needed: &Needed) -> BTreeSet<&str> {
    let mut users = BTreeMap::<&str, usize>::new();
    for name in needed.values().flatten() {
        *users.entry(name).or_default() += 1;
    }
    let first = needed.iter().find(|(function, _)| function.starts_with(FIRST));
    first
        .into_iter()
        .flat_map(|(_, names)| names)
        .map(String::as_str)
        .filter(|name| users[name] >= MANY)
        .collect()
}

/// Writes the pack of these modules.
fn write<'a>(folder: &Path, pack: &str, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut all = Module::new();
    for name in names {
        all.section(&CustomSection {
            name: Cow::Borrowed(name),
            data: Cow::Owned(fs::read(module(folder, name))?),
        });
    }
    fs::write(module(folder, pack), all.finish())?;
    Ok(())
}

fn module(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension("wasm")
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    /// The modules that a pack holds, with what is in them.
    fn held(folder: &Path, pack: &str) -> Vec<(String, String)> {
        let content = fs::read(module(folder, pack)).unwrap();
        Parser::new(0)
            .parse_all(&content)
            .filter_map(|payload| match payload.unwrap() {
                Payload::CustomSection(section) => Some((
                    section.name().to_owned(),
                    String::from_utf8(section.data().to_vec()).unwrap(),
                )),
                _ => None,
            })
            .collect()
    }

    /// A folder as the splitter leaves it, in which each module's content is its name.
    fn split(needed: &Needed) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in needed.values().flatten() {
            fs::write(module(dir.path(), name), name).unwrap();
        }
        let script =
            "const shared = 1;\nfunction wrapAsyncCb(callee) {}\nexport const __wasm_split_load___a_1 = 0;";
        fs::write(dir.path().join("split.js"), script).unwrap();
        dir
    }

    fn needed(of: &[(&str, &[&str])]) -> Needed {
        of.iter()
            .map(|(function, names)| {
                let names = names.iter().map(ToString::to_string).collect();
                ((*function).to_owned(), names)
            })
            .collect()
    }

    #[test]
    fn a_pack_holds_the_modules_of_its_function() {
        let needed = needed(&[
            ("__a_1", &["chunk_1", "split_a"]),
            ("__b_2", &["chunk_1", "split_b"]),
        ]);
        let dir = split(&needed);
        fs::write(dir.path().join("drover_bg.wasm"), "main").unwrap();
        let packs = pack(dir.path(), "split.js", &needed).unwrap();
        assert_eq!(packs["__a_1"], ["pack_a_1"]);
        let expected = [("chunk_1", "chunk_1"), ("split_a", "split_a")];
        let expected = expected.map(|(name, code)| (name.to_owned(), code.to_owned()));
        assert_eq!(held(dir.path(), "pack_a_1"), expected);

        let left: Vec<String> = crate::wasm::read_folder(dir.path())
            .unwrap()
            .into_keys()
            .collect();
        assert_eq!(
            left,
            ["drover_bg.wasm", "pack_a_1.wasm", "pack_b_2.wasm", "split.js"]
        );
        let script = fs::read_to_string(dir.path().join("split.js")).unwrap();
        assert!(script.starts_with("const shared = 1;\n"), "{script}");
        assert!(!script.contains("wrapAsyncCb"), "{script}");
        let export = r#"export const __wasm_split_load___b_2 = loader([[new URL("./pack_b_2.wasm", import.meta.url), ["chunk_1","split_b"]]]);"#;
        assert!(script.contains(export), "{script}");
    }

    #[test]
    fn what_many_share_with_the_first_page_is_sent_once() {
        let others: Vec<String> = (0..MANY).map(|n| format!("__page_{n}")).collect();
        let mut all = needed(&[("__servers_view_1", &["frame", "table"])]);
        for (n, other) in others.iter().enumerate() {
            // All have the frame, one fewer than many have the table, and none of them comes first.
            let table = (n + 2 < MANY).then_some("table");
            let names = ["frame", "chart"].into_iter().chain(table).map(str::to_owned);
            all.insert(other.clone(), names.collect());
        }
        let dir = split(&all);
        let packs = pack(dir.path(), "split.js", &all).unwrap();
        assert_eq!(packs["__servers_view_1"], ["pack_common", "pack_servers_view_1"]);
        assert_eq!(packs["__page_0"], ["pack_common", "pack_page_0"]);
        let names = |pack: &str| held(dir.path(), pack).into_iter().map(|(name, _)| name);
        assert!(names("pack_common").eq(["frame"]));
        assert!(names("pack_servers_view_1").eq(["table"]));
        assert!(names("pack_page_0").eq(["chart", "table"]));
        let script = fs::read_to_string(dir.path().join("split.js")).unwrap();
        let export = r#"loader([[new URL("./pack_common.wasm", import.meta.url), ["frame"]], [new URL("./pack_page_0.wasm", import.meta.url), ["chart","table"]]]);"#;
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
