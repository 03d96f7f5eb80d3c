//! Puts the site together: package, styles, plain files and the API reader, under hashed
//! names. What has not changed since the last run is not made again.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    compress::{self, Twins},
    manifest::{File, Manifest},
    names, optimise, styles, wasm,
};

/// Folder of the hashed files in the site.
const PACKAGE: &str = "pkg";
/// The `OpenAPI` reader of npm, which the site carries so that no page loads from elsewhere.
const READER: &str = "end2end/node_modules/@scalar/api-reference/dist/browser/standalone.js";

/// What to make, and where.
#[derive(Debug)]
pub struct Plan {
    pub root: PathBuf,
    pub out: PathBuf,
    /// Results of the slow steps, kept between runs.
    pub work: PathBuf,
    pub profile: String,
    /// Whether to minify, optimise and compress.
    pub optimised: bool,
    pub locked: bool,
}

/// A finished site.
#[derive(Debug)]
pub struct Made {
    pub manifest: Manifest,
    pub unchanged: bool,
    /// Whether wasm-opt ran on the modules.
    pub shrunk: bool,
}

/// Builds what changed and publishes the site.
///
/// # Errors
/// The first step that fails; the site of the run before stays in place.
#[expect(clippy::too_many_lines, reason = "the steps of a build, one after the other")]
pub fn make(plan: &Plan) -> Result<Made> {
    let module = wasm::build(plan)?;
    let tool = if plan.optimised {
        optimise::find(&plan.root)
    } else {
        None
    };
    let version = tool
        .as_deref()
        .map(optimise::version)
        .transpose()?
        .unwrap_or_default();
    let code = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let package_key = names::digest(&[&own_build()?, &code, version.as_bytes(), plan.profile.as_bytes()]);

    let css = styles::bundle(&plan.root.join("style/main.css"), plan.optimised)?;
    let mut plain = wasm::read_folder(&plan.root.join("public"))?;
    plain.retain(|name, _| !name.starts_with('.'));
    let reader = plan.root.join(READER);
    let reader = if reader.is_file() {
        Some(fs::read(reader)?)
    } else {
        None
    };

    let mut parts: Vec<&[u8]> = vec![
        package_key.as_bytes(),
        css.as_bytes(),
        reader.as_deref().unwrap_or_default(),
    ];
    parts.extend(
        plain
            .iter()
            .flat_map(|(name, content)| [name.as_bytes(), content.as_slice()]),
    );
    let inputs = names::digest(&parts);
    let before = Manifest::read(&plan.out).unwrap_or_default();
    let shrunk = tool.is_some() || !plan.optimised;
    if before.inputs == inputs
        && before
            .files
            .values()
            .all(|file| plan.out.join(&file.path).is_file())
    {
        return Ok(Made {
            manifest: before,
            unchanged: true,
            shrunk,
        });
    }

    let package = package(plan, &module, tool.as_deref(), &package_key)?;
    let mut writer = Writer {
        plan,
        before: &before,
        made: Manifest {
            inputs,
            ..Manifest::default()
        },
    };
    let stems: BTreeMap<String, String> = package
        .files
        .iter()
        .filter_map(|(name, (new, _))| {
            Some((
                name.strip_suffix(".wasm")?.to_owned(),
                new.strip_suffix(".wasm")?.to_owned(),
            ))
        })
        .collect();
    for (name, modules) in package.splits {
        let modules = modules
            .iter()
            .filter_map(|stem| stems.get(stem).cloned())
            .collect();
        writer.made.splits.insert(name, modules);
    }
    for (name, (new, content)) in package.files {
        writer.put(
            &format!("{PACKAGE}/{name}"),
            &format!("{PACKAGE}/{new}"),
            &content,
            true,
        )?;
    }
    let hashed = [
        (format!("{}.css", wasm::STEM), Some(css.into_bytes())),
        ("api-reference.js".to_owned(), reader),
    ];
    for (name, content) in hashed {
        let Some(content) = content else { continue };
        let name = format!("{PACKAGE}/{name}");
        writer.put(
            &name,
            &names::hashed(&name, &names::digest(&[&content])),
            &content,
            true,
        )?;
    }
    for (name, content) in plain {
        writer.put(&name, &name, &content, false)?;
    }
    let manifest = writer.made;
    manifest.publish(&plan.out)?;
    sweep(&plan.out, &manifest)?;
    Ok(Made {
        manifest,
        unchanged: false,
        shrunk,
    })
}

