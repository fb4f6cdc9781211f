//! `_pickle.Pickler`

use super::memo::{Memo, PicklerMemo};
use super::opcodes::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL};
use super::pickling_error;
use super::save::Saver;
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, method as bound, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, intern, members, method, methods, payload_class, slot,
    static_type,
};

/// A method of the pickler or unpickler that Python code may define or replace. One that is bound to the object itself
/// is kept as a function, so that there is no cycle.
pub struct Hook {
    function: ObjCell,
    /// The object itself is the first argument.
    own: Cell<bool>,
}

impl Hook {
    /// Nothing.
    pub const fn empty() -> Hook {
        Hook { function: ObjCell::empty(), own: Cell::new(false) }
    }

    /// Looks the method up.
    pub fn look_up(&self, this: &Object, name: &Object) -> Result<()> {
        let found = object::lookup_attr(this, name)?;
        self.own.set(false);
        match found {
            Some(found) if bound::check(&found) && bound::this(&found)?.is(this) => {
                self.own.set(true);
                self.function.set(bound::function(&found)?.owned());
            }
            found => self.function.set_opt(found),
        }
        Ok(())
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.function.is_empty()
    }

    /// Calls the method.
    pub fn call(&self, this: &Object, argument: &Object) -> Result<Obj> {
        let function = self.function.get_or_none();
        if self.own.get() {
            call::call(&function, &[this, argument])
        } else {
            call::call1(&function, argument)
        }
    }

    /// The attribute.
    pub fn get(&self, this: &Object, name: &str) -> Result<Obj> {
        match self.function.get() {
            None => Err(err::attribute_error(name)),
            Some(function) if self.own.get() => bound::new(&function, this),
            Some(function) => Ok(function),
        }
    }

    /// Assigns to the attribute.
    pub fn set(&self, name: &str, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else { return Err(err::type_error("attribute deletion is not supported")) };
        if !object::is_callable(value) {
            return Err(err::type_error(format_args!("{name} must be a callable taking one argument")));
        }
        self.own.set(false);
        self.function.set(value.owned());
        Ok(())
    }

    /// For the garbage collector.
    pub fn visit(&self, visitor: &mut Visitor) {
        self.function.visit(visitor);
    }

    /// Forgets the method.
    pub fn clear(&self) {
        drop(self.function.take());
    }
}

/// Writes objects.
#[repr(C)]
pub struct Pickler {
    head: Head,
    write: ObjCell,
    dispatch_table: ObjCell,
    buffer_callback: ObjCell,
    /// `persistent_id`
    pub persistent: Hook,
    bin: Cell<c_int>,
    fast: Cell<c_int>,
    protocol: Cell<i32>,
    fix_imports: Cell<bool>,
    /// The objects that have been written.
    pub memo: RefCell<Memo>,
}

/// The size of instances, which `sys.getsizeof` shows.
const BASIC_SIZE: usize = 152;
const _: () = assert!(size_of::<Pickler>() <= BASIC_SIZE);

