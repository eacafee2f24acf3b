//! What a durable write costs on this disk, by itself.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

/// Appends 4 KiB and forces them to disk, 300 times; the microseconds each took, sorted.
pub(crate) fn fdatasync_micros(folder: &Path) -> anyhow::Result<Vec<u32>> {
    let mut file = File::create(folder.join("fdatasync"))?;
    let page = [7; 4096];
    let mut micros = Vec::new();
    for _append in 0..300 {
        let begin = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        micros.push(u32::try_from(begin.elapsed().as_micros())?);
    }
    micros.sort_unstable();
    Ok(micros)
}
