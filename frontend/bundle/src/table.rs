//! Prints what was made: every asset with its size, as sent and unpacked.

use crate::{manifest::Manifest, site::Made};

/// The table of a finished site, or a line where nothing had to be done.
pub fn print(made: &Made) {
    if made.unchanged {
        println!("site: up to date ({} files)", made.manifest.files.len());
        return;
    }
    for line in lines(&made.manifest) {
        println!("{line}");
    }
}

fn lines(manifest: &Manifest) -> Vec<String> {
    let width = manifest.files.keys().map(String::len).max().unwrap_or(5).max(5);
    let mut lines = vec![format!("{:width$}  {:>10}  {:>10}", "asset", "raw", "brotli")];
    let (mut raw, mut packed) = (0, 0);
    for (name, file) in &manifest.files {
        let sent = file.brotli.unwrap_or(file.bytes);
        raw += file.bytes;
        packed += sent;
        lines.push(format!(
            "{name:width$}  {:>10}  {:>10}",
            size(file.bytes),
            size(sent)
        ));
    }
    lines.push(format!(
        "{:width$}  {:>10}  {:>10}",
        "total",
        size(raw),
        size(packed)
    ));
    lines
}

/// Bytes as KB with one decimal (1 KB = 1,000 bytes, as the budgets are written).
fn size(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_thousands() {
        assert_eq!(size(0), "0.0 KB");
        assert_eq!(size(1_234_567), "1234.5 KB");
    }
}
