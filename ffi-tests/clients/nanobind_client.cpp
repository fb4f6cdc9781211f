// The same of nanobind: its types are made by PyType_FromSpec with metaclasses of its own and called by vectorcall.
#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

namespace nb = nanobind;
using namespace nb::literals;

struct Counter {
    explicit Counter(int n) : n(n) {}
    virtual ~Counter() = default;
    virtual int next() { return ++n; }
    int n;
    nb::object held;
};
struct CounterTrampoline : Counter {
    NB_TRAMPOLINE(Counter, 1);
    int next() override { NB_OVERRIDE(next); }
};
enum class Size { Small = 1, Large = 10 };

static int traverse(PyObject *self, visitproc visit, void *arg) {
    if (nb::inst_ready(self)) Py_VISIT(nb::inst_ptr<Counter>(self)->held.ptr());
    return 0;
}
static int clear(PyObject *self) {
    nb::inst_ptr<Counter>(self)->held.reset();
    return 0;
}
static PyType_Slot slots[] = {{Py_tp_traverse, (void *) traverse}, {Py_tp_clear, (void *) clear}, {0, nullptr}};

NB_MODULE(nanobind_client, m) {
    m.doc() = "A client of nanobind";
    nb::class_<Counter, CounterTrampoline>(m, "Counter", nb::type_slots(slots), nb::dynamic_attr(), nb::is_weak_referenceable())
        .def(nb::init<int>(), "n"_a = 0)
        .def("next", &Counter::next)
        .def_rw("n", &Counter::n)
        .def_rw("held", &Counter::held, nb::arg().none())
        .def("__add__", [](const Counter &a, int b) { return a.n + b; }, nb::is_operator())
        .def("__repr__", [](const Counter &a) { return "Counter(" + std::to_string(a.n) + ")"; })
        .def_prop_ro("double", [](const Counter &a) { return a.n * 2; })
        .def_static("make", [](int n) { return new Counter(n); }, nb::rv_policy::take_ownership);
    nb::enum_<Size>(m, "Size").value("Small", Size::Small).value("Large", Size::Large);
    nb::exception<std::domain_error>(m, "Domain");
    m.def("call", [](Counter &c) { return c.next() + 1000; });
    m.def("fail", [](int kind) {
        if (kind == 0) throw std::domain_error("domain");
        if (kind == 1) throw std::out_of_range("range");
        throw nb::value_error("value");
    });
    m.def("overload", [](int) { return "int"; });
    m.def("overload", [](double) { return "float"; });
    m.def("overload", [](const std::string &) { return "str"; });
    m.def("stl", [](const std::map<std::string, std::vector<int>> &d, std::optional<int> o) { return std::make_pair(d.size(), o.value_or(-1)); },
          "d"_a, "o"_a.none());
    m.def("callback", [](std::function<int(int)> f) { return f(20) + 1; });
    m.def("keywords", [](nb::args a, nb::kwargs k) { return nb::make_tuple(a, k); });
    m.def("sum", [](nb::list l) { int total = 0; for (nb::handle h : l) total += nb::cast<int>(h); return total; });
    m.def("text", [](nb::str s) { return nb::str("<{}>").format(s); });
}
