//! Dumps everything that is in the code objects of a file, as codedump.py does with CPython.
//!
//!     codedump [-O LEVEL] [-m MODE] [-f FLAGS] FILE           parses and compiles FILE
//!     codedump --tree [-O LEVEL] [-f FLAGS] FILE              FILE holds an AST that codedump.py --tree wrote
//!     codedump --marshal FILE                                 FILE holds a marshalled code object; FILE.again gets
//!                                                             it marshalled anew
//!     codedump --symbols FILE                                 the symbol table instead of code
//!     codedump --cases FILE                                   each snippet of FILE, as codedump.py does
//!
//! `--names FILE` gives the names for `\N{...}`, a line `HEX;NAME` each. With several files each dump is preceded by
//! a line `== FILE`. FLAGS are hexadecimal.

use krait_code::flags::{PYCF_ALLOW_TOP_LEVEL_AWAIT, PYCF_MASK};
use krait_code::{BigInt, CodeData, Constant, Text, marshal};
use krait_compile::{CompileError, InvalidTree, Options, RECURSION_TEXT, SymbolTable, compile, validate};
use krait_syntax::ast::reflect::{Field, POSITION, Read, Reader, Type};
use krait_syntax::ast::{self, Mod};
use krait_syntax::wtf8::ascii_repr;
use krait_syntax::{Arena, DecodeError, Host, Mode, SyntaxError, Wtf8, parse};
use std::collections::HashMap;
use std::fmt::Write;

/// What to do with each file.
#[derive(Clone, Copy, Default, PartialEq)]
enum Task {
    #[default]
    Source,
    Tree,
    Marshal,
    Symbols,
    Cases,
}

#[derive(Default)]
pub struct Dumper {
    options: Options,
    mode: Mode,
    names: Names,
}

/// The host of the parser: names of characters, and Latin-1 under the name that a test uses.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Host for Names {
    fn decode(&mut self, source: &[u8], encoding: &str) -> Result<String, DecodeError> {
        match encoding {
            "latin1" => Ok(source.iter().map(|&byte| byte as char).collect()),
            _ => Err(DecodeError::UnknownEncoding),
        }
    }

    fn character(&mut self, name: &str) -> Result<Option<u32>, String> {
        Ok(self.0.get(&name.to_uppercase()).copied())
    }
}

fn read_names(file: &str) -> Names {
    let text = std::fs::read_to_string(file).expect("a file with names");
    let line = |line: &str| {
        let (code, name) = line.split_once(';')?;
        Some((name.to_owned(), u32::from_str_radix(code, 16).ok()?))
    };
    Names(text.lines().filter_map(line).collect())
}

