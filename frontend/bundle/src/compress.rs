//! Writes the compressed twins of a file: `.br` and `.zst`, only where they are smaller.

use std::{fs, io::Write, path::Path};

use anyhow::Result;

/// Below this a twin saves less than a packet.
const WORTH: usize = 512;

/// Sizes of the twins of one file.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Twins {
    pub brotli: Option<usize>,
    pub zstd: Option<usize>,
}

/// Compresses `content` beside `path`.
///
/// # Errors
/// A file that can't be written.
pub fn write(path: &Path, content: &[u8]) -> Result<Twins> {
    if content.len() < WORTH {
        return Ok(Twins::default());
    }
    let brotli = brotli(content)?;
    let zstd = zstd::bulk::compress(content, 19)?;
    Ok(Twins {
        brotli: keep(path, "br", &brotli, content.len())?,
        zstd: keep(path, "zst", &zstd, content.len())?,
    })
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, 11, 24);
    writer.write_all(content)?;
    writer.flush()?;
    drop(writer);
    Ok(packed)
}

fn keep(path: &Path, extension: &str, packed: &[u8], original: usize) -> Result<Option<usize>> {
    if packed.len() >= original {
        return Ok(None);
    }
    let mut twin = path.as_os_str().to_owned();
    twin.push(".");
    twin.push(extension);
    fs::write(twin, packed)?;
    Ok(Some(packed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn twins_hold_the_same_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.css");
        let content = ".row{color:red}".repeat(100).into_bytes();
        let twins = write(&path, &content).unwrap();
        let br = fs::read(dir.path().join("a.css.br")).unwrap();
        assert_eq!(Some(br.len()), twins.brotli);
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(&br[..], 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, content);
        let zst = fs::read(dir.path().join("a.css.zst")).unwrap();
        assert_eq!(zstd::bulk::decompress(&zst, content.len()).unwrap(), content);
    }

    #[test]
    fn small_files_have_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(
            write(&dir.path().join("a.txt"), b"short").unwrap(),
            Twins::default()
        );
        assert!(!dir.path().join("a.txt.br").exists());
    }
}
