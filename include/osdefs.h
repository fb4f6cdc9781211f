/* osdefs.h: separators in paths. */
#ifndef Py_OSDEFS_H
#define Py_OSDEFS_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#ifndef SEP
#define SEP L'/'
#endif
#ifndef MAXPATHLEN
#define MAXPATHLEN PATH_MAX
#endif
#ifndef DELIM
#define DELIM L':'
#endif
#endif
#ifdef __cplusplus
}
#endif
#endif