fn main() {
    let mut dumper = Dumper::default();
    dumper.options.limits.limit = 100_000;
    let (mut task, mut files) = (Task::Source, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value behind the option");
        match arg.as_str() {
            "--tree" => task = Task::Tree,
            "--cases" => task = Task::Cases,
            "--marshal" => task = Task::Marshal,
            "--symbols" => task = Task::Symbols,
            "--names" => dumper.names = read_names(&value()),
            "-m" => dumper.mode = parse_mode(Some(&value())),
            "-O" => dumper.options.optimize = value().parse().expect("a level"),
            "-f" => dumper.options.flags = parse_flags(&value()),
            _ => files.push(arg),
        }
    }
    let many = files.len() > 1;
    // Deep trees need more stack than the main thread may have.
    let work = move || {
        for file in files {
            if many {
                println!("== {file}");
            }
            let data = std::fs::read(&file).expect("a readable file");
            let text = match task {
                Task::Source => dumper.from_source(&data),
                Task::Tree => dumper.from_tree(&data),
                Task::Marshal => from_marshal(&data, &file),
                Task::Symbols => dumper.symbol_table(&data),
                Task::Cases => each_case(&String::from_utf8_lossy(&data)),
            };
            println!("{}", text.trim_end());
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(work).expect("a thread");
    thread.join().expect("no panic");
}

/// Bits that are the parser's alone are left out.
fn parse_flags(text: &str) -> u32 {
    let flags = u32::from_str_radix(text.trim_start_matches("0x"), 16).expect("hexadecimal flags");
    flags & (PYCF_ALLOW_TOP_LEVEL_AWAIT | PYCF_MASK)
}

fn parse_mode(text: Option<&str>) -> Mode {
    match text {
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        _ => Mode::Exec,
    }
}

pub fn each_case(text: &str) -> String {
    let mut out = String::new();
    let text = format!("\n{text}");
    for case in text.split("\n###").skip(1) {
        let (head, source) = case.split_once('\n').unwrap_or((case, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let value =
            |name| words.iter().position(|word| *word == name).and_then(|i| words.get(i + 1).copied());
        let mut dumper = Dumper { mode: parse_mode(value("-m")), ..Dumper::default() };
        dumper.options.optimize = value("-O").map_or(0, |level| level.parse().expect("a level"));
        dumper.options.flags = value("-f").map_or(0, parse_flags);
        for line in format!("{}\n{source}", words.join(" ")).split('\n') {
            writeln!(out, "### {line}").expect("writing to a string");
        }
        writeln!(out, "{}", dumper.from_source(source.as_bytes()).trim_end()).expect("writing to a string");
    }
    out
}

fn from_marshal(data: &[u8], file: &str) -> String {
    let code = marshal::load_code(data).expect("a code object");
    std::fs::write(format!("{file}.again"), marshal::dump_code(&code)).expect("a writable directory");
    let mut out = String::new();
    dump(&code, &mut out, 0);
    out
}

impl Dumper {
    #[expect(clippy::wrong_self_convention, reason = "says what the dump is made from")]
    fn from_tree(&self, data: &[u8]) -> String {
        let arena = Arena::new();
        let object = marshal::load(data).expect("a marshalled tree");
        let module: &Mod<'_> = Read::read(&arena, &mut Trees { arena: &arena }, &object).expect("a tree");
        match validate(module, self.options.limits) {
            Ok(()) => self.text(module),
            Err(InvalidTree::Value(text)) => format!("ValueError {}", ascii_repr(Wtf8::new(&text))),
            Err(InvalidTree::Type(text)) => format!("TypeError {}", ascii_repr(Wtf8::new(&text))),
            Err(InvalidTree::Recursion) => format!("RecursionError '{RECURSION_TEXT}'"),
        }
    }

    #[expect(clippy::wrong_self_convention, reason = "says what the dump is made from")]
    fn from_source(&mut self, data: &[u8]) -> String {
        let arena = Arena::new();
        match self.parse(&arena, data) {
            Ok(module) => self.text(&module),
            Err(error) => syntax_error(&error),
        }
    }

    fn parse<'a>(&mut self, arena: &'a Arena, data: &[u8]) -> Result<Mod<'a>, SyntaxError> {
        let (mode, flags) = (self.mode, self.options.flags);
        let how = krait_syntax::Options { mode, flags, stack: 500 << 20, ..Default::default() };
        parse(arena, data, &how, &mut self.names)
    }

    /// Warnings, then the code objects or the error.
    fn text(&self, module: &Mod<'_>) -> String {
        let mut out = String::new();
        let result = compile(module, &Text::from("file"), self.options, &mut |message, line| {
            writeln!(out, "warning {line} {}", ascii_repr(Wtf8::new(message))).expect("writing to a string");
            Ok(())
        });
        match result {
            Ok(code) => dump(&code, &mut out, 0),
            Err(CompileError::Syntax(error)) => out.push_str(&syntax_error(&error)),
            Err(CompileError::Recursion) => out.push_str(&format!("RecursionError '{RECURSION_TEXT}'")),
            Err(error) => out.push_str(&format!("{error:?}")),
        }
        out
    }

    fn symbol_table(&mut self, data: &[u8]) -> String {
        let arena = Arena::new();
        let module = match self.parse(&arena, data) {
            Ok(module) => module,
            Err(error) => return syntax_error(&error),
        };
        match SymbolTable::build(&arena, &module, self.options.limits) {
            Ok(table) => {
                let mut out = String::new();
                dump_block(&table, SymbolTable::TOP, &mut out, 0);
                out
            }
            Err(CompileError::Syntax(error)) => syntax_error(&error),
            Err(error) => format!("{error:?}"),
        }
    }
}

fn syntax_error(error: &SyntaxError) -> String {
    let mut out = format!("{:?} {}", error.kind, ascii_repr(Wtf8::new(&error.message)));
    if let Some(position) = &error.position {
        write!(out, " line {} offset {}", position.lineno, position.offset).expect("writing to a string");
    }
    out
}

fn dump_block(table: &SymbolTable<'_>, id: usize, out: &mut String, depth: usize) {
    let block = table.block(id);
    let quote = |name: &&str| ascii_repr(Wtf8::new(name));
    let mut symbols: Vec<_> = block.symbols.as_slice().iter().zip(&block.flags).collect();
    symbols.sort();
    let symbols: Vec<_> = symbols.iter().map(|(name, flags)| format!("{}:{flags:#x}", quote(name))).collect();
    let varnames: Vec<_> = block.varnames.iter().map(quote).collect();
    writeln!(
        out,
        "{}{} {} line {} nested {} varnames {} symbols {}",
        "  ".repeat(depth),
        block.kind as u8,
        quote(&block.name),
        block.line,
        block.nested as u8,
        varnames.join(" "),
        symbols.join(" ")
    )
    .expect("writing to a string");
    block.children.iter().for_each(|&child| dump_block(table, child, out, depth + 1));
}

fn dump(code: &CodeData, out: &mut String, depth: usize) {
    let pad = "  ".repeat(depth);
    let mut put = |text: String| writeln!(out, "{pad}{text}").expect("writing to a string");
    put(format!("code {}", ascii(&code.name)));
    put(format!(
        " counts {} {} {} nlocals {} stack {} flags {:#x} line {}",
        code.arg_count,
        code.posonly_arg_count,
        code.kwonly_arg_count,
        code.nlocals,
        code.stack_size,
        code.flags,
        code.first_line
    ));
    let lists = [&code.names, &code.varnames, &code.freevars, &code.cellvars];
    for (field, list) in ["names", "varnames", "freevars", "cellvars"].into_iter().zip(lists) {
        put(format!(" {field} {}", list.iter().map(ascii).collect::<Vec<_>>().join(" ")));
    }
    let mut inner = Vec::new();
    for (i, constant) in code.consts.iter().enumerate() {
        put(format!(" const {i} {}", value(constant, &mut inner)));
    }
    put(format!(" lnotab {}", hex(&code.lnotab)));
    put(format!(" code {}", hex(&code.code)));
    for code in inner {
        dump(code, out, depth + 1);
    }
}

fn ascii(text: &Text) -> String {
    // SAFETY: a text's bytes are generalised UTF-8.
    ascii_repr(unsafe { Wtf8::from_bytes_unchecked(text.as_bytes()) })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string");
        out
    })
}

