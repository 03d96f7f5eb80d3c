//! Takes out of modules what no browser reads. Splitting leaves in each the names of its functions, which are as
//! long as its code. (wasm-opt besides would make them smaller unpacked, and larger as they are sent.)

use std::{fs, path::Path};

use anyhow::{Context, Result};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};

/// Custom sections for people and tools.
const UNREAD: [&str; 2] = ["name", "producers"];

/// Strips every module in `folder`.
///
/// # Errors
/// A file that can't be read or written, or that is no module.
pub fn folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let stripped = strip(&fs::read(&path)?).with_context(|| path.display().to_string())?;
            fs::write(&path, stripped)?;
        }
    }
    Ok(())
}

fn strip(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && UNREAD.contains(&section.name())
        {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &module[usize::try_from(range.start)?..usize::try_from(range.end)?];
            kept.section(&RawSection { id, data });
        }
    }
    Ok(kept.finish())
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, CustomSection, Function, FunctionSection, NameMap, NameSection, TypeSection,
    };

    use super::*;

    #[test]
    fn names_go_and_the_rest_stays() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        let mut map = NameMap::new();
        map.append(0, "a_long_mangled_name");
        let mut names = NameSection::new();
        names.functions(&map);
        let features = CustomSection {
            name: "target_features".into(),
            data: (&[0_u8][..]).into(),
        };

        let mut plain = Module::new();
        plain
            .section(&types)
            .section(&functions)
            .section(&code)
            .section(&features);
        let mut named = Module::new();
        named
            .section(&types)
            .section(&functions)
            .section(&code)
            .section(&names)
            .section(&features);
        assert_eq!(strip(&named.finish()).unwrap(), plain.finish());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(strip(b"<!doctype html>").is_err());
    }
}
