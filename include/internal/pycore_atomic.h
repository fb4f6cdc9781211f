/* internal/pycore_atomic.h: integers and addresses that threads share. */
#ifndef Py_INTERNAL_ATOMIC_H
#define Py_INTERNAL_ATOMIC_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
typedef enum _Py_memory_order {
    _Py_memory_order_relaxed = 0,
    _Py_memory_order_acquire = 2,
    _Py_memory_order_release = 3,
    _Py_memory_order_acq_rel = 4,
    _Py_memory_order_seq_cst = 5
} _Py_memory_order;
/* The compiler's built-in functions serve C and C++ alike; the layout is that of the types of <stdatomic.h>. */
typedef struct _Py_atomic_address {
    uintptr_t _value;
} _Py_atomic_address;
typedef struct _Py_atomic_int {
    int _value;
} _Py_atomic_int;
#define _Py_atomic_signal_fence(order) __atomic_signal_fence(order)
#define _Py_atomic_thread_fence(order) __atomic_thread_fence(order)
#define _Py_atomic_store_explicit(atomic, value, order) __atomic_store_n(&(atomic)->_value, value, order)
#define _Py_atomic_load_explicit(atomic, order) __atomic_load_n(&(atomic)->_value, order)
#define _Py_atomic_store(atomic, value) _Py_atomic_store_explicit(atomic, value, __ATOMIC_SEQ_CST)
#define _Py_atomic_load(atomic) _Py_atomic_load_explicit(atomic, __ATOMIC_SEQ_CST)
#define _Py_atomic_store_relaxed(atomic, value) _Py_atomic_store_explicit(atomic, value, __ATOMIC_RELAXED)
#define _Py_atomic_load_relaxed(atomic) _Py_atomic_load_explicit(atomic, __ATOMIC_RELAXED)
#ifdef __cplusplus
}
#endif
#endif