fn value<'c>(constant: &'c Constant, codes: &mut Vec<&'c CodeData>) -> String {
    match constant {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(value) => format!("int {value}"),
        Constant::Float(value) => format!("float {:016x}", value.to_bits()),
        Constant::Complex { real, imag } => {
            format!("complex {:016x} {:016x}", real.to_bits(), imag.to_bits())
        }
        Constant::Str(text) => format!("str {}", ascii(text)),
        Constant::Bytes(bytes) => format!("bytes {}", hex(bytes)),
        Constant::Tuple(items) => {
            format!("({})", items.iter().map(|item| value(item, codes)).collect::<Vec<_>>().join(", "))
        }
        Constant::FrozenSet(items) => {
            let mut items: Vec<_> = items.iter().map(|item| value(item, codes)).collect();
            items.sort();
            format!("{{{}}}", items.join(", "))
        }
        Constant::Code(code) => {
            codes.push(code);
            format!("code {}", ascii(&code.name))
        }
    }
}

/// Reads the nested tuples of codedump.py: name of the class, four positions, fields.
struct Trees<'a> {
    arena: &'a Arena,
}

type Missing = String;

fn items(object: &Constant) -> &[Constant] {
    match object {
        Constant::Tuple(items) => items,
        other => panic!("a tuple, not {other:?}"),
    }
}

