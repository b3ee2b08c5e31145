//! Child processes that can't outlive the test run.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Runs `"$@"` in a process group of its own and waits until standard input ends: which it does when [`Guarded`] is
/// dropped, and also when the whole test runner is killed. Then it ends the group, children and grandchildren
/// included, first politely (an X server leaves lock files behind otherwise), then not. `TMPDIR` is a folder that goes
/// with it: browser profiles are left nowhere, and what is still being written while they die is removed again.
const WATCHDOG: &str = r#"
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/goldcrest-XXXXXX") && export TMPDIR || exit 1
setsid "$@" </dev/null &
child=$!
while read -r _; do :; done
kill -s TERM -- "-$child"
n=0
while kill -0 "$child" 2>/dev/null && [ $n -lt 20 ]; do sleep 0.1; n=$((n + 1)); done
kill -s KILL -- "-$child"
n=0
until rm -rf "$TMPDIR" && sleep 0.1 && ! [ -e "$TMPDIR" ] || [ $n -ge 20 ]; do n=$((n + 1)); done
"#;

/// A running program, ended with all its children when this is dropped or the runner dies.
pub(crate) struct Guarded {
    child: Option<Child>,
    /// The watchdog reads the other end.
    lifeline: Option<ChildStdin>,
}

impl Guarded {
    /// Starts `program`; what it prints goes to `log`.
    pub(crate) fn start(program: &str, args: &[String], log: &Path) -> Self {
        if let Some(dir) = log.parent() {
            std::fs::create_dir_all(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        }
        let out = File::create(log).unwrap_or_else(|e| panic!("{}: {e}", log.display()));
        let err = out.try_clone().expect("duplicating a file handle");
        let mut child = Command::new("sh")
            .args(["-c", WATCHDOG, "sh", program])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err)
            .process_group(0)
            .spawn()
            .expect("starting sh");
        let lifeline = child.stdin.take();
        Self { child: Some(child), lifeline }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The watchdog ends by itself within two seconds; a thread of its own waits for it, so that no test has to.
        if let Some(mut child) = self.child.take() {
            std::thread::spawn(move || child.wait());
        }
    }
}
