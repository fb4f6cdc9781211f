//! `_pickle.Unpickler`

use super::input::{File, Input};
use super::load::Loader;
use super::memo::UnpicklerMemo;
use super::opcodes::HIGHEST_PROTOCOL;
use super::pickler::Hook;
use super::{IMPORT_MAPPING, NAME_MAPPING, global, unpickling_error};
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Signature, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::iter;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long};
use krait_object::{
    Class, Layout, Obj, Object, Result, args, err, getsets, intern, method, methods, payload_class, slot,
    static_type,
};
use std::borrow::Cow;

/// Reads objects.
#[repr(C)]
pub struct Unpickler {
    head: Head,
    /// Where the stream comes from.
    pub file: File,
    /// `persistent_load`
    pub persistent: Hook,
    /// An iterator.
    pub buffers: ObjCell,
    options: RefCell<Text>,
    fix_imports: Cell<bool>,
    /// The protocol of the stream.
    pub protocol: Cell<i32>,
    input: RefCell<Input>,
    /// The objects that the stream has stored.
    pub memo: RefCell<Vec<Option<Obj>>>,
    /// How many entries of the memo are filled.
    pub memo_used: Cell<usize>,
    /// For how many marks C's array would have room.
    pub marks_room: Cell<usize>,
}

/// How old strings become text.
#[derive(Clone, Default)]
pub struct Text {
    /// None before initialisation.
    pub encoding: Option<Cow<'static, str>>,
    pub errors: Cow<'static, str>,
}

/// The size of instances, which `sys.getsizeof` shows.
const BASIC_SIZE: usize = 272;
const _: () = assert!(size_of::<Unpickler>() <= BASIC_SIZE);
/// The size of a new memo.
const FIRST_MEMO: usize = 32;

static_type! {
    /// `_pickle.Unpickler`
    pub static Unpickler_Type = {
        tp_name: c"_pickle.Unpickler".as_ptr(),
        tp_basicsize: BASIC_SIZE as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Unpickler>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())\n--\n\nReads objects from a binary file.\n\nThe stream tells its protocol; what follows an object is left alone. The file needs methods\nread() and readline() that return bytes.\n\nWith fix_imports, names of Python 2 become those of Python 3; encoding and errors say how to\ndecode strings that Python 2 wrote, where the encoding 'bytes' leaves them as bytes. buffers\nholds what the stream has left out.".as_ptr(),
        tp_traverse: payload::traverse::<Unpickler>(),
        tp_clear: payload::clear::<Unpickler>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Unpickler, Unpickler_Type);

impl Payload for Unpickler {
    fn traverse(&self, visitor: &mut Visitor) {
        self.file.visit(visitor);
        self.persistent.visit(visitor);
        self.buffers.visit(visitor);
        if let Ok(memo) = self.memo.try_borrow() {
            memo.iter().flatten().for_each(|object| visitor.visit(object));
        }
    }
    fn clear(&self) {
        self.file.clear();
        self.persistent.clear();
        drop(self.buffers.take());
        self.forget_memo(0);
        let input = self.input.take();
        drop(input);
    }
}

/// The arguments that every way of unpickling takes.
pub struct Reading {
    fix_imports: bool,
    text: Text,
    buffers: Option<Obj>,
}

impl Reading {
    /// Reads the arguments.
    pub fn parse(
        function: &str,
        fix_imports: Option<&Object>,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        buffers: Option<&Object>,
    ) -> Result<Reading> {
        let fix_imports = crate::support::flag_or(fix_imports, true)?;
        let text = |given: Option<&Object>, which: &str, default: &'static str| {
            Ok(match given {
                None => Cow::Borrowed(default),
                Some(given) => Cow::Owned(args::text(function, which, given)?.to_owned()),
            })
        };
        let encoding = text(encoding, "argument 'encoding'", "ASCII")?;
        let errors = text(errors, "argument 'errors'", "strict")?;
        let buffers = crate::support::not_none(buffers).map(Layout::owned);
        let text = Text { encoding: Some(encoding), errors };
        Ok(Reading { fix_imports, text, buffers })
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Ok(Unpickler::allocate(class)?.upcast())
}

