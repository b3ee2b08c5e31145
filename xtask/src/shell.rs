//! Running other programs, with a line of progress for each step.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Context, Error, Result, root};

/// How many lines of a failed program are shown; the rest is in its log.
const TAIL: usize = 60;

/// A program started in the root of the repository, with the tools of the house first on its PATH.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env("PATH", search_path()).stdin(Stdio::null());
    command
}

/// The PATH with the tools of the house first.
fn search_path() -> std::ffi::OsString {
    let own = [root().join(".tools/bin"), root().join("node_modules/.bin")];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(std::env::split_paths(&inherited));
    // Only a folder with a colon in its name cannot be joined; then ours are of no use either.
    std::env::join_paths(all).unwrap_or(inherited)
}

/// Where a program is, if it is on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&search_path()).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What the program prints, trimmed; `None` if it cannot be started or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program to its end and returns what it printed (both streams, as they came). The error carries the last
/// lines. The whole output is kept below `target/xtask`, under `log`.
pub fn run(command: &mut Command, log: &str) -> Result<String> {
    run_within(command, log, Duration::MAX)
}

/// Like [`run`], but the program and what it started are ended after `limit`.
pub fn run_within(command: &mut Command, log: &str, limit: Duration) -> Result<String> {
    let folder = root().join("target/xtask");
    fs::create_dir_all(&folder).context(folder.display())?;
    let path = folder.join(format!("{log}.log"));
    let file = File::create(&path).context(path.display())?;
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdout(file.try_clone().context(path.display())?).stderr(file);
    let started = Instant::now();
    // Its own process group only where we may have to end it: Ctrl-C must reach the others.
    let child = if limit == Duration::MAX { command.spawn() } else { command.process_group(0).spawn() };
    let mut child = child.context(format_args!("cannot start {name}"))?;
    let status = if limit == Duration::MAX {
        child.wait().context(&name)?
    } else {
        loop {
            if let Some(status) = child.try_wait().context(&name)? {
                break status;
            }
            if started.elapsed() > limit {
                Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status().ok();
                child.wait().ok();
                return Err(Error::new(format!("{name} did not finish within {} s", limit.as_secs())));
            }
            thread::sleep(Duration::from_millis(100));
        }
    };
    let output = String::from_utf8_lossy(&fs::read(&path).context(path.display())?).into_owned();
    if status.success() {
        return Ok(output);
    }
    let lines: Vec<_> = output.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(TAIL)..).unwrap_or_default().join("\n");
    Err(Error::new(format!("{name} failed ({status}); all of it: {}\n{tail}", path.display())))
}

/// One step with its line of progress: the name at once, how it went and how long it took at the end.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print!("{name:.<32} ");
    std::io::stdout().flush().ok();
    let started = Instant::now();
    let result = work();
    println!("{} {:.1} s", if result.is_ok() { "ok" } else { "FAILED" }, started.elapsed().as_secs_f32());
    result
}
