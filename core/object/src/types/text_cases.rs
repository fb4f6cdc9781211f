//! The methods of `str`, `bytes` and `bytearray` against what the reference made of the same calls
//! (`testdata/text_methods.tsv`, written by `tools/gen_text_methods.py`). Columns: receiver, method, positional
//! arguments, keyword arguments, outcome (`= ascii(result)` or `! Class: ascii(message)`).

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{call, object};
use crate::testing::with_gil;
use crate::types::{
    bool, bytearray, bytes, dict, float, list, long, memoryview, none, slice, tuple, unicode,
};

/// Reads Python literals.
struct Literals<'a> {
    text: &'a [u8],
    at: usize,
}

impl Literals<'_> {
    fn skip(&mut self, what: &str) -> bool {
        let found = self.text[self.at..].starts_with(what.as_bytes());
        self.at += if found { what.len() } else { 0 };
        found
    }

    fn items(&mut self, end: &str) -> Vec<Obj> {
        let mut items = Vec::new();
        while !self.skip(end) {
            items.push(self.value());
            self.skip(", ");
            self.skip(",");
        }
        items
    }

    fn quoted(&mut self) -> Vec<u32> {
        let quote = self.text[self.at];
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let c = self.text[self.at];
            self.at += 1;
            if c == quote {
                return out;
            }
            if c != b'\\' {
                out.push(c.into());
                continue;
            }
            let letter = self.text[self.at];
            self.at += 1;
            let digits = match letter {
                b'x' => 2,
                b'u' => 4,
                b'U' => 8,
                _ => 0,
            };
            out.push(match letter {
                b'n' => 10,
                b'r' => 13,
                b't' => 9,
                _ if digits == 0 => letter.into(),
                _ => {
                    let hex = core::str::from_utf8(&self.text[self.at..self.at + digits]).unwrap();
                    self.at += digits;
                    u32::from_str_radix(hex, 16).unwrap()
                }
            });
        }
    }

    fn value(&mut self) -> Obj {
        let made: Result<Obj> = if self.skip("None") {
            Ok(none::none().owned())
        } else if self.skip("True") {
            Ok(bool::from_bool(true))
        } else if self.skip("False") {
            Ok(bool::from_bool(false))
        } else if self.skip("bytearray(") {
            let contents = self.value();
            self.skip(")");
            bytearray::from_slice(bytes::as_slice(&contents))
        } else if self.skip("slice(") {
            let parts = self.items(")");
            slice::new(Some(&parts[0]), Some(&parts[1]), Some(&parts[2]))
        } else if self.skip("(") {
            tuple::from_vec(self.items(")"))
        } else if self.skip("[") {
            list::from_vec(self.items("]")).map(Obj::upcast)
        } else if self.skip("{") {
            let made = dict::new();
            while !self.skip("}") {
                let key = self.value();
                self.skip(": ");
                let value = self.value();
                self.skip(", ");
                dict::set_item(made.as_ref().unwrap(), &key, &value).unwrap();
            }
            made
        } else if self.text[self.at..].starts_with(b"b'") || self.text[self.at..].starts_with(b"b\"") {
            self.at += 1;
            let contents: Vec<u8> = self.quoted().into_iter().map(|c| c as u8).collect();
            bytes::from_slice(&contents)
        } else if matches!(self.text[self.at], b'\'' | b'"') {
            unicode::from_code_points(&self.quoted())
        } else {
            let length = self.text[self.at..]
                .iter()
                .position(|b| !b.is_ascii_alphanumeric() && !b"+-.".contains(b))
                .unwrap_or(self.text.len() - self.at);
            let number = core::str::from_utf8(&self.text[self.at..self.at + length]).unwrap();
            self.at += length;
            match number.strip_prefix('-').unwrap_or(number).bytes().all(|b| b.is_ascii_digit()) {
                true => long::from_text(number, 10),
                false => float::from_f64(number.parse().unwrap()),
            }
        };
        made.expect("a literal")
    }
}

