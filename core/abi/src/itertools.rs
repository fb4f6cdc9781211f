//! Structs of `itertoolsmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _grouperobject {
    pub ob_base: PyObject,
    pub parent: *mut PyObject,
    pub tgtkey: *mut PyObject,
}
assert_layout!(_grouperobject, 32, { ob_base: 0, parent: 16, tgtkey: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct accumulateobject {
    pub ob_base: PyObject,
    pub total: *mut PyObject,
    pub it: *mut PyObject,
    pub binop: *mut PyObject,
    pub initial: *mut PyObject,
}
assert_layout!(accumulateobject, 48, { ob_base: 0, total: 16, it: 24, binop: 32, initial: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct chainobject {
    pub ob_base: PyObject,
    pub source: *mut PyObject,
    pub active: *mut PyObject,
}
assert_layout!(chainobject, 32, { ob_base: 0, source: 16, active: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct combinationsobject {
    pub ob_base: PyObject,
    pub pool: *mut PyObject,
    pub indices: *mut Py_ssize_t,
    pub result: *mut PyObject,
    pub r: Py_ssize_t,
    pub stopped: c_int,
}
assert_layout!(combinationsobject, 56, {
    ob_base: 0, pool: 16, indices: 24, result: 32, r: 40, stopped: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct compressobject {
    pub ob_base: PyObject,
    pub data: *mut PyObject,
    pub selectors: *mut PyObject,
}
assert_layout!(compressobject, 32, { ob_base: 0, data: 16, selectors: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct countobject {
    pub ob_base: PyObject,
    pub cnt: Py_ssize_t,
    pub long_cnt: *mut PyObject,
    pub long_step: *mut PyObject,
}
assert_layout!(countobject, 40, { ob_base: 0, cnt: 16, long_cnt: 24, long_step: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct cwrobject {
    pub ob_base: PyObject,
    pub pool: *mut PyObject,
    pub indices: *mut Py_ssize_t,
    pub result: *mut PyObject,
    pub r: Py_ssize_t,
    pub stopped: c_int,
}
assert_layout!(cwrobject, 56, { ob_base: 0, pool: 16, indices: 24, result: 32, r: 40, stopped: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct cycleobject {
    pub ob_base: PyObject,
    pub it: *mut PyObject,
    pub saved: *mut PyObject,
    pub index: Py_ssize_t,
    pub firstpass: c_int,
}
assert_layout!(cycleobject, 48, { ob_base: 0, it: 16, saved: 24, index: 32, firstpass: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct dropwhileobject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
    pub it: *mut PyObject,
    pub start: c_long,
}
assert_layout!(dropwhileobject, 40, { ob_base: 0, func: 16, it: 24, start: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct filterfalseobject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
    pub it: *mut PyObject,
}
assert_layout!(filterfalseobject, 32, { ob_base: 0, func: 16, it: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct groupbyobject {
    pub ob_base: PyObject,
    pub it: *mut PyObject,
    pub keyfunc: *mut PyObject,
    pub tgtkey: *mut PyObject,
    pub currkey: *mut PyObject,
    pub currvalue: *mut PyObject,
    pub currgrouper: *mut c_void,
}
assert_layout!(groupbyobject, 64, {
    ob_base: 0, it: 16, keyfunc: 24, tgtkey: 32, currkey: 40, currvalue: 48, currgrouper: 56,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct isliceobject {
    pub ob_base: PyObject,
    pub it: *mut PyObject,
    pub next: Py_ssize_t,
    pub stop: Py_ssize_t,
    pub step: Py_ssize_t,
    pub cnt: Py_ssize_t,
}
assert_layout!(isliceobject, 56, { ob_base: 0, it: 16, next: 24, stop: 32, step: 40, cnt: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct permutationsobject {
    pub ob_base: PyObject,
    pub pool: *mut PyObject,
    pub indices: *mut Py_ssize_t,
    pub cycles: *mut Py_ssize_t,
    pub result: *mut PyObject,
    pub r: Py_ssize_t,
    pub stopped: c_int,
}
assert_layout!(permutationsobject, 64, {
    ob_base: 0, pool: 16, indices: 24, cycles: 32, result: 40, r: 48, stopped: 56,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct productobject {
    pub ob_base: PyObject,
    pub pools: *mut PyObject,
    pub indices: *mut Py_ssize_t,
    pub result: *mut PyObject,
    pub stopped: c_int,
}
assert_layout!(productobject, 48, { ob_base: 0, pools: 16, indices: 24, result: 32, stopped: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct repeatobject {
    pub ob_base: PyObject,
    pub element: *mut PyObject,
    pub cnt: Py_ssize_t,
}
assert_layout!(repeatobject, 32, { ob_base: 0, element: 16, cnt: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct starmapobject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
    pub it: *mut PyObject,
}
assert_layout!(starmapobject, 32, { ob_base: 0, func: 16, it: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct takewhileobject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
    pub it: *mut PyObject,
    pub stop: c_long,
}
assert_layout!(takewhileobject, 40, { ob_base: 0, func: 16, it: 24, stop: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct teedataobject {
    pub ob_base: PyObject,
    pub it: *mut PyObject,
    pub numread: c_int,
    pub running: c_int,
    pub nextlink: *mut PyObject,
    pub values: [*mut PyObject; 57],
}
assert_layout!(teedataobject, 496, {
    ob_base: 0, it: 16, numread: 24, running: 28, nextlink: 32, values: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct teeobject {
    pub ob_base: PyObject,
    pub dataobj: *mut teedataobject,
    pub index: c_int,
    pub weakreflist: *mut PyObject,
}
assert_layout!(teeobject, 40, { ob_base: 0, dataobj: 16, index: 24, weakreflist: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ziplongestobject {
    pub ob_base: PyObject,
    pub tuplesize: Py_ssize_t,
    pub numactive: Py_ssize_t,
    pub ittuple: *mut PyObject,
    pub result: *mut PyObject,
    pub fillvalue: *mut PyObject,
}
assert_layout!(ziplongestobject, 56, {
    ob_base: 0, tuplesize: 16, numactive: 24, ittuple: 32, result: 40, fillvalue: 48,
});
