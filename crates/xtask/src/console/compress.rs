//! Compression at build time, as hard as it goes: a server must not spend the time on every answer.

use super::files::Files;
use anyhow::{Context, Result};
use std::{
    cmp::Reverse,
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

pub fn is_worth_it(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or(name);
    ["html", "css", "js", "wasm", "svg", "json", "txt", "webmanifest"].contains(&extension)
}

/// The `.br` and `.gz` files to put beside the given ones. The largest first, on every processor there is.
pub fn variants(files: &Files) -> Result<Files> {
    let mut worth_it: Vec<_> = files.iter().filter(|(name, _)| is_worth_it(name)).collect();
    worth_it.sort_by_key(|(_, bytes)| Reverse(bytes.len()));
    let next = AtomicUsize::new(0);
    let one = || -> Result<Vec<(String, Vec<u8>)>> {
        let mut done = Vec::new();
        while let Some((name, bytes)) = worth_it.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((format!("{name}.br"), brotli(bytes).with_context(|| format!("brotli of {name}"))?));
            done.push((format!("{name}.gz"), gzip(bytes).with_context(|| format!("gzip of {name}"))?));
        }
        Ok(done)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let done: Result<Vec<_>> = thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(one)).collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    Ok(done?.into_iter().flatten().collect())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_variants_unpack_to_the_file() {
        let text = b"clear, caution, danger ".repeat(40);
        let files: Files = [("a.js".to_owned(), text.clone()), ("f.woff2".to_owned(), text.clone())].into();
        let variants = variants(&files).expect("compresses");
        assert_eq!(variants.keys().collect::<Vec<_>>(), ["a.js.br", "a.js.gz"]);

        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*variants["a.js.br"], &mut unpacked).expect("valid brotli");
        assert_eq!(unpacked, text);
        unpacked.clear();
        flate2::read::GzDecoder::new(&*variants["a.js.gz"]).read_to_end(&mut unpacked).expect("valid gzip");
        assert_eq!(unpacked, text);
    }
}