impl<'a> Reader<'a> for Trees<'a> {
    type Object = Constant;
    type Error = Missing;

    fn enter(&mut self, object: &Constant, ty: &'static Type) -> Result<usize, Missing> {
        let Constant::Str(name) = &items(object)[0] else { return Err("no name".into()) };
        let found = ty.constructors.iter().position(|constructor| *name == *constructor.name);
        found.ok_or_else(|| format!("no {} {name}", ty.name))
    }

    fn is_none(&mut self, object: &Constant) -> bool {
        matches!(object, Constant::None)
    }

    fn field(
        &mut self,
        object: &Constant,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Option<Constant>, Missing> {
        let items = items(object);
        if let Some(position) = POSITION.iter().position(|attribute| std::ptr::eq(attribute, field)) {
            return Ok(Some(items[1 + position].clone()));
        }
        let types = ast::reflect::TYPES.iter().flat_map(|ty| ty.constructors);
        let constructor = types.filter(|constructor| constructor.name == owner);
        let index =
            constructor.flat_map(|c| c.fields.iter().position(|other| other.name == field.name)).next();
        let index = index.ok_or_else(|| format!("no field {} of {owner}", field.name))?;
        Ok(items.get(5 + index).cloned())
    }

    fn list(
        &mut self,
        list: &Constant,
        _: &'static str,
        _: &'static Field,
    ) -> Result<Vec<Constant>, Missing> {
        Ok(items(list).to_vec())
    }

    fn missing(&mut self, owner: &'static str, field: &'static Field) -> Missing {
        format!("{owner}.{} is missing", field.name)
    }

    fn int(&mut self, object: &Constant) -> Result<i32, Missing> {
        match object {
            Constant::Int(value) => i32::try_from(value).map_err(|error| error.to_string()),
            other => Err(format!("no int: {other:?}")),
        }
    }

    fn identifier(&mut self, object: &Constant) -> Result<&'a str, Missing> {
        self.string(object)?.as_str().ok_or_else(|| "surrogates in a name".into())
    }

    fn string(&mut self, object: &Constant) -> Result<&'a Wtf8, Missing> {
        match object {
            Constant::Str(text) => {
                // SAFETY: a text's bytes are generalised UTF-8.
                Ok(unsafe { Wtf8::from_bytes_unchecked(self.arena.alloc_slice(text.as_bytes())) })
            }
            other => Err(format!("no string: {other:?}")),
        }
    }

    fn constant(&mut self, object: &Constant) -> Result<ast::Constant<'a>, Missing> {
        self.value(&items(object)[0])
    }
}

impl<'a> Trees<'a> {
    fn value(&mut self, object: &Constant) -> Result<ast::Constant<'a>, Missing> {
        Ok(match object {
            Constant::None => ast::Constant::None,
            Constant::True => ast::Constant::True,
            Constant::False => ast::Constant::False,
            Constant::Ellipsis => ast::Constant::Ellipsis,
            Constant::Int(value) => self.int_value(value),
            Constant::Float(value) => ast::Constant::Float(*value),
            Constant::Complex { real, imag } => ast::Constant::Complex(*real, *imag),
            Constant::Str(_) => ast::Constant::Str(self.string(object)?),
            Constant::Bytes(bytes) => ast::Constant::Bytes(self.arena.alloc_slice(bytes)),
            Constant::Tuple(parts) | Constant::FrozenSet(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.value(part)).collect::<Result<_, _>>()?;
                let parts = self.arena.alloc_slice(&parts);
                match object {
                    Constant::Tuple(_) => ast::Constant::Tuple(parts),
                    _ => ast::Constant::FrozenSet(parts),
                }
            }
            Constant::Code(_) => return Err("a code object in a tree".into()),
        })
    }

    fn int_value(&self, value: &BigInt) -> ast::Constant<'a> {
        if let Ok(small) = i64::try_from(value) {
            return ast::Constant::Int(small);
        }
        let (mut rest, mut digits) = (value.magnitude().clone(), Vec::new());
        while rest.bits() > 0 {
            digits.push(rest.iter_u32_digits().next().unwrap_or(0) & 0x3FFF_FFFF);
            rest >>= 30u32;
        }
        let negative = value.sign() == num_bigint::Sign::Minus;
        ast::Constant::BigInt(ast::BigInt { negative, digits: self.arena.alloc_slice(&digits) })
    }
}
