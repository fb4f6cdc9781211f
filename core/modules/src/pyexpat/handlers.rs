//! What expat calls: each function makes its arguments and calls the Python handler of its slot.

use super::Parser;
use crate::expat::{self, Content};
use core::ffi::{c_char, c_int, c_void};
use krait_abi::XML_Parser;
use krait_object::protocol::call;
use krait_object::slot::guard;
use krait_object::types::{dict, exceptions, list, long, none, tuple};
use krait_object::{Layout, Obj, Object, Raised, Result, err, state};

/// How many handlers a parser has.
pub const COUNT: usize = 22;

/// A handler's place, its name in tracebacks, and the line of its call in the C file that tracebacks name.
macro_rules! slots {
    ($($name:ident $line:literal $set:ident $native:expr;)*) => {
        /// A handler.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum Slot { $($name,)* }

        impl Slot {
            /// In the order of their numbers.
            pub const ALL: [Slot; COUNT] = [$(Slot::$name,)*];

            /// The name and line in tracebacks.
            fn place(self) -> (&'static str, i32) {
                match self { $(Slot::$name => (stringify!($name), $line),)* }
            }

            /// Tells expat whether to call the function of this slot.
            ///
            /// # Safety
            /// A live parser whose user data is its parser object.
            pub unsafe fn install(self, parser: XML_Parser, on: bool) {
                // SAFETY: the functions fit their places.
                unsafe {
                    match self {
                        $(Slot::$name => expat::$set(parser, if on { Some($native) } else { None }),)*
                    }
                }
            }
        }
    };
}

slots! {
    StartElement 407 on_start_element start_element;
    EndElement 459 on_end_element end_element;
    ProcessingInstruction 463 on_processing_instruction processing_instruction;
    CharacterData 272 on_character_data character_data;
    UnparsedEntityDecl 469 on_unparsed_entity unparsed_entity;
    NotationDecl 609 on_notation notation;
    StartNamespaceDecl 619 on_start_namespace start_namespace;
    EndNamespaceDecl 626 on_end_namespace end_namespace;
    Comment 631 on_comment comment;
    StartCdataSection 635 on_start_cdata start_cdata;
    EndCdataSection 639 on_end_cdata end_cdata;
    Default 643 on_default default;
    DefaultHandlerExpand 647 on_default_expand default_expand;
    NotStandalone 652 on_not_standalone not_standalone;
    ExternalEntityRef 656 on_external_entity external_entity;
    StartDoctypeDecl 671 on_start_doctype start_doctype;
    EndDoctypeDecl 679 on_end_doctype end_doctype;
    EntityDecl 481 on_entity entity;
    XmlDecl 498 on_xml_declaration xml_declaration;
    ElementDecl 573 on_element_declaration element_declaration;
    AttlistDecl 588 on_attlist attlist;
    SkippedEntity 601 on_skipped_entity skipped_entity;
}

/// Installed once a handler has raised: an external entity then stops the parser of its document too.
unsafe extern "C" fn refuse_external_entity(
    _parser: XML_Parser,
    _context: *const c_char,
    _base: *const c_char,
    _system: *const c_char,
    _public: *const c_char,
) -> c_int {
    0
}

/// Stands in for the handler that is taken away while it runs.
pub unsafe extern "C" fn ignore_characters(_user: *mut c_void, _text: *const c_char, _size: c_int) {}

impl Parser {
    /// The Python handler of a slot.
    pub fn handler(&self, slot: Slot) -> Option<Obj> {
        self.extra.handlers[slot as usize].get()
    }

    /// After a handler has raised: no more calls.
    fn give_up(&self) {
        self.forget_handlers();
        // SAFETY: the function fits.
        unsafe { expat::on_external_entity(self.native.0, Some(refuse_external_entity)) };
    }

