//! The files that Grafana is set up with. They stand in the binary, for an installation has nothing else, and
//! `drover grafana-files` writes them where somebody who sets up Grafana wants them.

use std::path::Path;

use anyhow::Context;

/// Where each goes, and what stands in it.
pub const FILES: &[(&str, &str)] = &[
    (
        "dashboards/drover-overview.json",
        include_str!("../grafana/dashboards/drover-overview.json"),
    ),
    (
        "dashboards/drover-self.json",
        include_str!("../grafana/dashboards/drover-self.json"),
    ),
    (
        "dashboards/drover-server.json",
        include_str!("../grafana/dashboards/drover-server.json"),
    ),
    (
        "provisioning/dashboards/drover.yml",
        include_str!("../grafana/provisioning/dashboards/drover.yml"),
    ),
    (
        "provisioning/datasources/drover.yml",
        include_str!("../grafana/provisioning/datasources/drover.yml"),
    ),
];

/// Writes all of them into a folder, over what is there of the same name.
///
/// # Errors
/// Where a file can't be written.
pub fn write_out(into: &Path) -> anyhow::Result<()> {
    for (name, text) in FILES {
        let file = into.join(name);
        let written = match file.parent() {
            Some(folder) => std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text)),
            None => std::fs::write(&file, text),
        };
        written.with_context(|| format!("{} can't be written", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_carried() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grafana");
        let mut there = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(one) = folders.pop() {
            for entry in one.read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    there.push(path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        there.sort_unstable();
        let carried: Vec<_> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, carried);
        let out = tempfile::tempdir().unwrap();
        write_out(out.path()).unwrap();
        for (name, text) in FILES {
            assert_eq!(std::fs::read_to_string(out.path().join(name)).unwrap(), *text);
        }
    }
}
