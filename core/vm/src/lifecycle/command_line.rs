//! The options of the `python` program.

use krait_abi::PyConfig;

/// What a command line says.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// `-c`, with a newline behind it.
    pub command: Option<String>,
    /// `-m`
    pub module: Option<String>,
    /// The script.
    pub filename: Option<String>,
    /// `-W`
    pub warnings: Vec<String>,
    /// `-X`
    pub x_options: Vec<String>,
    /// `--check-hash-based-pycs`
    pub check_hash_pycs: Option<String>,
    /// `sys.argv`
    pub argv: Vec<String>,
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
-V     : print the version and exit (also --version)
-W arg : warning control; also PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : implementation-specific option
--check-hash-based-pycs always|default|never: how hash-based .pyc files are checked
file   : program read from a script file
-      : program read from stdin (default)
arg ...: arguments passed to the program in sys.argv[1:]
";

/// Parses `argv`; flags go into the configuration. An error is the exit status.
pub fn parse(argv: &[String], config: &mut PyConfig) -> Result<Parsed, i32> {
    let mut parsed = Parsed::default();
    let program = argv.first().map_or("python3", String::as_str);
    let mut rest = argv.get(1..).unwrap_or(&[]).iter();
    while let Some(argument) = rest.next() {
        if let Some(long) = argument.strip_prefix("--") {
            if long.is_empty() {
                break;
            }
            long_option(long, &mut rest, program, &mut parsed)?;
            continue;
        }
        let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            parsed.filename = if argument == "-" { None } else { Some(argument.clone()) };
            parsed.argv = vec![argument.clone()];
            parsed.argv.extend(rest.cloned());
            return Ok(parsed);
        };
        if let Some(ended) = short_options(letters, &mut rest, program, config, &mut parsed)? {
            parsed.argv = vec![ended.to_owned()];
            parsed.argv.extend(rest.cloned());
            return Ok(parsed);
        }
    }
    match rest.next() {
        Some(file) => {
            parsed.filename = if file == "-" { None } else { Some(file.clone()) };
            parsed.argv = vec![file.clone()];
            parsed.argv.extend(rest.cloned());
        }
        None => parsed.argv = vec![String::new()],
    }
    Ok(parsed)
}

fn usage_error(program: &str, message: &str) -> i32 {
    eprintln!("{message}{}Try `python -h' for more information.", USAGE.replace("{}", program));
    2
}

fn long_option(
    option: &str,
    rest: &mut core::slice::Iter<'_, String>,
    program: &str,
    parsed: &mut Parsed,
) -> Result<(), i32> {
    match option {
        "version" => {
            println!("Python 3.9.2");
            Err(0)
        }
        "help" => {
            print!("{}{HELP}", USAGE.replace("{}", program));
            Err(0)
        }
        "check-hash-based-pycs" => match rest.next().map(String::as_str) {
            Some(mode @ ("always" | "never" | "default")) => {
                parsed.check_hash_pycs = Some(mode.to_owned());
                Ok(())
            }
            _ => {
                eprintln!("--check-hash-based-pycs must be one of 'default', 'always', or 'never'");
                Err(usage_error(program, ""))
            }
        },
        _ => Err(usage_error(program, &format!("unknown option --{option}\n"))),
    }
}

/// The letters of one argument. `Some` ends the options: `-c` or `-m`, as `argv[0]`.
fn short_options<'a>(
    letters: &str,
    rest: &mut core::slice::Iter<'_, String>,
    program: &str,
    config: &mut PyConfig,
    parsed: &mut Parsed,
) -> Result<Option<&'a str>, i32> {
    let chars = letters.char_indices();
    for (at, letter) in chars {
        if "cmWX".contains(letter) {
            let inline = &letters[at + 1..];
            let value = if inline.is_empty() { rest.next().cloned() } else { Some(inline.to_owned()) };
            let Some(value) = value else {
                return Err(usage_error(program, &format!("Argument expected for the -{letter} option\n")));
            };
            match letter {
                'c' => {
                    parsed.command = Some(format!("{value}\n"));
                    return Ok(Some("-c"));
                }
                'm' => {
                    parsed.module = Some(value);
                    return Ok(Some("-m"));
                }
                'W' => parsed.warnings.push(value),
                _ => parsed.x_options.push(value),
            }
            return Ok(None);
        }
        match letter {
            'b' => config.bytes_warning += 1,
            'B' => config.write_bytecode = 0,
            'd' => config.parser_debug += 1,
            'E' => config.use_environment = 0,
            'h' | '?' => {
                print!("{}{HELP}", USAGE.replace("{}", program));
                return Err(0);
            }
            'i' => {
                config.inspect += 1;
                config.interactive += 1;
            }
            'I' => {
                config.isolated += 1;
                config.use_environment = 0;
                config.user_site_directory = 0;
            }
            'O' => config.optimization_level += 1,
            'q' => config.quiet += 1,
            'R' | 't' | 'J' => {}
            's' => config.user_site_directory = 0,
            'S' => config.site_import = 0,
            'u' => config.buffered_stdio = 0,
            'v' => config.verbose += 1,
            'V' => {
                if letters[at + 1..].starts_with('V') {
                    println!("Python {}", crate::sys::info::VERSION_TEXT);
                } else {
                    println!("Python 3.9.2");
                }
                return Err(0);
            }
            'x' => config.skip_source_first_line = 1,
            other => return Err(usage_error(program, &format!("Unknown option: -{other}\n"))),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_where_the_program_begins() {
        let cases: [(&[&str], Option<&str>, &[&str]); 5] = [
            (&["py"], None, &[""]),
            (&["py", "-c", "pass", "-x"], Some("pass\n"), &["-c", "-x"]),
            (&["py", "-cpass"], Some("pass\n"), &["-c"]),
            (&["py", "-S", "file.py", "-c"], None, &["file.py", "-c"]),
            (&["py", "--", "-f"], None, &["-f"]),
        ];
        for (argv, command, expected) in cases {
            let argv: Vec<String> = argv.iter().map(|&text| text.to_owned()).collect();
            let mut config = crate::lifecycle::defaults::zeroed();
            let parsed = parse(&argv, &mut config).expect("parsed");
            assert_eq!(parsed.command.as_deref(), command);
            assert_eq!(parsed.argv, expected);
        }
    }
}
