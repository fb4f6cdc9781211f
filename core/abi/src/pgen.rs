//! Structs of `asdl.h`, `grammar.h`, `node.h`, `parsetok.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct arc {
    pub a_lbl: c_short,
    pub a_arrow: c_short,
}
assert_layout!(arc, 4, { a_lbl: 0, a_arrow: 2 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct asdl_int_seq {
    pub size: Py_ssize_t,
    pub elements: [c_int; 1],
}
assert_layout!(asdl_int_seq, 16, { size: 0, elements: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct asdl_seq {
    pub size: Py_ssize_t,
    pub elements: [*mut c_void; 1],
}
assert_layout!(asdl_seq, 16, { size: 0, elements: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct dfa {
    pub d_type: c_int,
    pub d_name: *mut c_char,
    pub d_nstates: c_int,
    pub d_state: *mut state,
    pub d_first: *mut c_char,
}
assert_layout!(dfa, 40, { d_type: 0, d_name: 8, d_nstates: 16, d_state: 24, d_first: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct grammar {
    pub g_ndfas: c_int,
    pub g_dfa: *const dfa,
    pub g_ll: labellist,
    pub g_start: c_int,
    pub g_accel: c_int,
}
assert_layout!(grammar, 40, { g_ndfas: 0, g_dfa: 8, g_ll: 16, g_start: 32, g_accel: 36 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct label {
    pub lb_type: c_int,
    pub lb_str: *const c_char,
}
assert_layout!(label, 16, { lb_type: 0, lb_str: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct labellist {
    pub ll_nlabels: c_int,
    pub ll_label: *const label,
}
assert_layout!(labellist, 16, { ll_nlabels: 0, ll_label: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct node {
    pub n_type: c_short,
    pub n_str: *mut c_char,
    pub n_lineno: c_int,
    pub n_col_offset: c_int,
    pub n_nchildren: c_int,
    pub n_child: *mut node,
    pub n_end_lineno: c_int,
    pub n_end_col_offset: c_int,
}
assert_layout!(node, 48, {
    n_type: 0, n_str: 8, n_lineno: 16, n_col_offset: 20, n_nchildren: 24, n_child: 32, n_end_lineno: 40,
    n_end_col_offset: 44,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct perrdetail {
    pub error: c_int,
    pub filename: *mut PyObject,
    pub lineno: c_int,
    pub offset: c_int,
    pub text: *mut c_char,
    pub token: c_int,
    pub expected: c_int,
}
assert_layout!(perrdetail, 40, {
    error: 0, filename: 8, lineno: 16, offset: 20, text: 24, token: 32, expected: 36,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct state {
    pub s_narcs: c_int,
    pub s_arc: *const arc,
    pub s_lower: c_int,
    pub s_upper: c_int,
    pub s_accel: *mut c_int,
    pub s_accept: c_int,
}
assert_layout!(state, 40, { s_narcs: 0, s_arc: 8, s_lower: 16, s_upper: 20, s_accel: 24, s_accept: 32 });

pub type _node = node;
