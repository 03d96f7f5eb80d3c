//! Puts the site together: package, styles, plain files and the API reader, under hashed
//! names. What has not changed since the last run is not made again.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    assets::{self, Asset},
    manifest::Manifest,
    names, packs, strip, styles, wasm,
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
}

/// Builds what changed and publishes the site.
///
/// # Errors
/// The first step that fails; the site of the run before stays in place.
pub fn make(plan: &Plan) -> Result<Made> {
    let module = wasm::build(plan)?;
    let code = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let package_key = names::digest(&[&own_build()?, &code, plan.profile.as_bytes()]);

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
    if before.inputs == inputs
        && before
            .files
            .values()
            .all(|file| plan.out.join(&file.path).is_file())
    {
        return Ok(Made {
            manifest: before,
            unchanged: true,
        });
    }

    let package = package(plan, &module, &package_key)?;
    // The server preloads by stem.
    let stem = |pack: String| {
        let (file, _) = package.files.get(&format!("{pack}.wasm"))?;
        Some(file.strip_suffix(".wasm")?.to_owned())
    };
    let splits = package.packs.into_iter();
    let splits = splits
        .map(|(function, packs)| (function, packs.into_iter().filter_map(stem).collect()))
        .collect();
    let hashed = [
        (format!("{}.css", wasm::STEM), Some(css.into_bytes())),
        ("api-reference.js".to_owned(), reader),
    ];
    let hashed = hashed.into_iter().filter_map(|(name, content)| {
        let content = content?;
        let new = names::hashed(&name, &names::digest(&[&content]));
        Some((name, (new, content)))
    });
    let immutable = package
        .files
        .into_iter()
        .chain(hashed)
        .map(|(name, (new, content))| Asset {
            name: format!("{PACKAGE}/{name}"),
            path: format!("{PACKAGE}/{new}"),
            content,
            immutable: true,
        });
    let plain = plain.into_iter().map(|(name, content)| Asset {
        path: name.clone(),
        name,
        content,
        immutable: false,
    });
    let manifest = Manifest {
        inputs,
        splits,
        files: assets::write(plan, &before, immutable.chain(plain).collect())?,
    };
    manifest.publish(&plan.out)?;
    sweep(&plan.out, &manifest)?;
    Ok(Made {
        manifest,
        unchanged: false,
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
    /// Lazy function -> its packs, without extension.
    packs: BTreeMap<String, Vec<String>>,
}

/// Splits, binds, strips and packs the module, or takes the result of the last time.
fn package(plan: &Plan, module: &Path, key: &str) -> Result<Package> {
    let folder = plan.work.join(key);
    let listed = folder.join("packs.json");
    let files = folder.join("files");
    if !listed.is_file() {
        if plan.work.exists() {
            fs::remove_dir_all(&plan.work)?;
        }
        fs::create_dir_all(&files)?;
        let splits = wasm::package(module, &files, !plan.optimised)?;
        if plan.optimised {
            strip::folder(&files)?;
        }
        let packs = packs::pack(&files, wasm::SPLIT_SCRIPT, &splits)?;
        // Written last: its presence says that the folder is complete.
        fs::write(&listed, serde_json::to_vec(&packs)?)?;
    }
    Ok(Package {
        files: names::hash_package(wasm::read_folder(&files)?)?,
        packs: serde_json::from_slice(&fs::read(&listed)?)?,
    })
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
    use crate::manifest::File;

    #[test]
    fn sweeping_keeps_what_is_listed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("pkg")).unwrap();
        for name in ["pkg/a.1.js", "pkg/a.1.js.br", "pkg/a.0.js", "manifest.json"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let file = File {
            path: "pkg/a.1.js".into(),
            content_type: "text/javascript; charset=utf-8".into(),
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