fn init(this: &Unpickler, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<5> =
        Signature::new("Unpickler", ["file", "fix_imports", "encoding", "errors", "buffers"])
            .required(1)
            .keyword_only_from(1);
    let [file, fix_imports, encoding, errors, buffers] = SIGNATURE.bind_tuple(args, kw)?;
    let options = Reading::parse("Unpickler", fix_imports, encoding, errors, buffers)?;
    Payload::clear(this);
    this.set_file(file.ok_or_else(err::bad_internal_call)?)?;
    this.set_options(options)?;
    this.persistent.look_up(this.object(), intern!("persistent_load"))?;
    this.forget_memo(FIRST_MEMO);
    this.protocol.set(0);
    Ok(())
}

impl Unpickler {
    fn allocate(class: &Type) -> Result<Obj<Unpickler>> {
        payload::new(class, |head| Unpickler {
            head,
            file: File::none(),
            persistent: Hook::empty(),
            buffers: ObjCell::empty(),
            options: RefCell::new(Text::default()),
            fix_imports: Cell::new(false),
            protocol: Cell::new(0),
            input: RefCell::new(Input::default()),
            memo: RefCell::new(Vec::new()),
            memo_used: Cell::new(0),
            marks_room: Cell::new(0),
        })
    }

    /// A plain unpickler.
    pub fn create() -> Result<Obj<Unpickler>> {
        Unpickler::allocate(Unpickler::class())
    }

    /// Takes the methods of a file.
    pub fn set_file(&self, file: &Object) -> Result<()> {
        self.file.set(file)
    }

    /// Reads from memory.
    pub fn set_data(&self, data: &Object) -> Result<()> {
        self.input.borrow_mut().set(data).map(drop)
    }

    /// Takes the options.
    pub fn set_options(&self, options: Reading) -> Result<()> {
        self.fix_imports.set(options.fix_imports);
        *self.options.borrow_mut() = options.text;
        let buffers = options.buffers.as_deref().map(iter::get_iter).transpose()?;
        self.buffers.set_opt(buffers);
        Ok(())
    }

    /// How old strings become text.
    pub fn text(&self) -> Text {
        self.options.borrow().clone()
    }

    /// Reads an object.
    pub fn load(&self) -> Result<Obj> {
        let input = self.input.take();
        let mut loader = Loader::new(self, input);
        let result = loader.load();
        let (input, stack) = loader.into_parts();
        self.input.replace(input);
        drop(stack);
        result
    }

    /// Replaces the memo by an empty one of a size.
    fn forget_memo(&self, size: usize) {
        let mut memo = Vec::new();
        memo.resize_with(size, || None);
        let old = self.memo.replace(memo);
        self.memo_used.set(0);
        drop(old);
    }

    /// Forgets all objects.
    pub fn clear_memo(&self) {
        self.forget_memo(FIRST_MEMO);
    }

    /// Stores an object in the memo.
    #[inline]
    pub fn remember(&self, index: usize, object: &Object) -> Result<()> {
        let old = {
            let mut memo = self.memo.borrow_mut();
            if index >= memo.len() {
                grow(&mut memo, index)?;
            }
            memo[index].replace(object.owned())
        };
        if old.is_none() {
            self.memo_used.set(self.memo_used.get() + 1);
        }
        drop(old);
        Ok(())
    }

    /// The object of a global, as the method `find_class` of this class finds it.
    pub fn find_class(&self, module: &Object, name: &Object) -> Result<Obj> {
        crate::support::audit("pickle.find_class", [module.owned(), name.owned()])?;
        let old = self.protocol.get() < 3 && self.fix_imports.get();
        let (module, name) = if old {
            let (names, imports) = (NAME_MAPPING.get()?, IMPORT_MAPPING.get()?);
            global::translated(&names, &imports, "", module.owned(), name.owned())?
        } else {
            (module.owned(), name.owned())
        };
        global::attribute_of(&*global::module(&module)?, &name, self.protocol.get() >= 4)
    }
}

