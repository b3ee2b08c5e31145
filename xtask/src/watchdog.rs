//! A server process that dies with us, even when we are killed.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Context, Result};

/// This shell holds the other end of a pipe. `kill` ends the server at once; `stop`, or the end of the pipe, asks it to close
/// its streams and gives it three seconds. At the end of the pipe nobody is left to remove a temporary folder (`$2`), so the
/// shell does.
const SCRIPT: &str = r#"
log=$1; dir=$2; shift 2
"$@" </dev/null >"$log" 2>&1 & p=$!
read -r word
if [ "$word" = kill ]; then kill -KILL $p; else
  kill -TERM $p; i=0
  while kill -0 $p 2>/dev/null && [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done
  kill -KILL $p 2>/dev/null
fi
wait $p
[ -n "$word" ] || [ -z "$dir" ] || rm -rf "$dir"
"#;

/// Waits until a server that was started answers; false if it does not within `patience`. A port that is taken, or a mistake in the
/// configuration (`is_hopeless`), does not get better by waiting.
pub(crate) fn comes_up(
    patience: Duration,
    is_hopeless: impl Fn() -> bool,
    answers: impl Fn() -> bool,
) -> bool {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline && !is_hopeless() {
        if answers() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A running server and the shell that watches over it.
#[derive(Debug)]
pub(crate) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Starts `server`. What it prints goes to `log`; `temporary` is a folder that goes with us.
    pub(crate) fn start(server: &Command, log: &Path, temporary: Option<&Path>) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "watchdog"]).arg(log).arg(temporary.unwrap_or(Path::new("")));
        shell.arg(server.get_program()).args(server.get_args());
        for (name, value) in server.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        // Its own process group: Ctrl-C reaches us first, and then the pipe ends.
        shell.stdin(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        Ok(Self { shell: shell.spawn().context("cannot start sh")? })
    }

    /// Asks the server to close its streams and to end.
    pub(crate) fn stop(self) {
        self.end("stop\n");
    }

    /// Ends the server at once, as a crash would.
    pub(crate) fn kill(self) {
        self.end("kill\n");
    }

    fn end(mut self, word: &str) {
        if let Some(mut pipe) = self.shell.stdin.take() {
            pipe.write_all(word.as_bytes()).ok();
        }
        self.shell.wait().ok();
    }
}
