//! What only the finished build knows: the content security policy of the page, and the list of files the service
//! worker precaches. Trunk runs this as its `post_build` hook.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::emoji;
use crate::pack::{self, Script};
use crate::{Context, Error, Result, root};

const MARK: &str = "// @precache";
const PLACEHOLDER: &str = "@csp";

/// Finishes the build in `TRUNK_STAGING_DIR` (or `dist/`).
pub fn finish() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").map_or_else(|| root().join("dist"), PathBuf::from);
    // While developing, every reload must show the newest build, soon: the service worker then keeps nothing.
    let release = std::env::var("TRUNK_PROFILE").map_or(true, |profile| profile != "debug");
    emoji::write(&staging)?;
    if release {
        pack::pack(&staging)?;
    }
    let page = staging.join("index.html");
    let html = fs::read_to_string(&page).context(page.display())?;
    fs::write(&page, with_policy(&html)?).context(page.display())?;
    if !release {
        return Ok(());
    }
    let worker = staging.join("service-worker.js");
    let source = fs::read_to_string(&worker).context(worker.display())?;
    let source = pack::minified(&with_build(&source, &staging)?, Script::Worker)?;
    fs::write(&worker, source).context(worker.display())
}

/// Every shipped file below `dist`: its path with `/` as separator, sorted. Compressed copies do not count, and
/// neither do hidden folders: Trunk leaves one behind when it fails.
pub fn shipped(dist: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).context(folder.display())? {
            let entry = entry.context(folder.display())?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if !has_extension(&name, "br") {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The page with its policy: scripts and styles only from files of ours or with a hash known here.
fn with_policy(html: &str) -> Result<String> {
    let hashes = |tag| {
        inline(html, tag).into_iter().fold(String::new(), |mut all, text| {
            // Writing to a String cannot fail.
            let _ = write!(all, " 'sha256-{}'", BASE64.encode(Sha256::digest(text)));
            all
        })
    };
    let (scripts, styles) = (hashes("script"), hashes("style"));
    // A user's server may be anywhere, so the app may connect and load pictures from anywhere.
    // Computed styles are set as properties, which needs no leave.
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         img-src 'self' data: blob: http: https:; \
         connect-src 'self' http: https: ws: wss:; manifest-src 'self'; worker-src 'self'; font-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'none'"
    );
    // Some minifiers leave the quotes away.
    for placeholder in [format!("\"{PLACEHOLDER}\""), PLACEHOLDER.to_owned()] {
        let attribute = format!("content={placeholder}");
        if html.contains(&attribute) {
            return Ok(html.replacen(&attribute, &format!("content=\"{policy}\""), 1));
        }
    }
    Err(Error::new("index.html has no place for the content security policy (content=\"@csp\")"))
}

/// The texts of inline elements with this tag; a script with `src` has none.
fn inline<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    html.split(open.as_str())
        .skip(1)
        .filter_map(|rest| {
            let (attributes, rest) = rest.split_once('>')?;
            let text = rest.split(close.as_str()).next()?;
            (!attributes.contains("src=")).then_some(text)
        })
        .collect()
}

/// The service worker with its marked line filled in.
fn with_build(source: &str, dist: &Path) -> Result<String> {
    let files: Vec<_> = shipped(dist)?.into_iter().filter(|file| is_precached(file)).collect();
    let mut digest = Sha256::new();
    for file in &files {
        digest.update(file);
        digest.update(fs::read(dist.join(file)).context(file)?);
    }
    let id = pack::hex(&digest.finalize(), 6);
    let urls: Vec<_> =
        files.iter().map(|file| format!("./{}", file.trim_end_matches("index.html"))).collect();
    let build = serde_json::json!({ "id": id, "files": urls });
    let mut found = 0;
    let lines: Vec<_> = source
        .lines()
        .map(|line| {
            if line.ends_with(MARK) {
                found += 1;
                return format!("const BUILD = {build}; {MARK}");
            }
            line.to_owned()
        })
        .collect();
    if found == 1 {
        return Ok(lines.join("\n") + "\n");
    }
    Err(Error::new(format!("service-worker.js has {found} lines that end in `{MARK}`, not one")))
}

/// The shell. Pictures for the home screen are the system's business, and nobody needs them offline.
fn is_precached(file: &str) -> bool {
    file != "service-worker.js" && file != "config.json" && !has_extension(file, "png")
}

/// Whether the file name ends in this extension.
pub(crate) fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_knows_exactly_the_inline_scripts_and_styles() {
        let html = "<meta content=@csp><script>alert(1)</script><script src=a.js></script><style>a{}</style>";
        let page = with_policy(html).unwrap();
        // echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
        let script =
            "script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';";
        assert!(page.contains(script), "{page}");
        assert_eq!(page.matches("'sha256-").count(), 2, "{page}");
        assert!(page.starts_with("<meta content=\"default-src"), "{page}");
        assert!(with_policy("<p>no place for it").is_err());
    }

    #[test]
    fn the_service_worker_of_the_repository_takes_a_build() {
        let dist = std::env::temp_dir().join(format!("goldcrest-precache-{}", std::process::id()));
        fs::create_dir_all(dist.join("icons")).unwrap();
        for file in [
            "index.html",
            "app-0123456789abcdef.js",
            "icons/a.svg",
            "icons/a.png",
            "service-worker.js",
            "x.br",
        ] {
            fs::write(dist.join(file), file).unwrap();
        }
        let source = fs::read_to_string(root().join("service-worker.js")).unwrap();
        let first = with_build(&source, &dist).unwrap();
        let line = first.lines().find(|line| line.ends_with(MARK)).unwrap();
        assert!(line.contains(r#""files":["./app-0123456789abcdef.js","./icons/a.svg","./"]"#), "{line}");
        assert_eq!(with_build(&first, &dist).unwrap(), first, "the same files are the same build");
        fs::write(dist.join("index.html"), "changed").unwrap();
        assert_ne!(with_build(&first, &dist).unwrap(), first);
        assert!(with_build("no mark", &dist).is_err());
        fs::remove_dir_all(dist).unwrap();
    }
}
