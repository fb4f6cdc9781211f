/* patchlevel.h: the version of Python that this library is. */
#ifndef Py_PATCHLEVEL_H
#define Py_PATCHLEVEL_H

/* [constants patchlevel.h] */
#define PY_MAJOR_VERSION 3
#define PY_MICRO_VERSION 2
#define PY_MINOR_VERSION 9
#define PY_RELEASE_LEVEL 15
#define PY_RELEASE_LEVEL_ALPHA 10
#define PY_RELEASE_LEVEL_BETA 11
#define PY_RELEASE_LEVEL_FINAL 15
#define PY_RELEASE_LEVEL_GAMMA 12
#define PY_RELEASE_SERIAL 0
#define PY_VERSION "3.9.2"
#define PY_VERSION_HEX 50922224
/* [end] */

#endif