    /// Calls the handler of a slot.
    fn call(&self, slot: Slot, handler: &Object, args: &[&Object]) -> Result<Obj> {
        self.in_callback.set(true);
        let result = call::call(handler, args);
        self.in_callback.set(false);
        if result.is_err() {
            let (function, line) = slot.place();
            krait_vm::traceback::add(function, "../Modules/pyexpat.c", line);
            // SAFETY: the object's parser.
            unsafe { expat::stop_parser(self.native.0, 0) };
            self.give_up();
        }
        result
    }

    /// Hands character data that has been collected to its handler.
    pub fn flush(&self) -> Result<()> {
        if !self.buffered.get() || self.extra.pending.borrow().is_empty() {
            return Ok(());
        }
        let text = core::mem::take(&mut *self.extra.pending.borrow_mut());
        let result = self.characters(&text);
        // The memory serves again, unless the handler has made new data meanwhile.
        let mut pending = self.extra.pending.borrow_mut();
        if pending.is_empty() {
            *pending = text;
            pending.clear();
        }
        result
    }

    fn characters(&self, text: &[u8]) -> Result<()> {
        let Some(handler) = self.handler(Slot::CharacterData) else { return Ok(()) };
        match expat::to_str(text) {
            Ok(text) => {
                let result = self.call(Slot::CharacterData, &handler, &[&text]);
                if result.is_err() {
                    // SAFETY: the function fits.
                    unsafe { expat::on_character_data(self.native.0, Some(ignore_characters)) };
                }
                result.map(drop)
            }
            Err(raised) => {
                self.give_up();
                // SAFETY: the function fits.
                unsafe { expat::on_character_data(self.native.0, Some(ignore_characters)) };
                Err(raised)
            }
        }
    }

    /// The handler of a slot if it is to be called: nothing has been raised, and character data is out of the way.
    fn ready(&self, slot: Slot) -> Option<Obj> {
        let handler = self.handler(slot)?;
        if err::occurred().is_some() || self.flush().is_err() {
            return None;
        }
        Some(handler)
    }
}

/// The parser object that is expat's user data.
unsafe fn parser<'a>(user: *mut c_void) -> &'a Parser {
    // SAFETY: the user data is the object whose method is running.
    unsafe { Object::from_ptr(user.cast()).cast_unchecked::<Parser>() }
}

/// Calls the handler of a slot with what `make` gives.
fn dispatch<const N: usize>(
    user: *mut c_void,
    slot: Slot,
    make: impl FnOnce(&Parser) -> Result<[Obj; N]>,
) -> Option<Obj> {
    guard(None, || {
        // SAFETY: expat calls with its user data.
        let this = unsafe { parser(user) };
        let handler = this.ready(slot)?;
        let Ok(args) = make(this) else {
            this.give_up();
            return None;
        };
        let args: [&Object; N] = core::array::from_fn(|index| &*args[index]);
        this.call(slot, &handler, &args).ok()
    })
}

/// As `dispatch` for handlers whose result counts: expat stops for 0.
fn dispatch_int<const N: usize>(
    user: *mut c_void,
    slot: Slot,
    make: impl FnOnce(&Parser) -> Result<[Obj; N]>,
) -> c_int {
    let Some(result) = dispatch(user, slot, make) else { return 0 };
    guard(0, || match long::as_i64(&result) {
        Ok(value) => value as c_int,
        Err(_) => {
            // SAFETY: as in `dispatch`.
            unsafe { parser(user) }.give_up();
            0
        }
    })
}

/// A text that may be missing.
fn optional(text: Option<&[u8]>) -> Result<Obj> {
    text.map_or_else(|| Ok(none::none().owned()), expat::to_str)
}

fn int(value: c_int) -> Result<Obj> {
    long::from_i64(i64::from(value))
}

/// Bytes of a length that expat gives.
unsafe fn sized<'a>(text: *const c_char, size: c_int) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: expat's text of that length.
    unsafe { core::slice::from_raw_parts(text.cast(), size as usize) }
}

