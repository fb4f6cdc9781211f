//! Prints syntax trees as `ast.dump(tree, include_attributes=True)` does.
//!
//! `astdump FILE...` dumps modules. `astdump --serve` answers requests on the standard input, for comparing with another
//! implementation: a line `MODE FLAGS FEATURE_VERSION LENGTH` and so many bytes of source, answered by a line with the
//! answer's length and the answer. `--names FILE` gives names to characters: lines of a hexadecimal code point, a
//! semicolon and a name.

use krait_syntax::{Arena, Host, Mode, Options, SyntaxError, WarningResult, ast, parse, wtf8};
use std::collections::HashMap;
use std::io::{BufRead, Read, Write};

#[derive(Default)]
struct Dumper {
    names: HashMap<String, u32>,
    warnings: Vec<String>,
}

impl Host for Dumper {
    fn character(&mut self, name: &str) -> Option<u32> {
        self.names.get(&name.to_uppercase()).copied()
    }

    fn deprecation_warning(&mut self, message: &str, lineno: i32) -> WarningResult {
        self.warnings.push(format!("{lineno}: {message}"));
        WarningResult::Ok
    }
}

fn describe(error: &SyntaxError) -> String {
    let mut out = format!("{:?}\n{}", error.kind, error.message);
    if let Some(position) = &error.position {
        let text =
            position.text.as_ref().map_or("None".into(), |text| wtf8::ascii_repr(text.as_str().into()));
        out.push_str(&format!("\n{} {} {text}", position.lineno, position.offset));
    }
    out
}

fn dump(source: &[u8], options: &Options<'_>, host: &mut Dumper) -> Result<String, SyntaxError> {
    let arena = Arena::new();
    let tree = parse(&arena, source, options, host)?;
    Ok(ast::dump::dump(arena.alloc(tree), true))
}

fn serve(host: &mut Dumper) -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |i: usize| words.get(i).and_then(|w: &&str| w.parse::<u32>().ok()).unwrap_or(0);
        let mode = match words.first() {
            Some(&"single") => Mode::Single,
            Some(&"eval") => Mode::Eval,
            Some(&"func_type") => Mode::FuncType,
            _ => Mode::Exec,
        };
        let mut source = vec![0; number(3) as usize];
        input.read_exact(&mut source)?;
        let options = Options {
            mode,
            flags: number(1),
            feature_version: number(2) as i32,
            stack: 4 << 20,
            ..Options::default()
        };
        host.warnings.clear();
        let mut answer = match dump(&source, &options, host) {
            Ok(text) => format!("OK\n{text}"),
            Err(error) => describe(&error),
        };
        for warning in &host.warnings {
            answer.push_str(&format!("\nwarning {warning}"));
        }
        write!(output, "{}\n{answer}", answer.len())?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut host = Dumper::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--names" => {
                let path = arguments.next().unwrap_or_default();
                for line in std::fs::read_to_string(path)?.lines() {
                    if let Some((code, name)) = line.split_once(';')
                        && let Ok(code) = u32::from_str_radix(code, 16)
                    {
                        host.names.insert(name.to_string(), code);
                    }
                }
            }
            "--serve" => return serve(&mut host),
            path => match dump(&std::fs::read(path)?, &Options::default(), &mut host) {
                Ok(text) => println!("{text}"),
                Err(error) => println!("{}", describe(&error)),
            },
        }
    }
    Ok(())
}