static_type! {
    /// `_pickle.Pickler`
    pub static Pickler_Type = {
        tp_name: c"_pickle.Pickler".as_ptr(),
        tp_basicsize: BASIC_SIZE as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Pickler>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\nWrites objects to a binary file.\n\nThe protocol is a number from 0 to 5; by default it is 4, and a negative number means the\nhighest. The file needs a method write() for bytes.\n\nWith fix_imports and a protocol below 3, names of Python 3 are written as those of Python 2.\n\nbuffer_callback gets the buffers of protocol 5; where it returns something false, the\nbuffer's contents are left out of the stream.".as_ptr(),
        tp_traverse: payload::traverse::<Pickler>(),
        tp_clear: payload::clear::<Pickler>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Pickler, Pickler_Type);

impl Payload for Pickler {
    fn traverse(&self, visitor: &mut Visitor) {
        self.write.visit(visitor);
        self.dispatch_table.visit(visitor);
        self.buffer_callback.visit(visitor);
        self.persistent.visit(visitor);
        if let Ok(memo) = self.memo.try_borrow() {
            memo.iter().for_each(|(object, _)| visitor.visit(object));
        }
    }
    fn clear(&self) {
        drop(self.write.take());
        drop(self.dispatch_table.take());
        drop(self.buffer_callback.take());
        self.persistent.clear();
        self.clear_memo();
    }
}

/// The arguments that every way of pickling takes.
pub struct Options {
    protocol: i32,
    fix_imports: bool,
    buffer_callback: Option<Obj>,
}

impl Options {
    /// Reads the arguments.
    pub fn parse(
        protocol: Option<&Object>,
        fix_imports: Option<&Object>,
        buffer_callback: Option<&Object>,
    ) -> Result<Options> {
        let fix_imports = crate::support::flag_or(fix_imports, true)?;
        let protocol = match protocol.filter(|protocol| !protocol.is_none()) {
            None => DEFAULT_PROTOCOL,
            Some(protocol) => {
                let protocol = long::as_i32(protocol)?;
                if protocol > HIGHEST_PROTOCOL {
                    return Err(err::value_error(format_args!(
                        "pickle protocol must be <= {HIGHEST_PROTOCOL}"
                    )));
                }
                if protocol < 0 { HIGHEST_PROTOCOL } else { protocol }
            }
        };
        let buffer_callback = crate::support::not_none(buffer_callback).map(Layout::owned);
        if buffer_callback.is_some() && protocol < 5 {
            return Err(err::value_error("buffer_callback needs protocol >= 5"));
        }
        Ok(Options { protocol, fix_imports, buffer_callback })
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Ok(Pickler::allocate(class)?.upcast())
}

fn init(this: &Pickler, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("Pickler", ["file", "protocol", "fix_imports", "buffer_callback"]).required(1);
    let [file, protocol, fix_imports, callback] = SIGNATURE.bind_tuple(args, kw)?;
    let options = Options::parse(protocol, fix_imports, callback)?;
    Payload::clear(this);
    this.set_options(&options);
    this.set_file(file.ok_or_else(err::bad_internal_call)?)?;
    this.fast.set(0);
    this.persistent.look_up(this.object(), intern!("persistent_id"))?;
    this.dispatch_table.set_opt(object::lookup_attr(this.object(), intern!("dispatch_table"))?);
    Ok(())
}

impl Pickler {
    fn allocate(class: &Type) -> Result<Obj<Pickler>> {
        payload::new(class, |head| Pickler {
            head,
            write: ObjCell::empty(),
            dispatch_table: ObjCell::empty(),
            buffer_callback: ObjCell::empty(),
            persistent: Hook::empty(),
            bin: Cell::new(0),
            fast: Cell::new(0),
            protocol: Cell::new(0),
            fix_imports: Cell::new(false),
            memo: RefCell::new(Memo::default()),
        })
    }

    /// A plain pickler without a file.
    pub fn create(options: &Options) -> Result<Obj<Pickler>> {
        let this = Pickler::allocate(Pickler::class())?;
        this.set_options(options);
        Ok(this)
    }

    fn set_options(&self, options: &Options) {
        self.protocol.set(options.protocol);
        self.bin.set(c_int::from(options.protocol > 0));
        self.fix_imports.set(options.fix_imports && options.protocol < 3);
        self.buffer_callback.set_opt(options.buffer_callback.clone());
    }

    /// Takes the method `write` of a file.
    pub fn set_file(&self, file: &Object) -> Result<()> {
        let Some(write) = object::lookup_attr(file, intern!("write"))? else {
            return Err(err::type_error("file must have a 'write' attribute"));
        };
        self.write.set(write);
        Ok(())
    }

    fn saver(&self, write: Option<Obj>) -> Saver<'_> {
        let mut saver = Saver::new(self, write, self.protocol.get());
        saver.bin = self.bin.get() != 0;
        saver.fast = self.fast.get() != 0;
        saver.fix_imports = self.fix_imports.get();
        saver.persistent = !self.persistent.is_empty();
        saver.buffer_callback = self.buffer_callback.get();
        saver.dispatch_table = self.dispatch_table.get();
        saver
    }

    /// Writes an object to the file.
    pub fn dump(&self, given: &Object) -> Result<()> {
        let mut saver = self.saver(self.write.get());
        if !core::ptr::eq(self.object().class_of(), Pickler::class()) {
            saver.reducer_override = object::lookup_attr(self.object(), intern!("reducer_override"))?;
        }
        saver.dump(given)?;
        saver.out.flush()
    }

    /// An object as bytes.
    pub fn dump_to_bytes(&self, given: &Object) -> Result<Obj> {
        let mut saver = self.saver(None);
        saver.dump(given)?;
        saver.out.to_bytes()
    }

    /// Forgets all objects.
    pub fn clear_memo(&self) {
        let memo = self.memo.take();
        drop(memo);
    }
}

methods! {
    static METHODS = [
        method::o(c"dump", dump, c"dump($self, obj, /)\n--\n\nWrites an object to the file."),
        method::noargs(c"clear_memo", |this: &Pickler| { this.clear_memo(); Ok(()) }, c"clear_memo($self, /)\n--\n\nForgets which objects have been written.\n\nThey will be written again, not referred to."),
        method::noargs(c"__sizeof__", size_of_pickler, c"__sizeof__($self, /)\n--\n\nThe size in memory, in bytes."),
    ];
}

members! {
    static MEMBERS = [
        method::member(c"bin", T_INT, offset_of!(Pickler, bin), 0, c""),
        method::member(c"fast", T_INT, offset_of!(Pickler, fast), 0, c""),
        method::member(c"dispatch_table", T_OBJECT_EX, offset_of!(Pickler, dispatch_table), 0, c""),
    ];
}

getsets! {
    static GETSETS = [
        method::getset(c"memo", |this: &Pickler| PicklerMemo::new(this), set_memo, c""),
        method::getset(c"persistent_id", |this: &Pickler| this.persistent.get(this.object(), "persistent_id"),
            |this: &Pickler, value: Option<&Object>| this.persistent.set("persistent_id", value), c""),
    ];
}

fn dump(this: &Pickler, given: &Object) -> Result<()> {
    if this.write.is_empty() {
        let class = this.object().class_of().name();
        return Err(pickling_error(format_args!("Pickler.__init__() was not called by {class}.__init__()")));
    }
    this.dump(given)
}

/// The memo counts as a table of 16-byte entries behind a head of 32 bytes. A pickler that has not been used counts
/// with the `bytes` of its first buffer.
fn size_of_pickler(this: &Pickler) -> Result<usize> {
    const FIRST_BUFFER: usize = 33 + 4096;
    let memo = this.memo.borrow();
    let buffer = if memo.len() == 0 { FIRST_BUFFER } else { 0 };
    Ok(BASIC_SIZE + 32 + memo.capacity() * 16 + buffer)
}

fn set_memo(this: &Pickler, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("attribute deletion is not supported")) };
    let mut new = Memo::default();
    if let Some(proxy) = value.downcast_exact::<PicklerMemo>() {
        new = proxy.pickler()?.memo.borrow().copy();
    } else if dict::check(value) {
        let mut position = 0;
        while let Some((_, pair)) = dict::next(value, &mut position) {
            if !tuple::check(&pair) || tuple::items(&pair).len() != 2 {
                return Err(err::type_error("'memo' values must be 2-item tuples"));
            }
            let pair = tuple::items(&pair);
            let index = long::as_isize(pair[0])?;
            new.set(pair[1], index as usize);
        }
    } else {
        return Err(err::type_error(format_args!(
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {:.200}",
            value.class_of().name()
        )));
    }
    let old = this.memo.replace(new);
    drop(old);
    Ok(())
}
