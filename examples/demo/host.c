/* The demo's host: runs one script inside an embedded interpreter that knows no more than a home (PYTHONHOME) and a
   path (PYTHONPATH). usage: host SCRIPT [ARG...] */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

int main(int argc, char **argv)
{
    PyConfig config;
    PyStatus status;
    if (argc < 2) {
        fprintf(stderr, "usage: host SCRIPT [ARG...]\n");
        return 2;
    }
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    status = PyConfig_SetBytesArgv(&config, argc - 1, argv + 1);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) {
        perror(argv[1]);
        return 2;
    }
    int failed = PyRun_SimpleFileExFlags(file, argv[1], 1, NULL);
    return Py_FinalizeEx() < 0 || failed ? 1 : 0;
}
