//! `cargo xtask conformance [FILE...]`: CPython's own test suite on the built interpreter, method by method, against
//! what the reference did with it (`data/conformance`). Each file runs in worker processes with limits of time and
//! memory; after a crash or a timeout the file goes on behind the method that caused it. Results are kept below
//! `target/conformance` and used again while the library is the same, so that a broken-off run resumes.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::cases::Side;
use crate::paths;
use crate::process::{self, End, Limits};
use crate::reference;

/// Methods of these files bear other prefixes than `test.FILE.`.
const PREFIXES: &[(&str, &str)] = &[
    ("test_ctypes", "ctypes.test."),
    ("test_datetime", "test.datetimetester."),
    ("test_distutils", "distutils.tests."),
    ("test_idle", "idlelib.idle_test."),
    ("test_lib2to3", "lib2to3.tests."),
    ("test_sqlite", "sqlite3.test."),
    ("test_unittest", "unittest.test."),
];

/// Methods that bear a file's name but run in another file only.
const ELSEWHERE: &[(&str, &str)] = &[
    ("test.test_xml_etree.BugsTest.test_lost_elem", "test_xml_etree_c"),
    ("test.test_xml_etree.NoAcceleratorTest.test_correct_import_pyET", "test_xml_etree_c"),
];

/// After so many crashes, or so many timeouts, a file is given up.
const MAX_BREAKS: usize = 40;
const MAX_TIMEOUTS: usize = 6;

/// What the reference did: file to result, and file to its methods' results.
struct Expected {
    files: BTreeMap<String, String>,
    methods: HashMap<String, Vec<(String, String)>>,
}

impl Expected {
    fn load() -> Outcome<Expected> {
        let folder = paths::root().join("data/conformance");
        let rows = |name: &str| -> Outcome<Vec<(String, String)>> {
            let text = paths::read(&folder.join(name))?;
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            Ok(lines
                .filter_map(|line| line.split_once('\t'))
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .collect())
        };
        let files: BTreeMap<_, _> = rows("reference-files.tsv")?.into_iter().collect();
        let mut methods: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (method, result) in rows("reference-methods.tsv")? {
            if let Some(file) = file_of(&method) {
                methods.entry(file.to_owned()).or_default().push((method, result));
            }
        }
        Ok(Expected { files, methods })
    }
}

/// The file that a method belongs to.
fn file_of(method: &str) -> Option<&str> {
    if let Some((_, file)) = ELSEWHERE.iter().find(|(name, _)| *name == method) {
        return Some(file);
    }
    match PREFIXES.iter().find(|(_, prefix)| method.starts_with(prefix)) {
        Some((file, _)) => Some(file),
        None => method.strip_prefix("test.")?.split('.').next(),
    }
}

/// How a file's methods ended.
struct FileResult {
    /// Method to (outcome, message).
    methods: HashMap<String, (String, String)>,
    /// `passed`, `skipped`, `failed` or how the process broke off.
    end: String,
    message: String,
}

/// A file measured by the reference.
struct Score {
    wanted: usize,
    reached: usize,
    end: String,
    at_level: bool,
    /// What keeps it from the reference's level.
    complaints: Vec<String>,
}

struct Options {
    jobs: usize,
    limits: Limits,
    fresh: bool,
    on_reference: bool,
    write: bool,
    /// Only write the report, from the results that are there.
    report: bool,
    files: Vec<String>,
}

impl Options {
    fn parse(args: &[String]) -> Outcome<Options> {
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
        // Seconds without an outcome of any method.
        let limits = Limits { seconds: 240, memory: 6144 };
        let mut options = Options {
            jobs,
            limits,
            fresh: false,
            on_reference: false,
            write: false,
            report: false,
            files: Vec::new(),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut number = || -> Outcome<u64> {
                let word = args.next().ok_or_else(|| format!("{arg} wants a number"))?;
                word.parse().map_err(|_| format!("{arg} wants a number, not {word}"))
            };
            match arg.as_str() {
                "--jobs" => options.jobs = number()?.max(1) as usize,
                "--timeout" => options.limits.seconds = number()?,
                "--memory" => options.limits.memory = number()?,
                "--fresh" => options.fresh = true,
                "--reference" => options.on_reference = true,
                "--write" => options.write = true,
                "--report" => options.report = true,
                "--method" => {} // always
                word if word.starts_with("--") => return Err(format!("unknown option {word}")),
                file => options.files.push(file.trim_end_matches(".py").to_owned()),
            }
        }
        Ok(options)
    }
}

