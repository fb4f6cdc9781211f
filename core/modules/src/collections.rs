//! `_collections`: deque, defaultdict, the ordered dict, and helpers of the module `collections`.

mod count;
mod defaultdict;
mod deque;
mod deque_iter;
mod ring;
mod tuplegetter;

pub use deque::Deque;
pub use tuplegetter::TupleGetter;

use crate::support::add_type;
use krait_object::types::odict::PyODict_Type;
use krait_object::{Object, Result, method, native_module};

native_module! {
    /// `_collections`
    init: PyInit__collections, name: c"_collections",
    doc: c"Containers for special purposes.\n\n- deque:        sequence that is fast at both ends\n- defaultdict:  dict that makes values for missing keys\n- OrderedDict:  dict whose order can be changed\n",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"_count_elements", count::count_elements, c"_count_elements($module, mapping, iterable, /)\n--\n\nAdds the numbers of occurrences of the items to the mapping."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types with valid slots.
    unsafe {
        add_type(this, "deque", &raw mut deque::Deque_Type)?;
        add_type(this, "defaultdict", &raw mut defaultdict::DefaultDict_Type)?;
        add_type(this, "OrderedDict", &raw mut PyODict_Type)?;
        add_type(this, "_deque_iterator", &raw mut deque_iter::DequeIter_Type)?;
        add_type(this, "_deque_reverse_iterator", &raw mut deque_iter::DequeReverseIter_Type)?;
        add_type(this, "_tuplegetter", &raw mut tuplegetter::TupleGetter_Type)
    }
}
