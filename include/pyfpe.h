/* pyfpe.h: kept for extensions that use it. */
#ifndef Py_PYFPE_H
#define Py_PYFPE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Floating-point traps are not used: these expand to nothing. */
#define PyFPE_START_PROTECT(err_string, leave_stmt)
#define PyFPE_END_PROTECT(v)
#ifdef __cplusplus
}
#endif
#endif
