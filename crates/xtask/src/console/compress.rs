//! Compression at build time, as hard as it goes: a server must not spend the time on every answer.

use super::files::{self, Files};
use anyhow::{Context, Result};
use std::io::Write;

pub fn is_worth_it(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or(name);
    ["html", "css", "js", "wasm", "svg", "json", "txt", "webmanifest"].contains(&extension)
}

/// The `.br` and `.gz` files to put beside the given ones.
pub fn variants(files: &Files) -> Result<Files> {
    let worth_it = files.iter().filter(|(name, _)| is_worth_it(name)).collect();
    let both = files::at_once(worth_it, |name, bytes| {
        let br = brotli(bytes).with_context(|| format!("brotli of {name}"))?;
        let gz = gzip(bytes).with_context(|| format!("gzip of {name}"))?;
        Ok([(format!("{name}.br"), br), (format!("{name}.gz"), gz)])
    })?;
    Ok(both.into_iter().flatten().collect())
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