/// Makes room for an index: twice as much as is needed.
#[cold]
fn grow(memo: &mut Vec<Option<Obj>>, index: usize) -> Result<()> {
    let size = index.checked_mul(2).filter(|size| *size <= isize::MAX as usize / 8);
    let size = size.ok_or_else(err::no_memory)?.max(FIRST_MEMO);
    memo.try_reserve_exact(size - memo.len()).map_err(|_| err::no_memory())?;
    memo.resize_with(size, || None);
    Ok(())
}

methods! {
    static METHODS = [
        method::noargs(c"load", load, c"load($self, /)\n--\n\nReads an object from the file."),
        method::fastcall(c"find_class", find_class, c"find_class($self, module_name, global_name, /)\n--\n\nThe object of that name in a module, which is imported if need be.\n\nClasses derived from this one can say here what may be loaded. Functions are found in the same way."),
        method::noargs(c"__sizeof__", size_of_unpickler, c"__sizeof__($self, /)\n--\n\nThe size in memory, in bytes."),
    ];
}

getsets! {
    static GETSETS = [
        method::getset(c"memo", |this: &Unpickler| UnpicklerMemo::new(this), set_memo, c""),
        method::getset(c"persistent_load", |this: &Unpickler| this.persistent.get(this.object(), "persistent_load"),
            |this: &Unpickler, value: Option<&Object>| this.persistent.set("persistent_load", value), c""),
    ];
}

fn load(this: &Unpickler) -> Result<Obj> {
    if this.file.read.is_empty() {
        let class = this.object().class_of().name();
        return Err(unpickling_error(format_args!(
            "Unpickler.__init__() was not called by {class}.__init__()"
        )));
    }
    this.load()
}

fn find_class(this: &Unpickler, args: &[&Object]) -> Result<Obj> {
    check_positional("find_class", args.len(), 2, 2)?;
    this.find_class(args[0], args[1])
}

/// With the memo, the array of marks, the last line and the names of encoding and error handler.
fn size_of_unpickler(this: &Unpickler) -> Result<usize> {
    let text = this.options.borrow();
    let names = text.encoding.as_ref().map_or(0, |name| name.len() + 1 + text.errors.len() + 1);
    let arrays = (this.memo.borrow().len() + this.marks_room.get()) * size_of::<usize>();
    Ok(BASIC_SIZE + arrays + this.input.borrow().line_size + names)
}

fn set_memo(this: &Unpickler, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("attribute deletion is not supported")) };
    let mut new = Vec::new();
    new.resize_with(FIRST_MEMO, || None);
    let mut used = 0;
    if let Some(proxy) = value.downcast_exact::<UnpicklerMemo>() {
        let other = proxy.unpickler()?;
        new = other.memo.borrow().clone();
        used = other.memo_used.get();
    } else if dict::check(value) {
        let mut position = 0;
        while let Some((key, object)) = dict::next(value, &mut position) {
            if !long::check(&key) {
                return Err(err::type_error("memo key must be integers"));
            }
            let index = long::as_isize(&key)?;
            let index = usize::try_from(index)
                .map_err(|_| err::value_error("memo key must be positive integers."))?;
            if index >= new.len() {
                grow(&mut new, index)?;
            }
            used += usize::from(new[index].replace(object).is_none());
        }
    } else {
        return Err(err::type_error(format_args!(
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {:.200}",
            value.class_of().name()
        )));
    }
    let old = this.memo.replace(new);
    this.memo_used.set(used);
    drop(old);
    Ok(())
}

/// Whether a number is that of a known protocol.
pub fn is_known(protocol: u8) -> bool {
    i32::from(protocol) <= HIGHEST_PROTOCOL
}