/// What changes when this program is built anew: another program makes another site.
fn own_build() -> Result<Vec<u8>> {
    let me = fs::metadata(std::env::current_exe()?)?;
    let age = me.modified()?.duration_since(std::time::UNIX_EPOCH)?;
    Ok([me.len().to_le_bytes().as_slice(), &age.as_nanos().to_le_bytes()].concat())
}

/// The browser's package under its new names.
struct Package {
    files: BTreeMap<String, (String, Vec<u8>)>,
    splits: BTreeMap<String, Vec<String>>,
}

/// Splits, binds and shrinks the module, or takes the result of the last time.
fn package(plan: &Plan, module: &Path, tool: Option<&Path>, key: &str) -> Result<Package> {
    let folder = plan.work.join(key);
    let listed = folder.join("splits.json");
    let files = folder.join("files");
    if !listed.is_file() {
        if plan.work.exists() {
            fs::remove_dir_all(&plan.work)?;
        }
        fs::create_dir_all(&files)?;
        let splits = wasm::package(module, &files, !plan.optimised)?;
        if let Some(tool) = tool {
            optimise::run(tool, &files)?;
        }
        // Written last: its presence says that the folder is complete.
        fs::write(&listed, serde_json::to_vec(&splits)?)?;
    }
    Ok(Package {
        files: names::hash_package(wasm::read_folder(&files)?)?,
        splits: serde_json::from_slice(&fs::read(&listed)?)?,
    })
}

/// Writes files and lists them.
struct Writer<'a> {
    plan: &'a Plan,
    before: &'a Manifest,
    made: Manifest,
}

impl Writer<'_> {
    fn put(&mut self, name: &str, path: &str, content: &[u8], immutable: bool) -> Result<()> {
        let digest = names::digest(&[content]);
        let to = self.plan.out.join(path);
        let same = self.before.files.get(name).filter(|old| {
            old.digest == digest
                && old.path == path
                && to.is_file()
                && (old.brotli.is_some() || !self.plan.optimised)
        });
        let file = if let Some(old) = same {
            old.clone()
        } else {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            let next = to.with_extension("next");
            fs::write(&next, content)?;
            let twins = if self.plan.optimised {
                compress::write(&to, content)?
            } else {
                Twins::default()
            };
            fs::rename(&next, &to)?;
            File {
                path: path.to_owned(),
                content_type: content_type(path),
                immutable,
                digest,
                bytes: content.len(),
                brotli: twins.brotli,
                zstd: twins.zstd,
            }
        };
        self.made.files.insert(name.to_owned(), file);
        Ok(())
    }
}

fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    match (guess.type_().as_str(), guess.essence_str()) {
        ("text", _) | (_, "application/json" | "image/svg+xml") => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}

/// Removes what the new list does not name.
fn sweep(out: &Path, manifest: &Manifest) -> Result<()> {
    let mut known: Vec<String> = vec![crate::manifest::NAME.to_owned()];
    for file in manifest.files.values() {
        known.push(file.path.clone());
        known.extend(file.brotli.map(|_| format!("{}.br", file.path)));
        known.extend(file.zstd.map(|_| format!("{}.zst", file.path)));
    }
    for name in wasm::read_folder(out)?
        .into_keys()
        .filter(|name| !known.contains(name))
    {
        fs::remove_file(out.join(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_say_their_charset() {
        assert_eq!(content_type("pkg/a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("pkg/a.wasm"), "application/wasm");
        assert_eq!(content_type("favicon.svg"), "image/svg+xml; charset=utf-8");
    }

    #[test]
    fn sweeping_keeps_what_is_listed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("pkg")).unwrap();
        for name in ["pkg/a.1.js", "pkg/a.1.js.br", "pkg/a.0.js", "manifest.json"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let file = File {
            path: "pkg/a.1.js".into(),
            content_type: content_type("a.js"),
            immutable: true,
            digest: String::new(),
            bytes: 1,
            brotli: Some(1),
            zstd: None,
        };
        let manifest = Manifest {
            files: [("pkg/a.js".to_owned(), file)].into(),
            ..Manifest::default()
        };
        sweep(dir.path(), &manifest).unwrap();
        let left: Vec<String> = wasm::read_folder(dir.path()).unwrap().into_keys().collect();
        assert_eq!(left, ["manifest.json", "pkg/a.1.js", "pkg/a.1.js.br"]);
    }
}
