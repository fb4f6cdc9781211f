//! The options of the `python` program.

use super::wide::{self, Wide};
use krait_abi::PyConfig;

/// What a command line says.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// `-c`, with a newline behind it.
    pub command: Option<Wide>,
    /// `-m`
    pub module: Option<Wide>,
    /// The script.
    pub filename: Option<Wide>,
    /// `-W`
    pub warnings: Vec<Wide>,
    /// `-X`
    pub x_options: Vec<Wide>,
    /// `--check-hash-based-pycs`
    pub check_hash_pycs: Option<Wide>,
    /// `sys.argv`
    pub argv: Vec<Wide>,
}

/// One option.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// A letter without a value.
    Flag(char),
    /// A letter with its value.
    Value(char, Wide),
    /// `--check-hash-based-pycs` with its value.
    CheckHashPycs(Wide),
    /// A mistake, as it is reported.
    Bad(String),
}

/// Letters that take a value.
const WITH_VALUE: &str = "cmWX";
const FLAGS: &str = "bBdEhiIOqRsStuvVx?";

/// Walks over the options of a command line.
pub struct Options<'a> {
    arguments: &'a [Wide],
    /// The next argument.
    next: usize,
    /// Where the letters of the current argument go on.
    letters: &'a [u32],
    ended: bool,
}

impl<'a> Options<'a> {
    /// `arguments[0]` is the program.
    pub fn new(arguments: &'a [Wide]) -> Options<'a> {
        Options { arguments, next: 1, letters: &[], ended: false }
    }

    /// The index of the first argument behind the options.
    pub fn position(&self) -> usize {
        self.next
    }

    fn long(&mut self, option: &[u32]) -> Item {
        let option = wide::to_string(option);
        match option.as_str() {
            "help" => Item::Flag('h'),
            "version" => Item::Flag('V'),
            "check-hash-based-pycs" => match self.arguments.get(self.next) {
                Some(value) => {
                    self.next += 1;
                    Item::CheckHashPycs(value.clone())
                }
                None => Item::Bad(format!("Argument expected for the {option} option\n")),
            },
            _ => Item::Bad(format!("unknown option --{option}\n")),
        }
    }
}

impl Iterator for Options<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.ended {
            return None;
        }
        if self.letters.is_empty() {
            let argument = self.arguments.get(self.next)?;
            let letters = argument.strip_prefix(&['-'.into()]).filter(|letters| !letters.is_empty())?;
            self.next += 1;
            if let Some(long) = letters.strip_prefix(&['-'.into()]) {
                if long.is_empty() {
                    self.ended = true;
                    return None;
                }
                return Some(self.long(long));
            }
            self.letters = letters;
        }
        let (first, rest) = self.letters.split_first()?;
        self.letters = rest;
        let letter = char::from_u32(*first).unwrap_or('\u{FFFD}');
        if letter == 'J' {
            return Some(Item::Bad("-J is reserved for Jython\n".to_owned()));
        }
        if WITH_VALUE.contains(letter) {
            let value =
                if rest.is_empty() { self.arguments.get(self.next).cloned() } else { Some(rest.to_vec()) };
            if rest.is_empty() {
                self.next += 1;
            }
            self.letters = &[];
            return Some(match value {
                Some(value) => Item::Value(letter, value),
                None => Item::Bad(format!("Argument expected for the -{letter} option\n")),
            });
        }
        if !FLAGS.contains(letter) {
            return Some(Item::Bad(format!("Unknown option: -{letter}\n")));
        }
        Some(Item::Flag(letter))
    }
}

const USAGE: &str = "usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";
const HELP: &str = "Options and arguments (and corresponding environment variables):
-b     : warn about str(bytes) and comparisons of bytes with str (-bb: error)
-B     : write no .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (ends the option list)
-d     : parser debugging; also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables
-h     : print this help and exit (also --help)
-i     : interactive prompt after the script; also PYTHONINSPECT=x
-I     : isolate Python from the user's environment (implies -E and -s)
-m mod : run a library module as a script (ends the option list)
-O     : remove assert statements; also PYTHONOPTIMIZE=x
-OO    : and docstrings too
-q     : print no version and copyright messages at start-up
-s     : do not add the user site folder to sys.path; also PYTHONNOUSERSITE
-S     : do not imply 'import site' on initialization
-u     : unbuffered stdout and stderr; also PYTHONUNBUFFERED=x
-v     : verbose imports; also PYTHONVERBOSE=x
-V     : print the version and exit (also --version); twice: the build as well
-W arg : warning control, action:message:category:module:lineno; also PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : implementation-specific option:
         faulthandler, showrefcount, tracemalloc[=NFRAME], importtime, dev, utf8[=0|1],
         pycache_prefix=PATH, int_max_str_digits=N, oldparser
--check-hash-based-pycs always|default|never: how hash-based .pyc files are checked
file   : program read from a script file
-      : program read from stdin (default; a prompt if it is a terminal)
arg ...: arguments passed to the program in sys.argv[1:]

