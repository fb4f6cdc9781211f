//! C-variadic functions.
//!
//! Stable Rust cannot define them, so each is a naked trampoline: it spills the argument registers as the System V ABI's
//! `va_list` wants them, and calls a Rust function with the named arguments and a pointer to that list. The prototypes
//! stand in the hand-written part of `include/`.

use core::arch::naked_asm;

/// A trampoline with so many named arguments.
///
/// ```text
///   rsp+0    rdi rsi rdx rcx r8 r9        register save area
///   rsp+48   xmm0 .. xmm7
///   rsp+176  va_list { gp_offset, fp_offset, overflow_arg_area, reg_save_area }
///   rsp+216  return address, then the arguments on the stack
/// ```
macro_rules! variadic {
    ($($name:ident, $named:literal, $list:literal, $body:path;)*) => {$(
        /// A C-variadic function; see the C API's documentation.
        ///
        /// # Safety
        /// What the C API asks of the arguments.
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                "sub rsp, 216",
                ".cfi_adjust_cfa_offset 216",
                "mov [rsp], rdi",
                "mov [rsp + 8], rsi",
                "mov [rsp + 16], rdx",
                "mov [rsp + 24], rcx",
                "mov [rsp + 32], r8",
                "mov [rsp + 40], r9",
                "test al, al",
                "je 2f",
                "movaps [rsp + 48], xmm0",
                "movaps [rsp + 64], xmm1",
                "movaps [rsp + 80], xmm2",
                "movaps [rsp + 96], xmm3",
                "movaps [rsp + 112], xmm4",
                "movaps [rsp + 128], xmm5",
                "movaps [rsp + 144], xmm6",
                "movaps [rsp + 160], xmm7",
                "2:",
                "mov dword ptr [rsp + 176], {offset}",
                "mov dword ptr [rsp + 180], 48",
                "lea rax, [rsp + 224]",
                "mov [rsp + 184], rax",
                "mov [rsp + 192], rsp",
                concat!("lea ", $list, ", [rsp + 176]"),
                "call {body}",
                "add rsp, 216",
                ".cfi_adjust_cfa_offset -216",
                "ret",
                ".cfi_endproc",
                offset = const 8 * $named,
                body = sym $body,
            )
        }
    )*};
}