pub(super) fn literal(text: &str) -> Obj {
    Literals { text: text.as_bytes(), at: 0 }.value()
}

fn ascii(object: &Object) -> String {
    unicode::to_string_lossy(&object::ascii(object).expect("ascii"))
}

/// The outcome of a call as the cases write it.
fn outcome(receiver: &Object, result: Result<Obj>) -> String {
    match result {
        Ok(value) if value.is_none() && bytearray::check(receiver) => format!("= {}", ascii(receiver)),
        Ok(value) => format!("= {}", ascii(&value)),
        Err(_) => {
            let mut error = err::fetch().expect("an exception");
            let value = error.normalize().owned();
            let shown = ascii(&object::str(&value).expect("str"));
            format!("! {}: {}", value.class_of().short_name(), &shown[1..shown.len() - 1])
        }
    }
}

#[test]
fn methods_against_the_reference() {
    with_gil(|| {
        let mut wrong = Vec::new();
        for line in include_str!("testdata/text_methods.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [receiver, method, args, kwargs, expected] = fields[..] else { panic!("{line}") };
            let receiver = literal(receiver);
            let (args, kwargs) = (literal(args), literal(kwargs));
            let kwargs = (dict::len(&kwargs) > 0).then_some(kwargs);
            let result = object::get_attr_str(&receiver, method)
                .and_then(|method| call::call_tuple(&method, &args, kwargs.as_deref()));
            let got = outcome(&receiver, result);
            if got != expected {
                wrong.push(format!("{line}\n    got {got}"));
            }
        }
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    });
}

/// How the cases of `memoryview` show a result.
fn shown(value: &Object) -> String {
    if value.downcast::<memoryview::MemoryView>().is_none() {
        return ascii(value);
    }
    let attribute = |name: &str| object::get_attr_str(value, name).map(|value| ascii(&value));
    match object::get_attr_str(value, "tolist").and_then(|method| call::call0(&method)) {
        Ok(items) => {
            let parts = ["format", "shape", "strides", "readonly"].map(|name| attribute(name).expect(name));
            format!("view({}, {})", ascii(&items), parts.join(", "))
        }
        Err(_) => {
            let error = err::fetch().expect("an exception");
            format!(
                "view({})",
                error.kind.downcast::<crate::types::typeobject::Type>().expect("class").short_name()
            )
        }
    }
}

/// `testdata/memoryview.tsv`, written by `tools/gen_memoryview.py`: base object, casts, slice, attribute, arguments,
/// outcome.
#[test]
fn memory_views_against_the_reference() {
    with_gil(|| {
        let mut wrong = Vec::new();
        for line in include_str!("testdata/memoryview.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [base, casts, key, name, args, expected] = fields[..] else { panic!("{line}") };
            let method = |view: &Object, name: &str, args: &Object| {
                object::get_attr_str(view, name).and_then(|method| call::call_tuple(&method, args, None))
            };
            let mut view = memoryview::from_object(&literal(base)).expect(line);
            for cast in protocol_items(&literal(casts)) {
                view = method(&view, "cast", &cast).expect(line);
            }
            let key = literal(key);
            if !key.is_none() {
                view = object::get_item(&view, &key).expect(line);
            }
            let attribute = object::get_attr_str(&view, name);
            let result = attribute.and_then(|attribute| {
                if object::is_callable(&attribute) {
                    call::call_tuple(&attribute, &literal(args), None)
                } else {
                    Ok(attribute)
                }
            });
            let got = match result {
                Ok(value) if value.is_none() && name.starts_with("__set") => {
                    format!("= {}", shown(&object::get_attr_str(&view, "obj").expect("obj")))
                }
                Ok(value) => format!("= {}", shown(&value)),
                raised => outcome(&view, raised),
            };
            if got != expected {
                wrong.push(format!("{line}\n    got {got}"));
            }
        }
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    });
}

fn protocol_items(list: &Object) -> Vec<Obj> {
    let tuple = crate::protocol::sequence::tuple(list).expect("a list");
    tuple::items(&tuple).iter().map(|item| (*item).owned()).collect()
}
