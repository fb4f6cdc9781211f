/* pydtrace.h: probes. */
#ifndef Py_DTRACE_H
#define Py_DTRACE_H
#ifdef __cplusplus
extern "C" {
#endif
/* No probes are built in. */
static inline int PyDTrace_GC_DONE_ENABLED(void) { return 0; }
static inline int PyDTrace_GC_START_ENABLED(void) { return 0; }
static inline int PyDTrace_LINE_ENABLED(void) { return 0; }
#ifdef __cplusplus
}
#endif
#endif
