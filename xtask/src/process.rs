//! Running other programs: plainly, captured, or as a guarded worker with limits of time and memory.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::paths;

/// How a guarded process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Exit(i32),
    Signal(i32),
    Timeout,
}

/// What a guarded process left behind. Output is cut at 128 MiB.
pub struct Finished {
    pub end: End,
    pub stdout: String,
    pub stderr: String,
    pub seconds: f64,
}

impl Finished {
    pub fn succeeded(&self) -> bool {
        self.end == End::Exit(0)
    }

    /// The last lines of stderr (or stdout when that is empty), and how the process ended.
    pub fn complaint(&self) -> String {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let tail = lines[lines.len().saturating_sub(6)..].join("\n    ");
        format!("{}\n    {tail}", describe(self.end))
    }
}

/// An ending in words.
pub fn describe(end: End) -> String {
    match end {
        End::Exit(code) => format!("exit status {code}"),
        End::Signal(signal) => format!("killed by signal {signal}"),
        End::Timeout => "timeout".to_owned(),
    }
}

/// Limits of a guarded process.
#[derive(Clone, Copy)]
pub struct Limits {
    pub seconds: u64,
    /// Address space in MiB.
    pub memory: u64,
}

pub const ORDINARY: Limits = Limits { seconds: 120, memory: 8192 };

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs with the user's terminal; an ending other than success is an error.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command))) }
}

/// Runs silently and gives stdout; on failure the error holds the end of stderr.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|e| cannot_start(command, &e))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let tail: Vec<&str> = stderr.trim_end().lines().rev().take(8).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(format!("{} ended with {}:\n  {}", shown(command), output.status, tail.join("\n  ")))
}

/// Replaces this process.
pub fn become_command(mut command: Command) -> Outcome {
    let error = command.exec();
    Err(cannot_start(&command, &error))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    if error.kind() == std::io::ErrorKind::NotFound {
        format!("{program} is missing")
    } else {
        format!("cannot run {program}: {error}")
    }
}

/// Runs under limits, in a process group of its own that is killed when the time is up. Output goes through
/// files, so a grandchild that keeps the pipe open cannot hold us up.
pub fn guarded(command: &mut Command, limits: Limits, input: &[u8]) -> Outcome<Finished> {
    guarded_watching(command, limits, input, None)
}

/// The same, but the time starts anew whenever the file `progress` grows.
pub fn guarded_watching(
    command: &mut Command,
    limits: Limits,
    input: &[u8],
    progress: Option<&Path>,
) -> Outcome<Finished> {
    let folder = paths::target_folder("xtask-tmp")?;
    let scratch = |kind: &str| -> Outcome<File> {
        let path = folder.join(format!("{}-{kind}-{}", std::process::id(), next_number()));
        let made = File::options().read(true).write(true).create_new(true).open(&path);
        let _ = std::fs::remove_file(&path);
        made.map_err(|e| format!("cannot make {}: {e}", path.display()))
    };
    let (mut stdin, mut stdout, mut stderr) = (scratch("in")?, scratch("out")?, scratch("err")?);
    std::io::Write::write_all(&mut stdin, input).map_err(|e| e.to_string())?;
    stdin.seek(SeekFrom::Start(0)).map_err(|e| e.to_string())?;
    let share = |file: &File| file.try_clone().map(Stdio::from).map_err(|e| e.to_string());
    command.stdin(share(&stdin)?).stdout(share(&stdout)?).stderr(share(&stderr)?).process_group(0);
    let bytes = limits.memory << 20;
    // SAFETY: between fork and exec only setrlimit is called, which is async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
            libc::setrlimit(libc::RLIMIT_AS, &limit);
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            libc::setrlimit(libc::RLIMIT_CORE, &none);
            Ok(())
        });
    }
    let start = Instant::now();
    let mut child = command.spawn().map_err(|e| cannot_start(command, &e))?;
    let end = wait(&mut child, Duration::from_secs(limits.seconds), progress);
    // Whatever the process left running in its group must not outlive it.
    kill_group(child.id());
    let seconds = start.elapsed().as_secs_f64();
    Ok(Finished { end, stdout: content(&mut stdout), stderr: content(&mut stderr), seconds })
}

fn next_number() -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn wait(child: &mut Child, limit: Duration, progress: Option<&Path>) -> End {
    let size = || progress.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |data| data.len());
    let (mut start, mut seen) = (Instant::now(), size());
    let mut pause = Duration::from_millis(1);
    loop {
        let now = size();
        if now != seen {
            (start, seen) = (Instant::now(), now);
        }
        match child.try_wait() {
            Ok(Some(status)) => return ending(status),
            Ok(None) if start.elapsed() < limit => {
                sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            _ => {
                kill_group(child.id());
                let _ = child.wait();
                return End::Timeout;
            }
        }
    }
}

fn ending(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exit(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    }
}

fn kill_group(id: u32) {
    // SAFETY: kill has no memory effects; the group is the one that `guarded` made.
    unsafe { libc::kill(-(id as i32), libc::SIGKILL) };
}

fn content(file: &mut File) -> String {
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(0)).is_ok() {
        let _ = file.take(128 << 20).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
