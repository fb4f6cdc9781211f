/* py_curses.h: windows of _curses and what that module lends to others, in a capsule. */
#ifndef Py_CURSES_H
#define Py_CURSES_H
#ifndef NCURSES_OPAQUE
#define NCURSES_OPAQUE 0
#endif
#ifdef HAVE_NCURSES_H
#include <ncurses.h>
#else
#include <curses.h>
#endif
#ifdef __cplusplus
extern "C" {
#endif
typedef struct {
    PyObject_HEAD
    WINDOW *win;
    char *encoding;
} PyCursesWindowObject;
#define PyCurses_CAPSULE_NAME "_curses._C_API"
#define PyCurses_API_pointers 4
#define PyCursesWindow_Check(v) Py_IS_TYPE(v, &PyCursesWindow_Type)
/* _curses itself defines what the others import. */
#ifndef CURSES_MODULE
static void **PyCurses_API;
#define import_curses() PyCurses_API = (void **)PyCapsule_Import(PyCurses_CAPSULE_NAME, 1);
#define PyCursesWindow_Type (*(PyTypeObject *)PyCurses_API[0])
/* Statements of functions that return an object: NULL, with an error, where curses is not as far. */
#define PyCursesSetupTermCalled { if (!((int (*)(void))PyCurses_API[1])()) return NULL; }
#define PyCursesInitialised { if (!((int (*)(void))PyCurses_API[2])()) return NULL; }
#define PyCursesInitialisedColor { if (!((int (*)(void))PyCurses_API[3])()) return NULL; }
#endif
#ifdef __cplusplus
}
#endif
#endif