/// The attributes as a list `[name, value, ...]` or as a dict.
unsafe fn attributes(this: &Parser, pairs: *mut *const c_char) -> Result<Obj> {
    // SAFETY: expat's array of names and values, ended by NULL.
    unsafe {
        let mut count = 0;
        if this.specified_attributes.get() {
            count = expat::get_specified_attribute_count(this.native.0) as usize;
        } else {
            while !(*pairs.add(count)).is_null() {
                count += 2;
            }
        }
        let at = |index: usize| expat::text(*pairs.add(index));
        if this.ordered_attributes.get() {
            let mut all = Vec::with_capacity(count);
            for index in (0..count).step_by(2) {
                all.push(this.name(at(index))?);
                all.push(optional(at(index + 1))?);
            }
            return Ok(list::from_vec(all)?.upcast());
        }
        let all = dict::new()?;
        for index in (0..count).step_by(2) {
            let name = this.name(at(index))?;
            dict::set_item(&all, &name, &*optional(at(index + 1))?)?;
        }
        Ok(all)
    }
}

/// An element's content model as `(type, quantifier, name, children)`.
unsafe fn content(this: &Parser, model: *const Content) -> Result<Obj> {
    if state::stack_is_low() {
        return Err(err::set(
            exceptions::RecursionError(),
            "maximum recursion depth exceeded in a content model",
        ));
    }
    // SAFETY: expat's tree.
    unsafe {
        let mut children = Vec::with_capacity((*model).count as usize);
        for index in 0..(*model).count as usize {
            children.push(content(this, (*model).children.add(index))?);
        }
        tuple::pack([
            int((*model).kind)?,
            int((*model).quantifier)?,
            optional(expat::text((*model).name))?,
            tuple::from_vec(children)?,
        ])
    }
}

/// Defines functions that expat calls. In their bodies `$this` is the parser object, and texts are `Option<&[u8]>`.
macro_rules! native {
    ($($name:ident => $slot:ident ($($arg:ident: $kind:ident),*) |$this:ident| [$($value:expr),*];)*) => {$(
        unsafe extern "C" fn $name(user: *mut c_void $(, $arg: native!(@type $kind))*) {
            dispatch(user, Slot::$slot, |$this| {
                let _ = $this;
                $(let $arg = native!(@convert $kind $arg);)*
                Ok([$($value?),*])
            });
        }
    )*};
    (@type text) => { *const c_char };
    (@type int) => { c_int };
    // SAFETY: expat's text, which stays for the call.
    (@convert text $arg:ident) => { unsafe { expat::text($arg) } };
    (@convert int $arg:ident) => { $arg };
}

native! {
    end_element => EndElement(name: text) |this| [this.name(name)];
    processing_instruction => ProcessingInstruction(target: text, data: text) |this| [this.name(target), optional(data)];
    unparsed_entity => UnparsedEntityDecl(entity: text, base: text, system: text, public: text, notation: text) |this|
        [this.name(entity), this.name(base), this.name(system), this.name(public), this.name(notation)];
    notation => NotationDecl(name: text, base: text, system: text, public: text) |this|
        [this.name(name), this.name(base), this.name(system), this.name(public)];
    start_namespace => StartNamespaceDecl(prefix: text, uri: text) |this| [this.name(prefix), this.name(uri)];
    end_namespace => EndNamespaceDecl(prefix: text) |this| [this.name(prefix)];
    comment => Comment(text: text) |this| [optional(text)];
    start_cdata => StartCdataSection() |this| [];
    end_cdata => EndCdataSection() |this| [];
    start_doctype => StartDoctypeDecl(name: text, system: text, public: text, internal: int) |this|
        [this.name(name), this.name(system), this.name(public), int(internal)];
    end_doctype => EndDoctypeDecl() |this| [];
    xml_declaration => XmlDecl(version: text, encoding: text, standalone: int) |this|
        [optional(version), optional(encoding), int(standalone)];
    attlist => AttlistDecl(element: text, attribute: text, kind: text, default: text, required: int) |this|
        [this.name(element), this.name(attribute), optional(kind), optional(default), int(required)];
    skipped_entity => SkippedEntity(name: text, parameter: int) |this| [this.name(name), int(parameter)];
}