/// Where a run's results lie and what they are valid for.
struct Run<'a> {
    side: Side<'a>,
    options: &'a Options,
    folder: PathBuf,
    stamp: String,
}

pub fn conformance(args: &[String]) -> Outcome {
    let options = Options::parse(args)?;
    let expected = Expected::load()?;
    if options.report {
        return report(&expected);
    }
    let (reference, krait);
    let side = if options.on_reference {
        reference = reference::obtain()?;
        Side::Reference(&reference)
    } else {
        krait = build::build()?;
        Side::Krait(&krait)
    };
    let run = Run::new(side, &options)?;
    let all = options.files.is_empty();
    let files: Vec<String> =
        if all { expected.files.keys().cloned().collect() } else { options.files.clone() };
    let scores = run.scores(&files, &expected, !all)?;
    let at_level = scores.values().filter(|score| score.at_level).count();
    let reached: usize = scores.values().map(|score| score.reached).sum();
    let wanted: usize = scores.values().map(|score| score.wanted).sum();
    println!("{at_level} of {} files at the reference's level, {reached} of {wanted} methods", scores.len());
    if options.write || all && !options.on_reference {
        write_report(&scores, &expected)?;
    }
    if at_level == scores.len() || all { Ok(()) } else { Err("below the reference's level".to_owned()) }
}

/// Writes `docs/conformance.md` from each file's last complete run, whichever build it was of.
fn report(expected: &Expected) -> Outcome {
    let folder = paths::target_folder("conformance/krait")?;
    let mut scores = BTreeMap::new();
    for file in expected.files.keys() {
        let text = fs::read_to_string(folder.join(format!("{file}.tsv"))).unwrap_or_default();
        if text.lines().any(|line| line.starts_with("end\t")) {
            scores.insert(file.clone(), score(&read_results(&text), file, expected));
        }
    }
    write_report(&scores, expected)?;
    println!("{} of {} files have results", scores.len(), expected.files.len());
    Ok(())
}

/// For the gate: one file must do what it does on the reference.
pub fn at_reference_level(krait: &Krait, file: &str) -> Outcome {
    let options = Options::parse(&[])?;
    let run = Run::new(Side::Krait(krait), &options)?;
    let score = score(&run.file(file)?, file, &Expected::load()?);
    if score.at_level {
        return Ok(());
    }
    let first: Vec<&str> = score.complaints.iter().take(5).map(String::as_str).collect();
    Err(format!("{} of {} methods\n    {}", score.reached, score.wanted, first.join("\n    ")))
}

