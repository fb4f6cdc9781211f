"""Writes the C source of an out-of-line module in API mode; the first argument is the file."""
import sys
import cffi

ffi = cffi.FFI()
ffi.cdef("""
    typedef struct { int a; double b; char name[16]; ...; } record;
    enum kind { FIRST, SECOND = 5 };
    #define LIMIT ...
    extern int counter;
    int sum(int *values, int n);
    const char *greet(const char *name);
    record make(int a, double b);
    double apply(double (*f)(double), double x);
    extern "Python" int from_python(int, void *);
    int call_python(int n, void *handle);
    void fill(unsigned char *data, size_t n);
""")
ffi.set_source('_cffi_client', r"""
    #include <stdio.h>
    typedef struct { int hidden; int a; double b; char name[16]; } record;
    enum kind { FIRST, SECOND = 5 };
    #define LIMIT 123456789012LL
    int counter = 3;
    static int from_python(int, void *);
    static int sum(int *values, int n) { int t = 0; while (n--) t += values[n]; return t; }
    static const char *greet(const char *name) { static char b[40]; snprintf(b, 40, "hello %s", name); return b; }
    static record make(int a, double b) { record r = {0, a, b, "made"}; return r; }
    static double apply(double (*f)(double), double x) { return f(x) * 2; }
    static int call_python(int n, void *handle) { return from_python(n, handle) + 1; }
    static void fill(unsigned char *data, size_t n) { for (size_t i = 0; i < n; i++) data[i] = (unsigned char)(i * i); }
""")
ffi.emit_c_code(sys.argv[1])