variadic! {
    PyOS_snprintf, 3, "rcx", body::py_o_s_snprintf;
    PyErr_Format, 2, "rdx", body::py_err_format;
    PyUnicode_FromFormat, 1, "rsi", body::py_unicode_from_format;
    PyTuple_Pack, 1, "rsi", body::py_tuple_pack;
    PyObject_CallFunctionObjArgs, 1, "rsi", body::py_object_call_function_obj_args;
    PyObject_CallMethodObjArgs, 2, "rdx", body::py_object_call_method_obj_args;
    PyErr_WarnFormat, 3, "rcx", body::py_err_warn_format;
    PyArg_ParseTuple, 2, "rdx", body::arg_parse_tuple;
    _PyArg_ParseTuple_SizeT, 2, "rdx", body::arg_parse_tuple_sized;
    PyArg_Parse, 2, "rdx", body::arg_parse;
    _PyArg_Parse_SizeT, 2, "rdx", body::arg_parse_sized;
    PyArg_ParseTupleAndKeywords, 4, "r8", body::arg_parse_tuple_and_keywords;
    _PyArg_ParseTupleAndKeywords_SizeT, 4, "r8", body::arg_parse_tuple_and_keywords_sized;
    Py_BuildValue, 1, "rsi", body::py_build_value;
    _Py_BuildValue_SizeT, 1, "rsi", body::py_build_value_sized;
    PyObject_CallFunction, 2, "rdx", body::py_object_call_function;
    _PyObject_CallFunction_SizeT, 2, "rdx", body::py_object_call_function_sized;
    PyEval_CallFunction, 2, "rdx", body::py_eval_call_function;
    PyObject_CallMethod, 3, "rcx", body::py_object_call_method;
    _PyObject_CallMethod_SizeT, 3, "rcx", body::py_object_call_method_sized;
    PyEval_CallMethod, 3, "rcx", body::py_eval_call_method;
    _PyObject_CallMethodId, 3, "rcx", body::py_object_call_method_id;
    _PyObject_CallMethodId_SizeT, 3, "rcx", body::py_object_call_method_id_sized;
    _PyObject_CallMethodIdObjArgs, 2, "rdx", body::py_object_call_method_id_obj_args;
    PyArg_UnpackTuple, 4, "r8", body::arg_unpack_tuple;
    _PyErr_FormatFromCause, 2, "rdx", body::py_err_format_from_cause;
    PyBytes_FromFormat, 1, "rsi", body::py_bytes_from_format;
    PySys_Audit, 2, "rdx", body::py_sys_audit;
    _PyArg_ParseStack, 3, "rcx", body::arg_parse_stack;
    _PyArg_ParseStack_SizeT, 3, "rcx", body::arg_parse_stack_sized;
    _PyArg_ParseStackAndKeywords, 4, "r8", body::arg_parse_stack_and_keywords;
    _PyArg_ParseStackAndKeywords_SizeT, 4, "r8", body::arg_parse_stack_and_keywords_sized;
    _PyArg_ParseTupleAndKeywordsFast, 3, "rcx", body::arg_parse_tuple_and_keywords_fast;
    _PyArg_ParseTupleAndKeywordsFast_SizeT, 3, "rcx", body::arg_parse_tuple_and_keywords_fast_sized;
    PySys_WriteStderr, 1, "rsi", body::py_sys_write_stderr;
    PySys_WriteStdout, 1, "rsi", body::py_sys_write_stdout;
    PySys_FormatStderr, 1, "rsi", body::py_sys_format_stderr;
    PySys_FormatStdout, 1, "rsi", body::py_sys_format_stdout;
    PyErr_ResourceWarning, 3, "rcx", body::py_err_resource_warning;
    _PyArg_UnpackStack, 5, "r9", body::arg_unpack_stack;
    _PyErr_Format, 3, "rcx", body::py_err_format_of_thread;
    _PyErr_FormatFromCauseTstate, 3, "rcx", body::py_err_format_from_cause_of_thread;
    _PyErr_TrySetFromCause, 1, "rsi", body::py_err_try_set_from_cause;
    _Py_FatalErrorFormat, 2, "rdx", body::py_fatal_error_format;
}

/// As the others, but with all argument registers taken by named arguments: the list goes on the stack.
///
/// # Safety
/// What the C API asks of the arguments.
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_WarnExplicitFormat() {
    naked_asm!(
        ".cfi_startproc",
        "sub rsp, 216",
        ".cfi_adjust_cfa_offset 216",
        "test al, al",
        "je 2f",
        "movaps [rsp + 48], xmm0",
        "movaps [rsp + 64], xmm1",
        "movaps [rsp + 80], xmm2",
        "movaps [rsp + 96], xmm3",
        "movaps [rsp + 112], xmm4",
        "movaps [rsp + 128], xmm5",
        "movaps [rsp + 144], xmm6",
        "movaps [rsp + 160], xmm7",
        "2:",
        "mov dword ptr [rsp + 176], 48",
        "mov dword ptr [rsp + 180], 48",
        "lea rax, [rsp + 224]",
        "mov [rsp + 184], rax",
        "mov [rsp + 192], rsp",
        "lea rax, [rsp + 176]",
        "sub rsp, 16",
        ".cfi_adjust_cfa_offset 16",
        "mov [rsp], rax",
        "call {body}",
        "add rsp, 232",
        ".cfi_adjust_cfa_offset -232",
        "ret",
        ".cfi_endproc",
        body = sym body::py_err_warn_explicit_format,
    )
}

#[path = "variadic_body.rs"]
mod body;
