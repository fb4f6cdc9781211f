/* datetime.h: the C API of the datetime module. */
#include "harness.h"

#include <datetime.h>

SECTION(datetimes)
{
    PyDateTime_IMPORT;
    say("%d", PyDateTimeAPI != NULL);
    PyObject *date = PyDate_FromDate(2024, 2, 29), *time = PyTime_FromTime(23, 59, 58, 999999), *delta = PyDelta_FromDSU(-1, 86399, 1000001);
    PyObject *moment = PyDateTime_FromDateAndTime(2024, 2, 29, 1, 2, 3, 4), *folded = PyDateTime_FromDateAndTimeAndFold(2024, 2, 29, 1, 2, 3, 4, 1);
    PyObject *folded_time = PyTime_FromTimeAndFold(1, 2, 3, 4, 1), *zone = PyTimeZone_FromOffset(delta), *hour = PyDelta_FromDSU(0, 3600, 0);
    PyObject *named_zone = PyTimeZone_FromOffsetAndName(hour, PyUnicode_FromString("ZONE"));
    PyObject *all[] = {date, time, delta, moment, folded, folded_time, zone, hour, named_zone, PyDateTime_TimeZone_UTC, Py_None};
    for (int i = 0; i < LENGTH(all); i++) {
        show_borrowed(all[i], "object %d", i);
        if (all[i] == NULL) {
            continue;
        }
        say("%d%d%d%d%d%d%d%d%d%d", PyDate_Check(all[i]), PyDate_CheckExact(all[i]), PyDateTime_Check(all[i]), PyDateTime_CheckExact(all[i]), PyTime_Check(all[i]),
            PyTime_CheckExact(all[i]), PyDelta_Check(all[i]), PyDelta_CheckExact(all[i]), PyTZInfo_Check(all[i]), PyTZInfo_CheckExact(all[i]));
    }
    say("%d %d %d", PyDateTime_GET_YEAR(date), PyDateTime_GET_MONTH(date), PyDateTime_GET_DAY(date));
    say("%d %d %d %d %d", PyDateTime_DATE_GET_HOUR(moment), PyDateTime_DATE_GET_MINUTE(moment), PyDateTime_DATE_GET_SECOND(moment), PyDateTime_DATE_GET_MICROSECOND(moment),
        PyDateTime_DATE_GET_FOLD(folded));
    say("%d %d %d %d %d", PyDateTime_TIME_GET_HOUR(time), PyDateTime_TIME_GET_MINUTE(time), PyDateTime_TIME_GET_SECOND(time), PyDateTime_TIME_GET_MICROSECOND(time),
        PyDateTime_TIME_GET_FOLD(folded_time));
    say("%d %d %d", PyDateTime_DELTA_GET_DAYS(delta), PyDateTime_DELTA_GET_SECONDS(delta), PyDateTime_DELTA_GET_MICROSECONDS(delta));
    show(PyDate_FromDate(2023, 2, 29), "no such date");
    show(PyDate_FromDate(0, 1, 1), "year 0");
    show(PyTime_FromTime(24, 0, 0, 0), "hour 24");
    show(PyDateTime_FromDateAndTime(2024, 13, 1, 0, 0, 0, 0), "month 13");
    show(PyDateTime_FromDateAndTimeAndFold(2024, 1, 1, 0, 0, 0, 0, 2), "fold 2");
    show(PyDelta_FromDSU(1000000000, 0, 0), "too many days");
    show(PyTimeZone_FromOffset(Py_None == NULL ? NULL : hour), "zone");
    PyObject *day = PyDelta_FromDSU(1, 0, 0), *zero = PyDelta_FromDSU(0, 0, 0);
    show(PyTimeZone_FromOffset(day), "zone of a day");
    PyObject *utc = PyTimeZone_FromOffset(zero);
    say("%d", utc == PyDateTime_TimeZone_UTC);
    Py_XDECREF(utc);
    PyObject *stamp = Py_BuildValue("(d)", 1700000000.25), *stamp_zone = Py_BuildValue("(iO)", 0, PyDateTime_TimeZone_UTC), *day_stamp = Py_BuildValue("(i)", 86400);
    show(PyDateTime_FromTimestamp(stamp), "FromTimestamp");
    show(PyDateTime_FromTimestamp(stamp_zone), "FromTimestamp");
    show(PyDate_FromTimestamp(day_stamp), "FromTimestamp");
    show(PyDateTimeAPI->DateTime_FromDateAndTime(2024, 1, 2, 3, 4, 5, 6, PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType), "with a zone");
    show(PyDateTimeAPI->Delta_FromDelta(0, 90000, -1, 0, PyDateTimeAPI->DeltaType), "not normalised");
    show(PyDateTimeAPI->Delta_FromDelta(0, 90000, -1, 1, PyDateTimeAPI->DeltaType), "normalised");
    PyObject *with_zone = PyDateTimeAPI->DateTime_FromDateAndTime(2024, 1, 2, 3, 4, 5, 6, named_zone, PyDateTimeAPI->DateTimeType);
    say("%d %d", ((PyDateTime_DateTime *)with_zone)->hastzinfo, ((PyDateTime_DateTime *)moment)->hastzinfo);
    show_borrowed(((PyDateTime_DateTime *)with_zone)->tzinfo, "tzinfo");
    Py_DECREF(with_zone);
    PyType_Slot slots[] = {{0, NULL}};
    PyTypeObject *types[] = {PyDateTimeAPI->DateType, PyDateTimeAPI->DateTimeType, PyDateTimeAPI->TimeType, PyDateTimeAPI->DeltaType, PyDateTimeAPI->TZInfoType};
    for (int i = 0; i < LENGTH(types); i++) {
        say("%s %zd %lx", types[i]->tp_name, types[i]->tp_basicsize, types[i]->tp_flags & ~Py_TPFLAGS_VALID_VERSION_TAG);
        PyType_Spec spec = {"ffi.SubDate", 0, 0, Py_TPFLAGS_DEFAULT, slots};
        PyObject *bases = PyTuple_Pack(1, types[i]), *type = PyType_FromSpecWithBases(&spec, bases);
        PyObject *arguments = value(i < 2 ? "(2024, 1, 2)" : i == 4 ? "()" : "(1, 2, 3)"), *instance = type == NULL ? NULL : PyObject_Call(type, arguments, NULL);
        show(instance, "subclass");
        Py_DECREF(arguments);
        Py_XDECREF(type);
        Py_DECREF(bases);
    }
}
