/* What every file of C tests shares. A file holds sections; a section prints the results of its cases, and both
 * libraries must print the same, whichever header set the program was compiled with. */
#ifndef KRAIT_HARNESS_H
#define KRAIT_HARNESS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Section {
    const char *name;
    void (*run)(void);
    int is_bare;
    struct Section *next;
} Section;

void add_section(Section *section);

#define ADD_SECTION(title, bare)                                                                    \
    static void title(void);                                                                        \
    static Section section_##title = {#title, title, bare, NULL};                                   \
    __attribute__((constructor)) static void add_##title(void) { add_section(&section_##title); }   \
    static void title(void)

/* A section that finds an initialised interpreter. */
#define SECTION(title) ADD_SECTION(title, 0)
/* A section that initialises by itself. */
#define BARE_SECTION(title) ADD_SECTION(title, 1)

/* Prints a line; objects' addresses in it are replaced. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `label = repr` of a new reference, or the exception that stands in its place and is cleared. Takes the reference. */
void show(PyObject *result, const char *label, ...) __attribute__((format(printf, 2, 3)));
/* The same of a borrowed reference. */
void show_borrowed(PyObject *result, const char *label, ...) __attribute__((format(printf, 2, 3)));
/* `label = number`, and the exception if there is one. */
void show_number(long long number, const char *label, ...) __attribute__((format(printf, 2, 3)));
void show_double(double number, const char *label, ...) __attribute__((format(printf, 2, 3)));
/* `label = "text"`, and the exception if there is one. */
void show_text(const char *text, const char *label, ...) __attribute__((format(printf, 2, 3)));
/* `label: ` and the exception, or `fine`. */
void show_error(const char *label);

/* The value of an expression, with the classes of `harness.c` and the standard modules' names in reach. */
PyObject *value(const char *expression);
/* Runs statements in the same name space. */
void statements(const char *source);
/* That name space. */
PyObject *names(void);

/* Expressions for an object of every kind. */
extern const char *const SAMPLES[];
extern const int SAMPLE_COUNT;

typedef struct {
    const char *name;
    PyObject *(*call)(PyObject *);
    int takes_null;
} ObjectOfObject;
typedef struct {
    const char *name;
    PyObject *(*call)(PyObject *, PyObject *);
    int takes_null;
} ObjectOfTwo;
typedef struct {
    const char *name;
    int (*call)(PyObject *);
    int takes_null;
} IntOfObject;
typedef struct {
    const char *name;
    Py_ssize_t (*call)(PyObject *);
    int takes_null;
} SizeOfObject;
typedef struct {
    const char *name;
    int (*call)(PyObject *, PyObject *);
    int takes_null;
} IntOfTwo;

/* Each function of a table with every sample (of which those of two take every pair), telling what came of it and which
 * reference counts it changed. */
void apply_object_of_object(const ObjectOfObject *table, int length);
void apply_object_of_two(const ObjectOfTwo *table, int length);
void apply_int_of_object(const IntOfObject *table, int length);
void apply_size_of_object(const SizeOfObject *table, int length);
void apply_int_of_two(const IntOfTwo *table, int length);

#define PLAIN(function) {#function, function, 0}
#define NULLABLE(function) {#function, function, 1}

#endif
