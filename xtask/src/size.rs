//! The size budget: what a browser downloads before somebody can chat.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::emoji;
use crate::precache::shipped;
use crate::{Context, Error, Result, root};

/// Bytes of one file, or of many together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// As it is.
    pub raw: usize,
    /// With gzip, level 9.
    pub gzip: usize,
    /// With brotli, quality 11.
    pub brotli: usize,
}

impl Size {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes).context("gzip")?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &parameters).context("brotli")?;
        Ok(Self { raw: bytes.len(), gzip: gzip.finish().context("gzip")?.len(), brotli: brotli.len() })
    }

    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

/// Prints every file of `dist/` and the sum; an error if `size-budget.toml` allows less. The last line is
/// `total-brotli-bytes: N`.
pub fn report() -> Result<()> {
    let path = root().join("size-budget.toml");
    let budget = fs::read_to_string(&path).context(path.display())?;
    let budget: BTreeMap<String, usize> = toml::from_str(&budget).context(path.display())?;
    let sizes = measure(&root().join("dist"))?;
    let row = |name: &str, size: Size| {
        println!("{:>9} {:>9} {:>9}  {name}", size.raw, size.gzip, size.brotli);
    };
    println!("{:>9} {:>9} {:>9}  file", "raw", "gzip", "brotli");
    for (file, size) in &sizes {
        row(file, *size);
    }
    let kinds = by_kind(&sizes);
    println!();
    for (kind, size) in &kinds {
        row(kind, *size);
    }
    let over = exceeded(&budget, &kinds);
    let total = kinds.get("total").copied().unwrap_or_default().brotli;
    for line in &over {
        println!("over budget: {line}");
    }
    println!("total-brotli-bytes: {total}");
    if over.is_empty() {
        Ok(())
    } else {
        Err(Error::new(format!("over the size budget: {}", over.join(", "))))
    }
}

fn measure(dist: &Path) -> Result<Vec<(String, Size)>> {
    let files = shipped(dist).unwrap_or_default();
    if !files.iter().any(|file| file == "index.html") {
        return Err(Error::new("dist/ has no page: run `cargo xtask build` first"));
    }
    // Brotli at its best is slow: one thread a file.
    std::thread::scope(|scope| {
        let running: Vec<_> = files
            .into_iter()
            .map(|file| {
                let path = dist.join(&file);
                (file, scope.spawn(move || Size::of(&fs::read(&path).context(path.display())?)))
            })
            .collect();
        running
            .into_iter()
            .map(|(file, thread)| {
                let size = thread.join().map_err(|_| Error::new(format!("measuring {file} panicked")))??;
                Ok((file, size))
            })
            .collect()
    })
}

/// Sums by file extension (pictures together as `icons`), and `total`; what is loaded after the first use is `later`.
fn by_kind(sizes: &[(String, Size)]) -> BTreeMap<&str, Size> {
    let mut kinds = BTreeMap::new();
    for (file, size) in sizes {
        // Nobody waits for it: it comes behind the page, or when it is looked into.
        if file == emoji::FILE {
            kinds.insert("later", *size);
            continue;
        }
        let kind = match file.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "png" | "svg" | "ico" => "icons",
            "" => "other",
            extension => extension,
        };
        for key in [kind, "total"] {
            let sum: &mut Size = kinds.entry(key).or_default();
            *sum = sum.plus(*size);
        }
    }
    kinds
}

/// What is larger than allowed. A kind without a budget of its own only counts into the total.
fn exceeded(budget: &BTreeMap<String, usize>, kinds: &BTreeMap<&str, Size>) -> Vec<String> {
    budget
        .iter()
        .filter_map(|(kind, allowed)| {
            let used = kinds.get(kind.as_str())?.brotli;
            (used > *allowed).then(|| format!("{kind} {used} > {allowed}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_and_gzip_are_real() {
        let size = Size::of(&[b'x'; 10_000]).unwrap();
        assert_eq!(size.raw, 10_000);
        assert!(size.brotli < 100 && size.gzip < 100, "{size:?}");
    }

    #[test]
    fn budgets_apply_to_kinds_and_to_the_total() {
        let size = |brotli| Size { raw: 0, gzip: 0, brotli };
        let sizes = [
            ("a.wasm".to_owned(), size(70)),
            ("b.js".to_owned(), size(20)),
            ("i.png".to_owned(), size(5)),
            (emoji::FILE.to_owned(), size(40)),
        ];
        let kinds = by_kind(&sizes);
        let budget = |text: &str| toml::from_str::<BTreeMap<String, usize>>(text).unwrap();
        assert_eq!(kinds["total"].brotli, 95);
        assert!(exceeded(&budget("total = 95\nwasm = 70\nicons = 5\nlater = 40"), &kinds).is_empty());
        assert_eq!(exceeded(&budget("later = 39"), &kinds), ["later 40 > 39"]);
        assert_eq!(exceeded(&budget("total = 94\nwasm = 70"), &kinds), ["total 95 > 94"]);
        assert_eq!(exceeded(&budget("total = 95\njs = 19"), &kinds), ["js 20 > 19"]);
    }
}
