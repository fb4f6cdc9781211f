//! `_heapq`: lists as heaps, where no item is larger than its children (or, with `_max`, smaller).
//!
//! Comparisons run Python code: each is followed by a check that the list still has its size.

use krait_object::args::check_positional;
use krait_object::protocol::object;
use krait_object::slot::CompareOp;
use krait_object::types::list::List;
use krait_object::types::module;
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_heapq`
    init: PyInit__heapq, name: c"_heapq",
    doc: c"Heaps, also known as priority queues.\n\nA heap is a list in which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k, so that\na[0] is always the smallest item.\n\nheap = []            # an empty heap\nheappush(heap, item) # adds an item\nitem = heappop(heap) # takes the smallest item out\nitem = heap[0]       # the smallest item, left where it is\nheapify(x)           # makes a list a heap, in linear time\nitem = heapreplace(heap, item) # heappop() and heappush() in one\n",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"heappush", heappush, c"heappush($module, heap, item, /)\n--\n\nAdd an item to the heap."),
        method::fastcall(c"heappushpop", heappushpop, c"heappushpop($module, heap, item, /)\n--\n\nAdd an item to the heap, then take the smallest one out.\n\nFaster than heappush() and heappop() one after the other."),
        method::o(c"heappop", heappop, c"heappop($module, heap, /)\n--\n\nTake the smallest item out of the heap."),
        method::fastcall(c"heapreplace", heapreplace, c"heapreplace($module, heap, item, /)\n--\n\nTake the smallest item out of the heap and add another one.\n\nFaster than heappop() and heappush() one after the other, and right for heaps of\na fixed size. What is returned may be larger than the item."),
        method::o(c"heapify", heapify, c"heapify($module, heap, /)\n--\n\nMake a list a heap, in linear time."),
        method::o(c"_heappop_max", heappop_max, c"_heappop_max($module, heap, /)\n--\n\nheappop() for heaps with the largest item first."),
        method::o(c"_heapify_max", heapify_max, c"_heapify_max($module, heap, /)\n--\n\nheapify() for heaps with the largest item first."),
        method::fastcall(c"_heapreplace_max", heapreplace_max, c"_heapreplace_max($module, heap, item, /)\n--\n\nheapreplace() for heaps with the largest item first."),
    ];
}

const ABOUT: &str = "Heap queues

A heap is a list a with a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k that are
in range. Seen as a tree in which the items 2*k+1 and 2*k+2 are below the item k,
no item is larger than one below it, and so the smallest is at the top, a[0]:

                                   0

                  1                                 2

          3               4                5               6

      7       8       9       10      11      12      13      14

To take the top out, the last item is put in its place and then sinks down as far
as it is larger than one below it; to add an item, it is put at the end and rises
as far as it is smaller than the one above it. Both take time in proportion to the
logarithm of the size.

Heaps serve as priority queues, for schedulers and simulations, for sorting, and for
merging sorted files that do not fit into memory.
";

fn exec(this: &Object) -> Result<()> {
    module::add(this, "__about__", &*krait_object::types::unicode::from_str(ABOUT)?)
}

fn heap(given: &Object) -> Result<&List> {
    given.downcast::<List>().ok_or_else(|| err::type_error("heap argument must be a list"))
}

fn two<'a>(function: &str, args: &[&'a Object]) -> Result<(&'a Object, &'a Object)> {
    check_positional(function, args.len(), 2, 2)?;
    Ok((args[0], args[1]))
}

#[cold]
fn out_of_range() -> krait_object::Raised {
    err::index_error("index out of range")
}

#[cold]
fn changed() -> krait_object::Raised {
    err::runtime_error("list changed size during iteration")
}

/// Whether item `i` belongs above item `j`. The list had `size` items and must still have them afterwards.
#[inline(always)]
fn above<const MAX: bool>(heap: &List, i: usize, j: usize, size: usize) -> Result<bool> {
    let (Some(a), Some(b)) = (heap.get(i), heap.get(j)) else { return Err(changed()) };
    let result = if MAX {
        object::rich_compare_bool(&b, &a, CompareOp::Lt)?
    } else {
        object::rich_compare_bool(&a, &b, CompareOp::Lt)?
    };
    if heap.len() != size {
        return Err(changed());
    }
    Ok(result)
}

/// Exchanges two items.
#[inline(always)]
fn swap(heap: &List, i: usize, j: usize) {
    if i >= heap.len() || j >= heap.len() {
        return;
    }
    // SAFETY: both places are inside the list; no reference changes its owner.
    unsafe {
        let items = (*heap.as_raw()).ob_item;
        core::ptr::swap(items.add(i), items.add(j));
    }
}

/// Lets the item at `position` rise, at most to `start`.
fn rise<const MAX: bool>(heap: &List, start: usize, mut position: usize) -> Result<()> {
    let size = heap.len();
    if position >= size {
        return Err(out_of_range());
    }
    while position > start {
        let parent = (position - 1) / 2;
        if !above::<MAX>(heap, position, parent, size)? {
            break;
        }
        swap(heap, parent, position);
        position = parent;
    }
    Ok(())
}

/// Lets the item at `start` sink to a place without children, past the better one of each two; then it rises to where
/// it belongs. Mostly that is near the bottom, so this needs the fewest comparisons.
fn sink<const MAX: bool>(heap: &List, start: usize) -> Result<()> {
    let size = heap.len();
    if start >= size {
        return Err(out_of_range());
    }
    let mut position = start;
    while position < size / 2 {
        let mut child = 2 * position + 1;
        if child + 1 < size && !above::<MAX>(heap, child, child + 1, size)? {
            child += 1;
        }
        swap(heap, child, position);
        position = child;
    }
    rise::<MAX>(heap, start, position)
}

fn pop<const MAX: bool>(given: &Object) -> Result<Obj> {
    let heap = heap(given)?;
    let size = heap.len();
    if size == 0 {
        return Err(out_of_range());
    }
    let last = heap.remove_at(size - 1)?;
    match exchange_top(heap, last) {
        Exchanged::Top(top) => {
            sink::<MAX>(heap, 0)?;
            Ok(top)
        }
        Exchanged::Empty(last) => Ok(last),
    }
}

enum Exchanged {
    /// What was at the top.
    Top(Obj),
    /// There is no top: the item back.
    Empty(Obj),
}

/// Puts an item in place of the top.
fn exchange_top(heap: &List, item: Obj) -> Exchanged {
    if heap.is_empty() {
        return Exchanged::Empty(item);
    }
    // SAFETY: there is a first item; the references change places.
    unsafe {
        let first = (*heap.as_raw()).ob_item;
        let top = first.replace(item.into_ptr());
        Exchanged::Top(Obj::from_owned_ptr(top))
    }
}

fn replace<const MAX: bool>(given: &Object, item: &Object) -> Result<Obj> {
    let heap = heap(given)?;
    match exchange_top(heap, item.owned()) {
        Exchanged::Empty(_) => Err(out_of_range()),
        Exchanged::Top(top) => {
            sink::<MAX>(heap, 0)?;
            Ok(top)
        }
    }
}

fn make_heap<const MAX: bool>(given: &Object) -> Result<()> {
    let heap = heap(given)?;
    for i in (0..heap.len() / 2).rev() {
        sink::<MAX>(heap, i)?;
    }
    Ok(())
}

fn heappush(_module: &Object, args: &[&Object]) -> Result<()> {
    let (given, item) = two("heappush", args)?;
    let heap = heap(given)?;
    heap.append(item)?;
    rise::<false>(heap, 0, heap.len() - 1)
}

fn heappop(_module: &Object, given: &Object) -> Result<Obj> {
    pop::<false>(given)
}

fn heapreplace(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (given, item) = two("heapreplace", args)?;
    replace::<false>(given, item)
}

fn heappushpop(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (given, item) = two("heappushpop", args)?;
    let heap = heap(given)?;
    let Some(top) = heap.get(0) else { return Ok(item.owned()) };
    if !object::rich_compare_bool(&top, item, CompareOp::Lt)? {
        return Ok(item.owned());
    }
    replace::<false>(given, item)
}

fn heapify(_module: &Object, given: &Object) -> Result<()> {
    make_heap::<false>(given)
}

fn heappop_max(_module: &Object, given: &Object) -> Result<Obj> {
    pop::<true>(given)
}

fn heapify_max(_module: &Object, given: &Object) -> Result<()> {
    make_heap::<true>(given)
}

fn heapreplace_max(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (given, item) = two("_heapreplace_max", args)?;
    replace::<true>(given, item)
}
