//! `TreeBuilder`: a tree from the events of a parser.

use super::element::{self, Element};
use super::text;
use super::{COMMENT_FACTORY, PARSE_ERROR, PI_FACTORY, wrong_count};
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, list, none, tuple};
use krait_object::{Layout, Obj, Object, Result, doc, err, intern, method, payload_class, slot, static_type};

/// Kinds of events that `iterparse` and others want to hear of.
#[derive(Clone, Copy)]
pub enum Event {
    Start,
    End,
    StartNamespace,
    EndNamespace,
    Comment,
    Pi,
}

/// What is rarely looked at.
#[derive(Default)]
struct Rest {
    element_factory: Slot,
    comment_factory: Slot,
    pi_factory: Slot,
    /// Where events go: a queue's `append`.
    append: Slot,
    /// The name of each event that is wanted.
    events: [Slot; 6],
    insert_comments: Cell<bool>,
    insert_pis: Cell<bool>,
}

/// A field that begins empty.
struct Slot(ObjCell);

impl Default for Slot {
    fn default() -> Slot {
        Slot(ObjCell::empty())
    }
}

/// A tree under construction.
#[repr(C)]
pub struct TreeBuilder {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    /// The first element.
    root: ObjCell,
    /// The element that is open.
    this: ObjCell,
    /// The element that was made or closed last.
    last: ObjCell,
    /// The node whose tail comes now; empty while it is the text of `last`.
    last_for_tail: ObjCell,
    /// Text so far: one object, or a list of them.
    data: ObjCell,
    /// The elements around `this`.
    stack: RefCell<Vec<Obj>>,
    rest: Box<Rest>,
    reserved: [usize; 8],
}
const _: () = assert!(size_of::<TreeBuilder>() == 160);

