//! `_json.Encoder`: the JSON text of an object.

use super::own_encoder;
use super::text::Output;
use core::ffi::{c_char, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, mapping, object, sequence};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, dict, float, list, long, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, heap_type, members, method, payload_class, slot, state,
};

/// An encoder with the settings of a `json.JSONEncoder`.
#[repr(C)]
pub(super) struct Encoder {
    head: Head,
    markers: ObjCell,
    default: ObjCell,
    encoder: ObjCell,
    indent: ObjCell,
    key_separator: ObjCell,
    item_separator: ObjCell,
    sort_keys: c_char,
    skipkeys: c_char,
    allow_nan: c_char,
    /// Whether ASCII only comes out, when strings are encoded by this module's own function.
    own: Option<bool>,
}

heap_type! {
    /// `_json.Encoder`
    pub(super) static ENCODER = {
        tp_name: c"_json.Encoder".as_ptr(),
        tp_basicsize: size_of::<Encoder>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Encoder>(),
        tp_call: slot::call(encode),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: super::ENCODER_DOC.as_ptr(),
        tp_traverse: payload::traverse::<Encoder>(),
        tp_clear: payload::clear::<Encoder>(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(new),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Encoder, heap ENCODER);

impl Encoder {
    fn fields(&self) -> [&ObjCell; 6] {
        [&self.markers, &self.default, &self.encoder, &self.indent, &self.key_separator, &self.item_separator]
    }
}

impl Payload for Encoder {
    fn traverse(&self, visitor: &mut Visitor) {
        self.fields().iter().for_each(|field| field.visit(visitor));
    }

    fn clear(&self) {
        self.fields().iter().for_each(|field| drop(field.take()));
    }
}

members! {
    static MEMBERS = [
        method::member(c"markers", T_OBJECT, offset_of!(Encoder, markers), READONLY, c"markers"),
        method::member(c"default", T_OBJECT, offset_of!(Encoder, default), READONLY, c"default"),
        method::member(c"encoder", T_OBJECT, offset_of!(Encoder, encoder), READONLY, c"encoder"),
        method::member(c"indent", T_OBJECT, offset_of!(Encoder, indent), READONLY, c"indent"),
        method::member(c"key_separator", T_OBJECT, offset_of!(Encoder, key_separator), READONLY, c"key_separator"),
        method::member(c"item_separator", T_OBJECT, offset_of!(Encoder, item_separator), READONLY, c"item_separator"),
        method::member(c"sort_keys", T_BOOL, offset_of!(Encoder, sort_keys), READONLY, c"sort_keys"),
        method::member(c"skipkeys", T_BOOL, offset_of!(Encoder, skipkeys), READONLY, c"skipkeys"),
    ];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAMES: [&str; 9] = [
        "markers",
        "default",
        "encoder",
        "indent",
        "key_separator",
        "item_separator",
        "sort_keys",
        "skipkeys",
        "allow_nan",
    ];
    let given = const { Signature::new("make_encoder", NAMES).parsed() }.bind_tuple(args, kw)?;
    let given = given.map(|argument| argument.unwrap_or(none::none()));
    for (i, separator) in given.iter().enumerate().skip(4).take(2) {
        if !unicode::check(separator) {
            return Err(crate::support::wrong_type("make_encoder", i + 1, "str", separator));
        }
        unicode::ready(separator)?;
    }
    let [sort_keys, skipkeys, allow_nan] = [6, 7, 8].map(|i| object::is_true(given[i]));
    let (sort_keys, skipkeys, allow_nan) = (sort_keys?, skipkeys?, allow_nan?);
    let markers = given[0];
    if !markers.is_none() && !dict::check(markers) {
        let name = markers.class_of().name();
        return Err(err::type_error(format_args!(
            "make_encoder() argument 1 must be dict or None, not {name:.200}"
        )));
    }
    let [markers, default, encoder, indent, key_separator, item_separator, ..] =
        given.map(|argument| ObjCell::new(argument.owned()));
    payload::new(class, |head| Encoder {
        head,
        markers,
        default,
        encoder,
        indent,
        key_separator,
        item_separator,
        sort_keys: sort_keys.into(),
        skipkeys: skipkeys.into(),
        allow_nan: allow_nan.into(),
        own: own_encoder(given[2]),
    })
    .map(Obj::upcast)
}

fn encode(this: &Encoder, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [value, level] = const { Signature::new("_iterencode", ["obj", "_current_indent_level"]).parsed() }
        .bind_tuple(args, kw)?;
    let (value, level) = (value.unwrap_or(none::none()), level.unwrap_or(none::none()));
    crate::support::ssize(level)?;
    let separators = [this.key_separator.get_or_none(), this.item_separator.get_or_none()];
    let mut writing = Writing {
        settings: this,
        markers: this.markers.get().filter(|markers| !markers.is_none()),
        key_separator: Separator::new(&separators[0]),
        item_separator: Separator::new(&separators[1]),
        open: Vec::new(),
        marked: 0,
        out: Output::default(),
    };
    let done = writing.value(value);
    if done.is_err() {
        let error = err::fetch();
        // The dictionary keeps what was being written when it failed.
        if writing.mark_open().is_err() {
            err::clear();
        }
        if let Some(error) = error {
            err::restore(error);
        }
    }
    done?;
    Ok(list::from_vec(vec![writing.out.finish()?])?.upcast())
}

/// Text between the parts of arrays and objects.
enum Separator<'a> {
    Ascii(&'a [u8]),
    Other(&'a Object),
}

impl<'a> Separator<'a> {
    fn new(text: &'a Object) -> Separator<'a> {
        match unicode::chars(text) {
            unicode::Chars::Latin1(bytes) if unicode::is_ascii(text) => Separator::Ascii(bytes),
            _ => Separator::Other(text),
        }
    }

    #[inline]
    fn push(&self, out: &mut Output) {
        match self {
            Separator::Ascii(text) => out.push_ascii(text),
            Separator::Other(text) => out.push_object(text),
        }
    }
}

/// One call of an encoder.
///
/// The containers that are being written are marked by their addresses in the dictionary `markers`, if there is one.
/// Nobody sees it but Python code, so they get there only before such code runs; `open` has all of them.
struct Writing<'a> {
    settings: &'a Encoder,
    markers: Option<Obj>,
    key_separator: Separator<'a>,
    item_separator: Separator<'a>,
    open: Vec<Obj>,
    /// How many of `open` are in `markers`.
    marked: usize,
    out: Output,
}

fn address(value: &Object) -> Result<Obj> {
    long::from_ptr(value.as_ptr().cast())
}

impl Writing<'_> {
    fn value(&mut self, value: &Object) -> Result<()> {
        if unicode::check(value) {
            self.string(value)
        } else if value.is_none() {
            self.out.push_ascii(b"null");
            Ok(())
        } else if let Some(truth) = bool::value(value) {
            self.out.push_ascii(if truth { b"true" } else { b"false" });
            Ok(())
        } else if long::check(value) {
            self.int(value)
        } else if float::check(value) {
            self.float(value)
        } else if list::check(value) || tuple::check(value) {
            let _guard = state::enter_recursive_call(" while encoding a JSON object")?;
            self.array(value)
        } else if dict::check(value) {
            let _guard = state::enter_recursive_call(" while encoding a JSON object")?;
            self.object(value)
        } else {
            self.other(value)
        }
    }

    /// What `default` makes of a value.
    fn other(&mut self, value: &Object) -> Result<()> {
        self.enter(value)?;
        self.mark_open()?;
        let made = call::call1(&self.settings.default.get_or_none(), value)?;
        let guard = state::enter_recursive_call(" while encoding a JSON object")?;
        self.value(&made)?;
        drop(guard);
        self.leave()
    }

    fn string(&mut self, text: &Object) -> Result<()> {
        if let Some(ascii_only) = self.settings.own {
            unicode::ready(text)?;
            self.out.push_quoted(text, ascii_only);
            return Ok(());
        }
        self.mark_open()?;
        let made = call::call1(&self.settings.encoder.get_or_none(), text)?;
        if !unicode::check(&made) {
            let name = made.class_of().name();
            return Err(err::type_error(format_args!("encoder() must return a string, not {name:.80}")));
        }
        unicode::ready(&made)?;
        self.out.push_object(&made);
        Ok(())
    }

    fn int(&mut self, value: &Object) -> Result<()> {
        match long::as_i64_opt(value) {
            Some(word) => self
                .out
                .write_ascii(|out| out.extend_from_slice(long::word_text(word, &mut [0; long::WORD_TEXT]))),
            None => self.out.push_ascii(long::to_text(value, 10, false)?.as_bytes()),
        }
        Ok(())
    }

    fn float(&mut self, value: &Object) -> Result<()> {
        let value = float::as_f64(value)?;
        if value.is_finite() {
            self.out.write_ascii(|out| krait_object::text::float::repr(value, out));
            return Ok(());
        }
        if self.settings.allow_nan == 0 {
            return Err(err::value_error("Out of range float values are not JSON compliant"));
        }
        let word: &[u8] = match (value.is_nan(), value > 0.0) {
            (true, _) => b"NaN",
            (_, true) => b"Infinity",
            _ => b"-Infinity",
        };
        self.out.push_ascii(word);
        Ok(())
    }

    fn array(&mut self, value: &Object) -> Result<()> {
        let items = sequence::fast(value, "_iterencode_list needs a sequence")?;
        let item = |i: usize| match items.downcast::<list::List>() {
            Some(items) => items.get(i),
            None => tuple::items(&items).get(i).map(|item| (*item).owned()),
        };
        let Some(mut next) = item(0) else {
            self.out.push_ascii(b"[]");
            return Ok(());
        };
        self.enter(value)?;
        self.out.push_ascii(b"[");
        for i in 1.. {
            self.value(&next)?;
            let Some(following) = item(i) else { break };
            next = following;
            self.item_separator.push(&mut self.out);
        }
        self.leave()?;
        self.out.push_ascii(b"]");
        Ok(())
    }

    fn object(&mut self, value: &Object) -> Result<()> {
        if dict::len(value) == 0 {
            self.out.push_ascii(b"{}");
            return Ok(());
        }
        self.enter(value)?;
        self.out.push_ascii(b"{");
        let mut is_first = true;
        if dict::check_exact(value) && self.settings.sort_keys == 0 {
            let mut members = Vec::with_capacity(dict::len(value));
            let mut position = 0;
            while let Some(member) = dict::next(value, &mut position) {
                members.push(member);
            }
            for (key, value) in &members {
                self.member(key, value, &mut is_first)?;
            }
        } else {
            self.mark_open()?;
            let items = mapping::items(value)?;
            if self.settings.sort_keys != 0 {
                items.downcast::<list::List>().ok_or_else(err::bad_internal_call)?.sort()?;
            }
            let members = iter::get_iter(&items)?;
            while let Some(pair) = iter::next(&members)? {
                let [key, value] = tuple::check(&pair).then(|| tuple::items(&pair)).unwrap_or_default()
                else {
                    return Err(err::value_error("items must return 2-tuples"));
                };
                self.member(key, value, &mut is_first)?;
            }
        }
        self.leave()?;
        self.out.push_ascii(b"}");
        Ok(())
    }

    fn member(&mut self, key: &Object, value: &Object, is_first: &mut bool) -> Result<()> {
        let made;
        let key = if unicode::check(key) {
            key
        } else {
            match self.key_text(key)? {
                Some(text) => made = text,
                None => return Ok(()),
            }
            &made
        };
        if !core::mem::replace(is_first, false) {
            self.item_separator.push(&mut self.out);
        }
        self.string(key)?;
        self.key_separator.push(&mut self.out);
        self.value(value)
    }

    /// The text of a key that is no `str`, none for keys to skip.
    fn key_text(&mut self, key: &Object) -> Result<Option<Obj>> {
        let is_plain = float::check(key) || key.is_none() || long::check(key);
        if !is_plain {
            return if self.settings.skipkeys != 0 { Ok(None) } else { Err(bad_key(key)) };
        }
        // Plain values come out as text of their own.
        let before = core::mem::take(&mut self.out);
        let done = self.value(key);
        let text = core::mem::replace(&mut self.out, before);
        done?;
        text.finish().map(Some)
    }

    fn enter(&mut self, value: &Object) -> Result<()> {
        let Some(markers) = &self.markers else { return Ok(()) };
        let is_open = self.open.iter().any(|open| open.is(value))
            || (dict::len(markers) > self.marked && dict::contains(markers, &*address(value)?)?);
        if is_open {
            return Err(err::value_error("Circular reference detected"));
        }
        self.open.push(value.owned());
        Ok(())
    }

    /// Forgets the container that was entered last.
    fn leave(&mut self) -> Result<()> {
        let Some(value) = self.open.pop() else { return Ok(()) };
        if let Some(markers) = &self.markers
            && self.marked > self.open.len()
        {
            self.marked = self.open.len();
            dict::del_item(markers, &*address(&value)?)?;
        }
        Ok(())
    }

    /// Shows `markers` what is being written; to be called before Python code runs.
    fn mark_open(&mut self) -> Result<()> {
        let Some(markers) = &self.markers else { return Ok(()) };
        while let Some(value) = self.open.get(self.marked) {
            dict::set_item(markers, &*address(value)?, value)?;
            self.marked += 1;
        }
        Ok(())
    }
}

#[cold]
fn bad_key(key: &Object) -> Raised {
    let name = key.class_of().name();
    err::type_error(format_args!("keys must be str, int, float, bool or None, not {name:.100}"))
}
