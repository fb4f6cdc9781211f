/* pylifecycle.h, initconfig.h: configuration, start and end, hooks. Every case is a process of its own. */
#include "harness.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <sys/wait.h>
#include <unistd.h>

static const char SHOW[] =
    "import sys\nprint(sys.argv, sys.flags, sys._xoptions, sys.warnoptions, sys.dont_write_bytecode, sys.getfilesystemencoding(), sys.stdout.encoding, sys.stdout.errors,"
    " sys.orig_argv if hasattr(sys, 'orig_argv') else None, sys.platlibdir, 'site' in sys.modules, sys.pycache_prefix, sys.path[0] == '')";

static void print_status(const char *label, PyStatus status)
{
    say("%s: exception %d error %d exit %d code %d func %s message %s", label, PyStatus_Exception(status), PyStatus_IsError(status), PyStatus_IsExit(status), status.exitcode,
        status.func == NULL ? "NULL" : status.func, status.err_msg == NULL ? "NULL" : status.err_msg);
}

static void plain(void)
{
    Py_Initialize();
    PyRun_SimpleString(SHOW);
}

static void flags(void)
{
    Py_VerboseFlag = 0;
    Py_OptimizeFlag = 2;
    Py_NoSiteFlag = 1;
    Py_BytesWarningFlag = 1;
    Py_DontWriteBytecodeFlag = 1;
    Py_InspectFlag = 1;
    Py_QuietFlag = 1;
    Py_Initialize();
    PyRun_SimpleString(SHOW);
}

static PyConfig python_config(int isolated)
{
    PyConfig config;
    if (isolated) {
        PyConfig_InitIsolatedConfig(&config);
    } else {
        PyConfig_InitPythonConfig(&config);
    }
    return config;
}

static void print_config(const PyConfig *c)
{
    say("%d isolated %d env %d dev %d signals %d seed %d %lu fault %d", c->_config_init, c->isolated, c->use_environment, c->dev_mode, c->install_signal_handlers, c->use_hash_seed,
        c->hash_seed, c->faulthandler);
    say("%d %d %d %d %d %d %d %d %d", c->tracemalloc, c->import_time, c->show_ref_count, c->dump_refs, c->malloc_stats, c->parse_argv != 0, c->site_import, c->bytes_warning, c->inspect);
    say("%d %d %d %d %d %d %d %d %d", c->interactive, c->optimization_level, c->parser_debug, c->write_bytecode, c->verbose, c->quiet, c->user_site_directory, c->configure_c_stdio,
        c->buffered_stdio);
    say("%d %d %d %d %d", c->pathconfig_warnings, c->skip_source_first_line, c->module_search_paths_set, c->_install_importlib, c->_init_main);
    say("%ls|%ls|%ls|%ls|%ls", c->filesystem_encoding, c->filesystem_errors, c->stdio_encoding, c->stdio_errors, c->check_hash_pycs_mode);
    say("argv %zd xoptions %zd warnoptions %zd paths %zd", c->argv.length, c->xoptions.length, c->warnoptions.length, c->module_search_paths.length);
}

static void read_config(void)
{
    for (int isolated = 0; isolated < 2; isolated++) {
        PyConfig config = python_config(isolated);
        print_config(&config);
        wchar_t *words[] = {L"prog", L"-X", L"ffi", L"-Wdefault", L"-OO", L"-B", L"-c", L"pass", L"argument"};
        print_status("SetArgv", PyConfig_SetArgv(&config, LENGTH(words), words));
        if (isolated) {
            config.parse_argv = 1;
        }
        print_status("Read", PyConfig_Read(&config));
        print_config(&config);
        PyConfig_Clear(&config);
    }
}