static_type! {
    /// `TreeBuilder`
    pub static TreeBuilder_Type = {
        tp_name: c"xml.etree.ElementTree.TreeBuilder".as_ptr(),
        tp_basicsize: size_of::<TreeBuilder>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<TreeBuilder>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<TreeBuilder>(),
        tp_clear: payload::clear::<TreeBuilder>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(TreeBuilder, TreeBuilder_Type);

krait_object::methods! {
    static METHODS = [
        method::o(c"data", |this: &TreeBuilder, data: &Object| this.data(data), doc!("data($self, data, /)", "")),
        method::fastcall(c"start", start, doc!("start($self, tag, attrs, /)", "")),
        method::o(c"end", |this: &TreeBuilder, _tag: &Object| this.end(), doc!("end($self, tag, /)", "")),
        method::o(c"comment", |this: &TreeBuilder, text: &Object| this.comment(text), doc!("comment($self, text, /)", "")),
        method::fastcall(c"pi", pi, doc!("pi($self, target, text=None, /)", "")),
        method::noargs(c"close", |this: &TreeBuilder| this.close(), doc!("close($self, /)", "")),
    ];
}

impl TreeBuilder {
    fn fields(&self) -> impl Iterator<Item = &ObjCell> {
        let rest = &*self.rest;
        [&self.root, &self.this, &self.last, &self.last_for_tail, &self.data]
            .into_iter()
            .chain([&rest.element_factory.0, &rest.comment_factory.0, &rest.pi_factory.0, &rest.append.0])
            .chain(rest.events.iter().map(|slot| &slot.0))
    }

    /// A builder without factories, as `TreeBuilder()` makes it.
    pub fn create() -> Result<Obj<TreeBuilder>> {
        let made = call::call0(<TreeBuilder as krait_object::Class>::class().object())?;
        made.downcast_into::<TreeBuilder>().map_err(|_| err::bad_internal_call())
    }
}

impl Payload for TreeBuilder {
    fn traverse(&self, visitor: &mut Visitor) {
        self.fields().for_each(|field| field.visit(visitor));
        if let Ok(stack) = self.stack.try_borrow() {
            stack.iter().for_each(|element| visitor.visit(element));
        }
    }

    fn clear(&self) {
        self.fields().for_each(|field| field.set_opt(None));
        let stack = core::mem::take(&mut *self.stack.borrow_mut());
        drop(stack);
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let none = || ObjCell::new(none::none().owned());
    let new = payload::new(class, |head| TreeBuilder {
        head,
        root: ObjCell::empty(),
        this: none(),
        last: none(),
        last_for_tail: ObjCell::empty(),
        data: ObjCell::empty(),
        stack: RefCell::new(Vec::with_capacity(20)),
        rest: Box::default(),
        reserved: [0; 8],
    })?;
    Ok(new.upcast())
}

fn init(this: &TreeBuilder, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<5> = Signature::new(
        "TreeBuilder",
        ["element_factory", "comment_factory", "pi_factory", "insert_comments", "insert_pis"],
    )
    .required(0)
    .keyword_only_from(1);
    let given = tuple::items(args).len();
    if given > 1 {
        return Err(err::type_error(format_args!(
            "TreeBuilder() takes at most 1 positional argument ({given} given)"
        )));
    }
    let [element, comment, pi, comments, pis] = SIGNATURE.bind_tuple(args, kw)?;
    let flag = |given: Option<&Object>| crate::support::flag_or(given, false);
    let (comments, pis) = (flag(comments)?, flag(pis)?);
    let own = |given: Option<&Object>| crate::support::not_none(given).map(Layout::owned);
    this.rest.element_factory.0.set_opt(own(element));
    let comment = own(comment).or_else(|| COMMENT_FACTORY.get().filter(|factory| !factory.is_none()));
    this.rest.insert_comments.set(comment.is_some() && comments);
    this.rest.comment_factory.0.set_opt(comment);
    let pi = own(pi).or_else(|| PI_FACTORY.get().filter(|factory| !factory.is_none()));
    this.rest.insert_pis.set(pi.is_some() && pis);
    this.rest.pi_factory.0.set_opt(pi);
    Ok(())
}

impl TreeBuilder {
    /// Takes one kind of events in or, without a name, out.
    pub fn watch(&self, event: Event, name: Option<Obj>) {
        self.rest.events[event as usize].0.set_opt(name);
    }

    /// Sends events to a queue's `append`, none of them yet.
    pub fn watch_with(&self, append: Obj) {
        self.rest.append.0.set(append);
        for slot in &self.rest.events {
            slot.0.set_opt(None);
        }
    }

    /// Whether anybody wants to hear of such events.
    pub fn watches(&self, event: Event) -> bool {
        !self.rest.append.0.is_empty() && !self.rest.events[event as usize].0.is_empty()
    }

    /// Whether processing instructions are of any use.
    pub fn wants_pis(&self) -> bool {
        self.watches(Event::Pi) || self.rest.insert_pis.get()
    }

    /// Tells of an event.
    pub fn report(&self, event: Event, node: &Object) -> Result<()> {
        let Some(name) = self.rest.events[event as usize].0.get() else { return Ok(()) };
        let Some(append) = self.rest.append.0.get() else { return Ok(()) };
        let pair = tuple::pack([name, node.owned()])?;
        call::call1(&append, &pair).map(drop)
    }

    /// Puts collected text where it belongs.
    fn flush(&self) -> Result<()> {
        if self.data.is_empty() {
            return Ok(());
        }
        let (element, is_tail) = match self.last_for_tail.get() {
            Some(element) => (element, true),
            None => (self.last.get_or_none(), false),
        };
        let Some(data) = self.data.take() else { return Ok(()) };
        if let Some(element) = element.downcast_exact::<Element>() {
            let place = if is_tail { &element.tail } else { &element.text };
            if place.is_none() {
                place.set_collected(data);
                return Ok(());
            }
            if place.is_pieces()
                && let Some(pieces) = place.raw().downcast::<list::List>()
            {
                return match data.downcast::<list::List>() {
                    Some(more) => pieces.extend(more.object()),
                    None => pieces.append(&data),
                };
            }
        }
        let name = if is_tail { intern!("tail") } else { intern!("text") };
        let mut joined = text::join(&data)?;
        let previous = object::get_attr(&element, name)?;
        if !previous.is_none() {
            joined = number::add(&previous, &joined)?;
        }
        object::set_attr(&element, name, Some(&joined))
    }

    fn add_to(&self, parent: &Object, child: &Object) -> Result<()> {
        match parent.downcast_exact::<Element>() {
            Some(parent) if super::sequence::is_element(child) => parent.add(child),
            Some(_) => Err(element::not_an_element(child)),
            None => call::call_method(parent, intern!("append"), &[child]).map(drop),
        }
    }

    /// A start tag. The attributes are kept as they are.
    pub fn start(&self, tag: &Object, attrib: Option<&Object>) -> Result<Obj> {
        self.flush()?;
        let node = match self.rest.element_factory.0.get() {
            None => element::create(tag, attrib)?.upcast(),
            Some(factory) => match attrib {
                Some(attrib) => call::call(&factory, &[tag, attrib])?,
                None => call::call(&factory, &[tag, &*dict::new()?])?,
            },
        };
        self.last_for_tail.set_opt(None);
        let parent = self.this.get_or_none();
        if !parent.is_none() {
            self.add_to(&parent, &node)?;
        } else {
            if !self.root.is_empty() {
                let error = PARSE_ERROR.required()?;
                return Err(err::set(&error, "multiple elements on top level"));
            }
            self.root.set(node.clone());
        }
        self.stack.borrow_mut().push(parent);
        self.this.set(node.clone());
        self.last.set(node.clone());
        self.report(Event::Start, &node)?;
        Ok(node)
    }

    /// Text; what comes before the first element is lost.
    pub fn data(&self, data: &Object) -> Result<()> {
        let Some(before) = self.data.get() else {
            if !self.last.get_or_none().is_none() {
                self.data.set(data.owned());
            }
            return Ok(());
        };
        if let Some(pieces) = before.downcast_exact::<list::List>() {
            return pieces.append(data);
        }
        self.data.set(list::from_vec(vec![before, data.owned()])?);
        Ok(())
    }

    /// An end tag, whatever it names.
    pub fn end(&self) -> Result<Obj> {
        self.flush()?;
        let popped = self.stack.borrow_mut().pop();
        let Some(parent) = popped else { return Err(err::index_error("pop from empty stack")) };
        let closed = self.this.get_or_none();
        self.last.set(closed.clone());
        self.last_for_tail.set(closed.clone());
        self.this.set(parent);
        self.report(Event::End, &closed)?;
        Ok(closed)
    }

    pub fn comment(&self, text: &Object) -> Result<Obj> {
        self.flush()?;
        let comment = match self.rest.comment_factory.0.get() {
            Some(factory) => {
                let comment = call::call1(&factory, text)?;
                self.insert(&comment, self.rest.insert_comments.get())?;
                comment
            }
            None => text.owned(),
        };
        self.report(Event::Comment, &comment)?;
        Ok(comment)
    }

    pub fn pi(&self, target: &Object, text: &Object) -> Result<Obj> {
        self.flush()?;
        let pi = match self.rest.pi_factory.0.get() {
            Some(factory) => {
                let pi = call::call(&factory, &[target, text])?;
                self.insert(&pi, self.rest.insert_pis.get())?;
                pi
            }
            None => tuple::pack([target.owned(), text.owned()])?,
        };
        self.report(Event::Pi, &pi)?;
        Ok(pi)
    }

    /// Puts a comment or the like into the open element.
    fn insert(&self, node: &Object, wanted: bool) -> Result<()> {
        let parent = self.this.get_or_none();
        if !wanted || parent.is_none() {
            return Ok(());
        }
        self.add_to(&parent, node)?;
        self.last_for_tail.set(node.owned());
        Ok(())
    }

    /// The tree.
    pub fn close(&self) -> Result<Obj> {
        Ok(self.root.get_or_none())
    }
}

fn start(this: &TreeBuilder, args: &[&Object]) -> Result<Obj> {
    let &[tag, attrib] = args else { return Err(wrong_count("start", 2, args.len())) };
    if !dict::check(attrib) {
        return Err(crate::support::bad_argument("start", "argument 2", "dict", attrib));
    }
    this.start(tag, Some(attrib))
}

fn pi(this: &TreeBuilder, args: &[&Object]) -> Result<Obj> {
    let [target, text @ ..] = args else {
        return Err(err::type_error("pi expected at least 1 argument, got 0"));
    };
    if text.len() > 1 {
        return Err(err::type_error(format_args!("pi expected at most 2 arguments, got {}", args.len())));
    }
    this.pi(target, text.first().copied().unwrap_or(none::none()))
}