impl Run<'_> {
    fn new<'a>(side: Side<'a>, options: &'a Options) -> Outcome<Run<'a>> {
        let name = match side {
            Side::Reference(_) => "reference",
            Side::Krait(_) => "krait",
        };
        let program = side.python();
        let folder = paths::target_folder(&format!("conformance/{name}"))?;
        let data = fs::metadata(&program).map_err(|e| format!("{}: {e}", program.display()))?;
        let modified = data.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let stamp = format!("# {} {}", data.len(), modified.map_or(0, |time| time.as_nanos()));
        Ok(Run { side, options, folder, stamp })
    }

    /// Runs the files, several at once, and prints each score when it is known.
    fn scores(
        &self,
        files: &[String],
        expected: &Expected,
        complain: bool,
    ) -> Outcome<BTreeMap<String, Score>> {
        let queue = Mutex::new(files.iter());
        let scores = Mutex::new(BTreeMap::new());
        let failure = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..self.options.jobs.min(files.len()) {
                scope.spawn(|| {
                    loop {
                        let Some(file) = queue.lock().expect("no panics inside").next() else { break };
                        match self.file(file) {
                            Ok(result) => {
                                let score = score(&result, file, expected);
                                println!("{}", line_of(file, &score));
                                for complaint in score.complaints.iter().filter(|_| complain) {
                                    println!("    {complaint}");
                                }
                                scores.lock().expect("no panics inside").insert(file.clone(), score);
                            }
                            Err(message) => *failure.lock().expect("no panics inside") = Some(message),
                        }
                    }
                });
            }
        });
        match failure.into_inner().expect("no panics inside") {
            Some(message) => Err(message),
            None => Ok(scores.into_inner().expect("no panics inside")),
        }
    }

    /// Runs one file to its end, in as many workers as it takes, or reads what an earlier run kept.
    fn file(&self, file: &str) -> Outcome<FileResult> {
        let results = self.folder.join(format!("{file}.tsv"));
        let kept = fs::read_to_string(&results).unwrap_or_default();
        let is_valid = kept.starts_with(&format!("{}\n", self.stamp)) && !self.options.fresh;
        if is_valid && kept.lines().any(|line| line.starts_with("end\t")) {
            return Ok(read_results(&kept));
        }
        if !is_valid {
            paths::write(&results, &format!("{}\n", self.stamp))?;
        }
        let mut timeouts = 0;
        for _ in 0..MAX_BREAKS {
            let end = self.worker(file, &results)?;
            let text = paths::read(&results)?;
            if text.lines().any(|line| line.starts_with("end\t")) {
                return Ok(read_results(&text));
            }
            // Methods of a process that broke off: the last one started is to blame.
            let blame = match unfinished(&text) {
                Some(method) => format!("crash\t{method}\t{end}\n"),
                None => format!("end\t{end}\t\n"),
            };
            append(&results, &blame)?;
            timeouts += usize::from(end == "timeout");
            if timeouts == MAX_TIMEOUTS {
                break;
            }
        }
        append(&results, "end\tgiven up\ttoo many crashes and timeouts\n")?;
        Ok(read_results(&paths::read(&results)?))
    }

    /// One worker process; tells how it ended.
    fn worker(&self, file: &str, results: &Path) -> Outcome<String> {
        let folder = self.folder.join(format!("{file}.work"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
        let worker = paths::root().join("xtask/python/conformance_worker.py");
        let args = [worker.as_os_str(), file.as_ref(), results.as_os_str()];
        let mut command = match self.side {
            Side::Reference(reference) => reference.python(&args),
            Side::Krait(krait) => krait.python(&args),
        };
        command.current_dir(&folder).env("TMPDIR", &folder).env("LC_ALL", "C.UTF-8");
        let finished = process::guarded_watching(&mut command, self.options.limits, b"", Some(results))?;
        let _ = fs::remove_dir_all(&folder);
        let last = finished.stderr.trim_end().lines().last().unwrap_or_default();
        Ok(match finished.end {
            End::Exit(_) => format!("{} {last}", process::describe(finished.end)),
            end => process::describe(end),
        })
    }
}

fn append(path: &Path, text: &str) -> Outcome {
    let file = fs::File::options().append(true).open(path);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// The method that was started last, if it has no outcome.
fn unfinished(text: &str) -> Option<&str> {
    let mut open = None;
    for line in text.lines() {
        let mut words = line.split('\t');
        match (words.next(), words.next()) {
            (Some("start"), Some(method)) => open = Some(method),
            (Some("pass" | "fail" | "skip" | "crash"), Some(method)) if open == Some(method) => open = None,
            _ => {}
        }
    }
    open
}

fn read_results(text: &str) -> FileResult {
    let mut result = FileResult { methods: HashMap::new(), end: "failed".to_owned(), message: String::new() };
    for line in text.lines() {
        let mut words = line.splitn(3, '\t');
        let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let message = words.next().unwrap_or_default();
        match kind {
            "pass" | "skip" | "fail" | "crash" => {
                result.methods.insert(name.to_owned(), (kind.to_owned(), message.to_owned()));
            }
            "end" => (result.end, result.message) = (name.to_owned(), message.to_owned()),
            _ => {}
        }
    }
    result
}

fn score(result: &FileResult, file: &str, expected: &Expected) -> Score {
    let no_methods = Vec::new();
    let methods = expected.methods.get(file).unwrap_or(&no_methods);
    let reference_end = expected.files.get(file).map_or("passed", String::as_str);
    let (mut wanted, mut reached, mut complaints) = (0, 0, Vec::new());
    for (method, _) in methods.iter().filter(|(_, outcome)| outcome == "pass") {
        wanted += 1;
        match result.methods.get(method) {
            Some((outcome, _)) if outcome == "pass" => reached += 1,
            Some((outcome, message)) => complaints.push(format!("{outcome} {method}: {message}")),
            None => complaints.push(format!("not run {method}")),
        }
    }
    let mut crashes: Vec<_> = result.methods.iter().filter(|(_, (outcome, _))| outcome == "crash").collect();
    crashes.retain(|(method, _)| !complaints.iter().any(|line| line.contains(method.as_str())));
    complaints.extend(crashes.iter().map(|(method, (_, message))| format!("crash {method}: {message}")));
    let broken_off = !["passed", "skipped", "failed"].contains(&result.end.as_str());
    let fallen = reference_end == "passed" && result.end != "passed";
    if broken_off || fallen {
        complaints.push(format!("the file as a whole: {} {}", result.end, result.message));
    }
    Score { wanted, reached, end: result.end.clone(), at_level: complaints.is_empty(), complaints }
}

fn line_of(file: &str, score: &Score) -> String {
    let mark = if score.at_level { "ok  " } else { "BELOW" };
    format!("{mark:<5} {file:<32} {:>4} of {:<4} {}", score.reached, score.wanted, score.end)
}

/// `docs/conformance.md`.
fn write_report(scores: &BTreeMap<String, Score>, expected: &Expected) -> Outcome {
    let at_level = scores.values().filter(|score| score.at_level).count();
    let reached: usize = scores.values().map(|score| score.reached).sum();
    let wanted: usize = scores.values().map(|score| score.wanted).sum();
    let not_run = expected.files.keys().filter(|file| !scores.contains_key(*file)).count();
    let mut text = format!(
        "# CPython's own test suite\n\nWritten by `cargo xtask conformance`. Methods that pass on the reference \
         (CPython 3.9.2) and how many of them pass here; a file is at the reference's level when all do and the file \
         ends alike.\n\n{at_level} of {} files at the reference's level, {reached} of {wanted} methods; {not_run} files \
         have not been run.\n\n\
         | file | reference | methods | here | file ends |\n|---|---|--:|--:|---|\n",
        scores.len()
    );
    for (file, score) in scores {
        let reference = expected.files.get(file).map_or("-", String::as_str);
        let mark = if score.at_level { "" } else { " **below**" };
        text += &format!(
            "| {file} | {reference} | {} | {} | {}{mark} |\n",
            score.wanted, score.reached, score.end
        );
    }
    paths::write(&paths::root().join("docs/conformance.md"), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_belong_to_files() {
        for (method, file) in [
            ("test.test_int.IntTestCases.test_basic", Some("test_int")),
            ("test.test_json.test_decode.TestC.test_x", Some("test_json")),
            ("ctypes.test.test_arrays.T.test_a", Some("test_ctypes")),
            ("test.test_xml_etree.BugsTest.test_lost_elem", Some("test_xml_etree_c")),
            ("test.test_xml_etree.BugsTest.test_copy_table", Some("test_xml_etree")),
            ("60", None),
        ] {
            assert_eq!(file_of(method), file);
        }
    }

    #[test]
    fn a_crash_is_blamed_on_the_open_method() {
        assert_eq!(unfinished("start\ta\npass\ta\nstart\tb\n"), Some("b"));
        assert_eq!(unfinished("start\ta\nfail\ta\tx\n"), None);
    }

    #[test]
    fn scores_count_regressions_and_crashes() {
        let methods = vec![("test.t.A.a".into(), "pass".into()), ("test.t.A.b".into(), "skip".into())];
        let files = BTreeMap::from([("t".to_owned(), "passed".to_owned())]);
        let expected = Expected { files, methods: HashMap::from([("t".to_owned(), methods)]) };
        let good = "pass\ttest.t.A.a\nfail\ttest.t.A.b\tm\nend\tpassed\t\n";
        assert!(score(&read_results(good), "t", &expected).at_level);
        for bad in [
            "fail\ttest.t.A.a\tm\nend\tpassed\t\n",
            "pass\ttest.t.A.a\ncrash\ttest.t.A.b\tsignal\nend\tpassed\t\n",
            "pass\ttest.t.A.a\nend\tfailed\tx\n",
            "end\tpassed\t\n",
        ] {
            assert!(!score(&read_results(bad), "t", &expected).at_level, "{bad}");
        }
    }
}