static void from_config(void)
{
    PyConfig config = python_config(0);
    wchar_t *words[] = {L"prog", L"-I", L"-X", L"ffi=2", L"-Wignore", L"script.py", L"x"};
    PyConfig_SetArgv(&config, LENGTH(words), words);
    config.site_import = 0;
    wchar_t *home = Py_DecodeLocale(getenv("PYTHONHOME"), NULL);
    PyConfig_SetString(&config, &config.home, home);
    PyMem_RawFree(home);
    PyConfig_SetString(&config, &config.pycache_prefix, L"/cache");
    print_status("SetBytesString", PyConfig_SetBytesString(&config, &config.stdio_errors, "replace"));
    PyWideStringList_Append(&config.warnoptions, L"error");
    PyWideStringList_Insert(&config.xoptions, 0, L"first");
    print_status("Insert", PyWideStringList_Insert(&config.xoptions, -1, L"bad"));
    print_status("Initialize", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PyRun_SimpleString(SHOW);
}

static void isolated_config(void)
{
    PyConfig config = python_config(1);
    wchar_t *home = Py_DecodeLocale(getenv("PYTHONHOME"), NULL);
    PyConfig_SetString(&config, &config.home, home);
    PyMem_RawFree(home);
    char *words[] = {"prog", "-c", "not parsed"};
    print_status("SetBytesArgv", PyConfig_SetBytesArgv(&config, 3, words));
    print_status("Initialize", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PyRun_SimpleString(SHOW);
}

static void search_paths(void)
{
    PyConfig config = python_config(0);
    config.module_search_paths_set = 1;
    config.site_import = 0;
    char path[4000];
    snprintf(path, sizeof path, "%s/lib/python3.9", getenv("PYTHONHOME"));
    wchar_t *wide = Py_DecodeLocale(path, NULL);
    PyWideStringList_Append(&config.module_search_paths, wide);
    PyWideStringList_Append(&config.module_search_paths, L"/extra");
    PyMem_RawFree(wide);
    print_status("Initialize", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PyRun_SimpleString("import sys; print(len(sys.path), sys.path[-1])");
}

static void run_main(void)
{
    PyConfig config = python_config(0);
    wchar_t *words[] = {L"prog", L"-S", L"-c", L"import sys; print(sys.argv, sys.flags.no_site); sys.exit(3)", L"argument"};
    PyConfig_SetArgv(&config, LENGTH(words), words);
    print_status("Initialize", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    say("run %d", Py_RunMain());
}

static void run_main_failing(void)
{
    PyConfig config = python_config(0);
    wchar_t *words[] = {L"prog", L"-S", L"/no/such/file.py"};
    PyConfig_SetArgv(&config, LENGTH(words), words);
    print_status("Initialize", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    say("run %d", Py_RunMain());
}

static void main_twice(void)
{
    wchar_t *words[] = {L"prog", L"-S", L"-c", L"import sys; print(sys.argv)", L"a"};
    say("main %d", Py_Main(LENGTH(words), words));
    say("initialised %d", Py_IsInitialized());
    char *bytes[] = {"prog", "-S", "-c", "import sys; print(sys.argv); raise SystemExit(4)", "b"};
    say("main %d", Py_BytesMain(LENGTH(bytes), bytes));
}

static void main_after_initialize(void)
{
    PySys_AddWarnOption(L"once");
    PySys_AddXOption(L"a=b");
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("import sys; print(sys.warnoptions, sys._xoptions, sys.argv); sys.mark = 1");
    wchar_t *words[] = {L"x", L"-Xfoo=1", L"-Wignore", L"-c", L"import sys; print(sys.argv, sys._xoptions, sys.warnoptions, sys.mark)", L"arg"};
    say("main %d", Py_Main(LENGTH(words), words));
    say("initialised %d", Py_IsInitialized());
}

static void version_option(void)
{
    PyConfig config = python_config(0);
    wchar_t *words[] = {L"prog", L"--version"};
    PyConfig_SetArgv(&config, LENGTH(words), words);
    print_status("Initialize", Py_InitializeFromConfig(&config));
    wchar_t *unknown[] = {L"prog", L"--unknown"};
    PyConfig_SetArgv(&config, LENGTH(unknown), unknown);
    print_status("Initialize", Py_InitializeFromConfig(&config));
}

static void preconfig(void)
{
    PyPreConfig config;
    for (int isolated = 0; isolated < 2; isolated++) {
        if (isolated) {
            PyPreConfig_InitIsolatedConfig(&config);
        } else {
            PyPreConfig_InitPythonConfig(&config);
        }
        say("%d %d %d %d %d %d %d %d %d %d", config._config_init, config.parse_argv, config.isolated, config.use_environment, config.configure_locale, config.coerce_c_locale,
            config.coerce_c_locale_warn, config.utf8_mode, config.dev_mode, config.allocator);
    }
    PyPreConfig_InitPythonConfig(&config);
    config.utf8_mode = 1;
    print_status("PreInitialize", Py_PreInitialize(&config));
    print_status("PreInitialize again", Py_PreInitialize(&config));
    Py_Initialize();
    PyRun_SimpleString("import sys; print(sys.flags.utf8_mode)");
}

static void preconfig_arguments(void)
{
    PyPreConfig config;
    PyPreConfig_InitPythonConfig(&config);
    char *words[] = {"prog", "-X", "utf8", "-W"};
    print_status("PreInitializeFromBytesArgs", Py_PreInitializeFromBytesArgs(&config, 3, words));
    Py_Initialize();
    PyRun_SimpleString("import sys; print(sys.flags.utf8_mode)");
}

static void encodings(void)
{
    say("%d", Py_SetStandardStreamEncoding("latin-1", "xmlcharrefreplace"));
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.encoding)");
    say("%d", Py_SetStandardStreamEncoding("ascii", NULL));
}

static int audited;

static int hook(const char *event, PyObject *arguments, void *data)
{
    if (strncmp(event, "ffi.", 4) == 0 || strncmp(event, "cpython.", 8) == 0) {
        say("  %s %s %s", event, arguments == NULL ? "NULL" : Py_TYPE(arguments)->tp_name, (const char *)data);
    }
    audited++;
    if (strcmp(event, "ffi.refused") == 0) {
        PyErr_SetString(PyExc_PermissionError, "refused");
        return -1;
    }
    return 0;
}

static void audit(void)
{
    say("%d", PySys_AddAuditHook(hook, "first"));
    Py_NoSiteFlag = 1;
    Py_Initialize();
    say("%d", PySys_AddAuditHook(hook, "second"));
    say("%d", PySys_Audit("ffi.plain", NULL));
    say("%d", PySys_Audit("ffi.arguments", "is", 5, "x"));
    say("%d", PySys_Audit("ffi.tuple", "(i)", 5));
    say("%d", PySys_Audit("ffi.refused", NULL));
    show_error("refused");
    say("%d", PySys_Audit("ffi.bad", "q", 1));
    show_error("bad format");
    PyRun_SimpleString("import sys\nsys.audit('ffi.python', 1)\ndef h(e, a):\n    if e == 'ffi.deny': raise ValueError('denied')\nsys.addaudithook(h)");
    say("%d", PySys_Audit("ffi.deny", NULL));
    show_error("denied");
    say("%d", audited > 10);
}

static void at_exit_first(void)
{
    say("  exit first %d", Py_IsInitialized());
}

static void at_exit_second(void)
{
    say("  exit second");
}

static void at_exit(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    say("%d %d", Py_AtExit(at_exit_first), Py_AtExit(at_exit_second));
    PyRun_SimpleString("import atexit; atexit.register(print, 'python exit')\nclass D:\n    def __del__(self): print('del at the end')\nd = D()");
    int room = 0;
    while (Py_AtExit(at_exit_second) == 0 && room < 29) {
        room++;
    }
    say("room %d", room);
}

static void at_exit_exception(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("import atexit, sys; sys.stderr = sys.stdout\natexit.register(lambda: 1/0)\natexit.register(print, 'last first')");
}

static void exit_call(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("import atexit; atexit.register(print, 'python exit')");
    Py_Exit(7);
}

static void system_exit(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("raise SystemExit(9)");
}

static int input_hook(void)
{
    return 0;
}

static char *line_reader(FILE *in, FILE *out, const char *prompt)
{
    (void)in;
    (void)out;
    say("  prompt %s", prompt);
    char *line = PyMem_RawMalloc(20);
    strcpy(line, "typed\n");
    return line;
}

static void os_hooks(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyOS_InputHook = input_hook;
    PyOS_ReadlineFunctionPointer = line_reader;
    say("%d", PyOS_InputHook == input_hook);
    char *line = PyOS_Readline(stdin, stdout, "ask");
    say("%s", line == NULL ? "NULL" : "a line");
    PyMem_Free(line);
    PyOS_sighandler_t old = PyOS_setsig(10, SIG_IGN);
    say("%d %d", old == SIG_DFL, PyOS_getsig(10) == SIG_IGN);
    PyOS_setsig(10, old);
    say("%d", PyOS_InterruptOccurred());
    PyErr_SetInterrupt();
    say("%d %d", PyOS_InterruptOccurred(), PyOS_InterruptOccurred());
    PyOS_BeforeFork();
    PyOS_AfterFork_Parent();
}

static void no_signals(void)
{
    Py_NoSiteFlag = 1;
    Py_InitializeEx(0);
    say("%d", PyOS_getsig(2) == SIG_DFL);
    PyRun_SimpleString("import signal; print(signal.getsignal(2))");
}

static void rounds(void)
{
    Py_NoSiteFlag = 1;
    for (int i = 0; i < 4; i++) {
        Py_Initialize();
        Py_Initialize();
        PyRun_SimpleString("import sys, json, collections, re; print(json.dumps({'a': [1]}), hasattr(sys, 'left')); sys.left = 1");
        say("finalised %d %d", Py_FinalizeEx(), Py_IsInitialized());
        Py_Finalize();
    }
}

/* Whether an address lies in a segment's memory beyond what its file fills. */
static int starts_as_zeros(struct dl_phdr_info *object, size_t size, void *address)
{
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        ElfW(Addr) offset = (ElfW(Addr))address - object->dlpi_addr - segment->p_vaddr;
        if (segment->p_type == PT_LOAD && offset >= segment->p_filesz && offset < segment->p_memsz)
            return 1;
    }
    return 0;
}

static void before(void)
{
    say("%d %d", Py_IsInitialized(), _Py_IsCoreInitialized());
    char *version = (char *)Py_GetVersion(), *build = (char *)Py_GetBuildInfo(), *rest;
    say("%s", strtok_r(version, " ", &rest));
    build[0] = '?';
    say("%d %d", Py_GetVersion()[strlen("3.9.2")] == ' ', Py_GetBuildInfo()[0] != '?');
    say("version for profilers %d", dl_iterate_phdr(starts_as_zeros, version));
    say("%ls", Py_GetProgramName());
    Py_SetProgramName(L"named");
    say("%ls", Py_GetProgramName());
    char *block = PyMem_RawMalloc(10);
    PyMem_RawFree(block);
    wchar_t *decoded = Py_DecodeLocale("text", NULL);
    say("%ls", decoded);
    PyMem_RawFree(decoded);
    PyWideStringList list = {0, NULL};
    print_status("Append", PyWideStringList_Append(&list, L"x"));
    print_status("Ok", PyStatus_Ok());
    print_status("Error", PyStatus_Error("message"));
    print_status("NoMemory", PyStatus_NoMemory());
    print_status("Exit", PyStatus_Exit(5));
}

static void fatal(void)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    fflush(stdout);
    freopen("/dev/null", "w", stderr);
    PyRun_SimpleString("import faulthandler; faulthandler.enable(1, all_threads=False); print('waits in a buffer')");
    Py_FatalError("ffi");
}

/* A second copy of the library finds its symbols in the first, as an extension's library does in a program with an
 * interpreter of its own: it must leave the tables there alone. */
static void second_copy(void)
{
    Dl_info first;
    dladdr(dlsym(RTLD_DEFAULT, "Py_Initialize"), &first);
    char copy[] = "/tmp/libpython-XXXXXX", command[PATH_MAX + 64];
    close(mkstemp(copy));
    snprintf(command, sizeof command, "cp '%s' %s", first.dli_fname, copy);
    say("copied %d", system(command));
    const void *built_in = PyImport_Inittab, *frozen = PyImport_FrozenModules;
    say("loaded %d", dlopen(copy, RTLD_NOW | RTLD_GLOBAL) != NULL);
    unlink(copy);
    say("the same %d %d", PyImport_Inittab == built_in, PyImport_FrozenModules == frozen);
    Py_Initialize();
    PyRun_SimpleString("import pwd, time, itertools; print(pwd.__spec__.origin, type(pwd.getpwuid(0)).__name__)");
}

static void exit_status(void)
{
    Py_ExitStatusException(PyStatus_Exit(6));
}

static void home(void)
{
    wchar_t *wide = Py_DecodeLocale(getenv("PYTHONHOME"), NULL);
    unsetenv("PYTHONHOME");
    Py_SetPythonHome(wide);
    say("%d", wcscmp(Py_GetPythonHome(), wide) == 0);
    Py_NoSiteFlag = 1;
    Py_Initialize();
    say("%d %d", wcsncmp(Py_GetPrefix(), wide, wcslen(wide)) == 0, wcsncmp(Py_GetExecPrefix(), wide, wcslen(wide)) == 0);
    PyRun_SimpleString("import sys; print(sys.prefix == sys.base_prefix)");
    int count;
    wchar_t **words;
    Py_GetArgcArgv(&count, &words);
    say("%d", count);
}

static const struct {
    const char *name;
    void (*run)(void);
} CASES[] = {
    {"plain", plain}, {"flags", flags}, {"read_config", read_config}, {"from_config", from_config}, {"isolated_config", isolated_config}, {"search_paths", search_paths},
    {"run_main", run_main}, {"run_main_failing", run_main_failing}, {"main_twice", main_twice}, {"main_after_initialize", main_after_initialize}, {"version_option", version_option},
    {"preconfig", preconfig}, {"preconfig_arguments", preconfig_arguments}, {"encodings", encodings}, {"audit", audit}, {"at_exit", at_exit}, {"at_exit_exception", at_exit_exception},
    {"exit_call", exit_call}, {"system_exit", system_exit}, {"os_hooks", os_hooks}, {"no_signals", no_signals}, {"rounds", rounds}, {"before", before}, {"fatal", fatal}, {"second_copy", second_copy},
    {"exit_status", exit_status}, {"home", home},
};

BARE_SECTION(lifecycle)
{
    for (int i = 0; i < LENGTH(CASES); i++) {
        say("-- %s", CASES[i].name);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            CASES[i].run();
            if (Py_IsInitialized()) {
                say("finalised %d", Py_FinalizeEx());
            }
            fflush(stdout);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        say("-- ended %d by signal %d", WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    }
}