unsafe extern "C" fn start_element(user: *mut c_void, name: *const c_char, pairs: *mut *const c_char) {
    dispatch(user, Slot::StartElement, |this| {
        // SAFETY: expat's texts.
        let (attributes, name) = unsafe { (attributes(this, pairs)?, this.name(expat::text(name))?) };
        Ok([name, attributes])
    });
}

unsafe extern "C" fn character_data(user: *mut c_void, text: *const c_char, size: c_int) {
    guard((), || {
        // SAFETY: expat calls with its user data and its text.
        let (this, text) = unsafe { (parser(user), sized(text, size)) };
        if err::occurred().is_some() {
            return;
        }
        let limit = this.buffer_size.get() as usize;
        let result = if !this.buffered.get() {
            this.characters(text)
        } else {
            let full = this.extra.pending.borrow().len() + text.len() > limit;
            let flushed = if full { this.flush() } else { Ok(()) };
            flushed.and_then(|()| {
                if this.handler(Slot::CharacterData).is_none() {
                    // The handler took itself away.
                    return Ok(());
                }
                if text.len() > limit {
                    return this.characters(text);
                }
                this.extra.pending.borrow_mut().extend_from_slice(text);
                Ok(())
            })
        };
        // What was raised stays on the thread state; expat has been stopped.
        let _: core::result::Result<(), Raised> = result;
    });
}

unsafe extern "C" fn default(user: *mut c_void, text: *const c_char, size: c_int) {
    // SAFETY: expat's text.
    dispatch(user, Slot::Default, |_| Ok([expat::to_str(unsafe { sized(text, size) })?]));
}

unsafe extern "C" fn default_expand(user: *mut c_void, text: *const c_char, size: c_int) {
    // SAFETY: expat's text.
    dispatch(user, Slot::DefaultHandlerExpand, |_| Ok([expat::to_str(unsafe { sized(text, size) })?]));
}

unsafe extern "C" fn not_standalone(user: *mut c_void) -> c_int {
    dispatch_int(user, Slot::NotStandalone, |_| Ok([]))
}

unsafe extern "C" fn external_entity(
    parser: XML_Parser,
    context: *const c_char,
    base: *const c_char,
    system: *const c_char,
    public: *const c_char,
) -> c_int {
    // SAFETY: a parser begins with its user data (`XML_GetUserData` is a macro); expat's texts.
    unsafe {
        let user = *parser.cast::<*mut c_void>();
        dispatch_int(user, Slot::ExternalEntityRef, |this| {
            Ok([
                optional(expat::text(context))?,
                this.name(expat::text(base))?,
                this.name(expat::text(system))?,
                this.name(expat::text(public))?,
            ])
        })
    }
}

unsafe extern "C" fn entity(
    user: *mut c_void,
    name: *const c_char,
    parameter: c_int,
    value: *const c_char,
    size: c_int,
    base: *const c_char,
    system: *const c_char,
    public: *const c_char,
    notation: *const c_char,
) {
    dispatch(user, Slot::EntityDecl, |this| {
        // SAFETY: expat's texts.
        unsafe {
            Ok([
                this.name(expat::text(name))?,
                int(parameter)?,
                optional((!value.is_null()).then(|| sized(value, size)))?,
                this.name(expat::text(base))?,
                this.name(expat::text(system))?,
                this.name(expat::text(public))?,
                this.name(expat::text(notation))?,
            ])
        }
    });
}

unsafe extern "C" fn element_declaration(user: *mut c_void, name: *const c_char, model: *mut Content) {
    dispatch(user, Slot::ElementDecl, |this| {
        // SAFETY: expat's text and tree.
        unsafe { Ok([this.name(expat::text(name))?, content(this, model)?]) }
    });
    // SAFETY: the tree belongs to the handler.
    unsafe { expat::free_content_model(parser(user).native.0, model) };
}
