//! Gives files names that change with their content, and rewrites the references
//! between the scripts of the package.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// How many hexadecimal digits of the digest stand in a name: 64 bits.
const DIGITS: usize = 16;

/// Hexadecimal SHA-256.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut digits = String::with_capacity(64);
    for byte in hasher.finalize() {
        for nibble in [byte >> 4, byte & 15] {
            digits.extend(char::from_digit(nibble.into(), 16));
        }
    }
    digits
}

/// `folder/name.ext` -> `folder/name.<digits>.ext`.
pub fn hashed(path: &str, digest: &str) -> String {
    let short = digest.get(..DIGITS).unwrap_or(digest);
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) => {
            let dot = name_at + dot;
            format!("{}.{short}{}", &path[..dot], &path[dot..])
        }
        None => format!("{path}.{short}"),
    }
}

/// Hashes the names of a package of scripts and WebAssembly modules: logical name to
/// (hashed name, content). Modules refer to nothing, so each has its own digest. Scripts import
/// one another in a circle, so they share one.
///
/// # Errors
/// A script that is not UTF-8.
pub fn hash_package(files: BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, (String, Vec<u8>)>> {
    let (scripts, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        files.into_iter().partition(|(name, _)| is_script(name));
    let mut renamed: BTreeMap<String, String> = others
        .iter()
        .map(|(name, content)| (name.clone(), hashed(name, &digest(&[content]))))
        .collect();

    let mut texts = BTreeMap::new();
    for (name, content) in scripts {
        let text = String::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))?;
        texts.insert(name.clone(), rewrite(&name, &text, &renamed));
    }
    let parts: Vec<&[u8]> = texts
        .iter()
        .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()])
        .collect();
    let shared = digest(&parts);
    let script_names: BTreeMap<String, String> = texts
        .keys()
        .map(|name| (name.clone(), hashed(name, &shared)))
        .collect();
    for (name, text) in &mut texts {
        *text = rewrite(name, text, &script_names);
    }
    renamed.extend(script_names);

    let contents = others
        .into_iter()
        .chain(texts.into_iter().map(|(name, text)| (name, text.into_bytes())));
    contents
        .map(|(name, content)| {
            let to = renamed
                .get(&name)
                .with_context(|| format!("{name} has no new name"))?
                .clone();
            Ok((name, (to, content)))
        })
        .collect()
}

fn is_script(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "js" || extension == "mjs")
}

/// Replaces the references of the script `name`: `from '…'`, `import('…')` and `new URL('…'`.
/// The keys of wasm-bindgen's import object look the same but belong to the module: untouched.
fn rewrite(name: &str, text: &str, renamed: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (target, new) in renamed {
        let (Some(old), Some(new)) = (relative(name, target), relative(name, new)) else {
            continue;
        };
        for before in ["from ", "import(", "import ", "new URL("] {
            for quote in ['\'', '"'] {
                text = text.replace(
                    &format!("{before}{quote}{old}{quote}"),
                    &format!("{before}{quote}{new}{quote}"),
                );
                // `new URL` also takes a path without the leading `./`.
                if let (Some(old), "new URL(") = (old.strip_prefix("./"), before) {
                    text = text.replace(
                        &format!("{before}{quote}{old}{quote}"),
                        &format!("{before}{quote}{new}{quote}"),
                    );
                }
            }
        }
    }
    text
}

/// How the file `from` names the file `to`, as an import writes it.
fn relative(from: &str, to: &str) -> Option<String> {
    let folder: Vec<Component> = Path::new(from).parent()?.components().collect();
    let target: Vec<Component> = Path::new(to).components().collect();
    let common = folder
        .iter()
        .zip(&target)
        .take_while(|(left, right)| left == right)
        .count();
    let mut path = PathBuf::new();
    path.extend(std::iter::repeat_n(Component::ParentDir, folder.len() - common));
    path.extend(&target[common..]);
    let path = path.to_str()?;
    Some(if path.starts_with("..") {
        path.to_owned()
    } else {
        format!("./{path}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn puts_the_digest_before_the_extension() {
        let digest = digest(&[b"x"]);
        assert_eq!(
            hashed("pkg/a.b/main.css", &digest),
            format!("pkg/a.b/main.{}.css", &digest[..16])
        );
        assert_eq!(
            hashed("pkg.d/LICENSE", &digest),
            format!("pkg.d/LICENSE.{}", &digest[..16])
        );
    }

    #[test]
    fn rewrites_imports_in_a_circle_but_no_keys() {
        let made = hash_package(package(&[
            ("main.js", "import * as a from \"./split.js\"\nconst i = {\"./split.js\": a};\nnew URL('main_bg.wasm', import.meta.url)"),
            ("split.js", "import { initSync } from \"./main.js\";\nfetch(new URL(\"./chunk.wasm\", import.meta.url));"),
            ("snippets/x/inline0.js", "import { y } from '../../main.js';"),
            ("main_bg.wasm", "\0asm"),
            ("chunk.wasm", "\0asm2"),
        ]))
        .unwrap();
        let text = |name: &str| String::from_utf8(made[name].1.clone()).unwrap();
        let new = |name: &str| made[name].0.clone();
        let main = text("main.js");
        assert!(
            main.contains(&format!("from \"./{}\"", new("split.js"))),
            "{main}"
        );
        assert!(main.contains("{\"./split.js\": a}"), "{main}");
        assert!(
            main.contains(&format!("new URL('./{}'", new("main_bg.wasm"))),
            "{main}"
        );
        let split = text("split.js");
        assert!(
            split.contains(&format!("from \"./{}\"", new("main.js"))),
            "{split}"
        );
        assert!(
            split.contains(&format!("new URL(\"./{}\"", new("chunk.wasm"))),
            "{split}"
        );
        assert!(text("snippets/x/inline0.js").contains(&format!("'../../{}'", new("main.js"))));
    }

    #[test]
    fn another_content_is_another_name() {
        let name = |chunk: &str| {
            let files = package(&[
                ("a.js", "import \"./b.js\";"),
                ("b.js", "new URL('c.wasm')"),
                ("c.wasm", chunk),
            ]);
            let made = hash_package(files).unwrap();
            (made["a.js"].0.clone(), made["c.wasm"].0.clone())
        };
        assert_eq!(name("one"), name("one"));
        assert_ne!(name("one").0, name("two").0);
        assert_ne!(name("one").1, name("two").1);
    }
}