Other environment variables:
PYTHONSTARTUP: file that is run before the prompt
PYTHONPATH   : ':'-separated folders in front of the module search path
PYTHONHOME   : the <prefix> folder (or <prefix>:<exec_prefix>)
PYTHONPLATLIBDIR: overrides sys.platlibdir
PYTHONUTF8   : 1 turns the UTF-8 mode on, 0 off
PYTHONIOENCODING: encoding[:errors] of stdin, stdout, stderr
PYTHONFAULTHANDLER: dump the Python traceback on fatal errors
PYTHONHASHSEED: 'random' or the seed of string hashes
PYTHONINTMAXSTRDIGITS: the limit on digits in conversions between int and str
PYTHONMALLOC : the memory allocators, or debug hooks for them
PYTHONCOERCECLOCALE: 0 keeps the C locale, warn tells when it is replaced
PYTHONBREAKPOINT: the callable that breakpoint() calls; 0 turns it off
PYTHONDEVMODE: the development mode
PYTHONPYCACHEPREFIX: where .pyc files are written instead of beside the sources
";

/// The exit status of a command line that cannot be used, after telling so.
fn misuse(program: &str, message: &str) -> i32 {
    krait_object::err::write_stderr_raw(
        format!("{message}{}Try `python -h' for more information.\n", USAGE.replace("{}", program))
            .as_bytes(),
    );
    2
}

/// Writes to the standard output before there is a `sys.stdout`.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout();
    // A closed standard output is nobody's error.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Parses `argv`; flags go into the configuration. An error is the exit status.
pub fn parse(argv: &[Wide], program: &str, config: &mut PyConfig) -> Result<Parsed, i32> {
    let mut parsed = Parsed::default();
    let mut options = Options::new(argv);
    let (mut help, mut version) = (false, 0);
    let mut first = None;
    while let Some(item) = options.next() {
        match item {
            Item::Bad(message) => return Err(misuse(program, &message)),
            Item::CheckHashPycs(mode) => {
                if !["always", "never", "default"].iter().any(|known| wide::is(&mode, known)) {
                    let message = "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n";
                    return Err(misuse(program, message));
                }
                parsed.check_hash_pycs = Some(mode);
            }
            Item::Value('c', mut command) => {
                command.push('\n'.into());
                parsed.command = Some(command);
                first = Some("-c");
                break;
            }
            Item::Value('m', module) => {
                parsed.module = Some(module);
                first = Some("-m");
                break;
            }
            Item::Value('W', option) => parsed.warnings.push(option),
            Item::Value(_, option) => parsed.x_options.push(option),
            Item::Flag('h' | '?') => help = true,
            Item::Flag('V') => version += 1,
            Item::Flag(letter) => flag(letter, config),
        }
    }
    if help {
        print(&format!("{}{HELP}", USAGE.replace("{}", program)));
        return Err(0);
    }
    if version > 0 {
        print(&match version {
            1 => "Python 3.9.2\n".to_owned(),
            _ => format!("Python {}\n", crate::sys::info::VERSION_TEXT),
        });
        return Err(0);
    }
    let rest = argv.get(options.position()..).unwrap_or_default();
    match first {
        Some(first) => {
            parsed.argv.push(wide::of(first));
            parsed.argv.extend_from_slice(rest);
        }
        None if rest.is_empty() => parsed.argv.push(Wide::new()),
        None => {
            parsed.argv.extend_from_slice(rest);
            parsed.filename = Some(rest[0].clone()).filter(|file| !wide::is(file, "-"));
        }
    }
    Ok(parsed)
}

fn flag(letter: char, config: &mut PyConfig) {
    match letter {
        'b' => config.bytes_warning += 1,
        'B' => config.write_bytecode = 0,
        'd' => config.parser_debug += 1,
        'i' => {
            config.inspect += 1;
            config.interactive += 1;
        }
        'O' => config.optimization_level += 1,
        'q' => config.quiet += 1,
        'R' => config.use_hash_seed = 0,
        's' => config.user_site_directory = 0,
        'S' => config.site_import = 0,
        'u' => config.buffered_stdio = 0,
        'v' => config.verbose += 1,
        'x' => config.skip_source_first_line = 1,
        // -E and -I belong to the preconfiguration; -t means nothing any more.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_where_the_program_begins() {
        let cases: [(&[&str], Option<&str>, &[&str]); 6] = [
            (&["py"], None, &[""]),
            (&["py", "-c", "pass", "-x"], Some("pass\n"), &["-c", "-x"]),
            (&["py", "-cpass"], Some("pass\n"), &["-c"]),
            (&["py", "-S", "file.py", "-c"], None, &["file.py", "-c"]),
            (&["py", "--", "-f"], None, &["-f"]),
            (&["py", "-bSW", "error", "-"], None, &["-"]),
        ];
        for (argv, command, expected) in cases {
            let argv: Vec<Wide> = argv.iter().map(|text| wide::of(text)).collect();
            let mut config = crate::lifecycle::defaults::zeroed();
            let parsed = parse(&argv, "py", &mut config).expect("parsed");
            assert_eq!(parsed.command, command.map(wide::of));
            assert_eq!(parsed.argv, expected.iter().map(|text| wide::of(text)).collect::<Vec<_>>());
        }
    }
}
