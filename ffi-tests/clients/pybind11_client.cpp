// Classes, overloads, conversions, exceptions, buffers and embedding of calls through pybind11.
#include <pybind11/chrono.h>
#include <pybind11/complex.h>
#include <pybind11/eval.h>
#include <pybind11/functional.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl_bind.h>

#include <map>
#include <optional>
#include <variant>

namespace py = pybind11;

struct Animal {
    explicit Animal(std::string name) : name(std::move(name)) {}
    virtual ~Animal() = default;
    virtual std::string sound() const { return "..."; }
    std::string name;
};
struct Dog : Animal {
    using Animal::Animal;
    std::string sound() const override { return "woof"; }
};
struct AnimalTrampoline : Animal {
    using Animal::Animal;
    std::string sound() const override { PYBIND11_OVERRIDE(std::string, Animal, sound, ); }
};
struct Vec {
    double x, y;
    Vec operator+(const Vec &o) const { return {x + o.x, y + o.y}; }
    Vec operator*(double f) const { return {x * f, y * f}; }
    bool operator==(const Vec &o) const { return x == o.x && y == o.y; }
};
struct Matrix {
    Matrix(size_t rows, size_t cols) : rows(rows), cols(cols), data(rows * cols) {}
    size_t rows, cols;
    std::vector<float> data;
};
struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
};
enum class Colour { Red = 1, Green = 2 };

PYBIND11_MAKE_OPAQUE(std::map<std::string, double>)

PYBIND11_MODULE(pybind11_client, m) {
    m.doc() = "A client of pybind11";
    py::class_<Animal, AnimalTrampoline, std::shared_ptr<Animal>>(m, "Animal", py::dynamic_attr())
        .def(py::init<std::string>(), py::arg("name"))
        .def("sound", &Animal::sound)
        .def_readwrite("name", &Animal::name)
        .def("__repr__", [](const Animal &a) { return "<Animal " + a.name + ">"; });
    py::class_<Dog, Animal, std::shared_ptr<Dog>>(m, "Dog").def(py::init<std::string>());
    m.def("call_sound", [](const Animal &a) { return a.sound() + "!"; });
    m.def("make", []() -> std::shared_ptr<Animal> { return std::make_shared<Dog>("made"); });
    py::class_<Vec>(m, "Vec")
        .def(py::init<double, double>(), py::arg("x") = 0.0, py::arg("y") = 0.0)
        .def(py::self + py::self)
        .def(py::self * double())
        .def(py::self == py::self)
        .def_property("x", [](const Vec &v) { return v.x; }, [](Vec &v, double x) { v.x = x; })
        .def_property_readonly("y", [](const Vec &v) { return v.y; })
        .def_static("unit", []() { return Vec{1, 0}; })
        .def(py::pickle([](const Vec &v) { return py::make_tuple(v.x, v.y); },
                        [](const py::tuple &t) { return Vec{t[0].cast<double>(), t[1].cast<double>()}; }));
    py::class_<Matrix>(m, "Matrix", py::buffer_protocol())
        .def(py::init<size_t, size_t>())
        .def("__setitem__", [](Matrix &a, std::pair<size_t, size_t> at, float v) { a.data.at(at.first * a.cols + at.second) = v; })
        .def_buffer([](Matrix &a) {
            return py::buffer_info(a.data.data(), sizeof(float), py::format_descriptor<float>::format(), 2, {a.rows, a.cols},
                                   {sizeof(float) * a.cols, sizeof(float)});
        });
    py::enum_<Colour>(m, "Colour", py::arithmetic()).value("Red", Colour::Red).value("Green", Colour::Green).export_values();
    py::register_exception<Mine>(m, "Mine", PyExc_LookupError);
    m.def("fail", [](int kind) -> int {
        switch (kind) {
        case 0: throw Mine("mine");
        case 1: throw std::out_of_range("range");
        case 2: throw py::key_error("key");
        case 3: throw py::stop_iteration();
        case 4: py::module_::import("no_such_module"); return 0;
        case 5: throw std::bad_alloc();
        default: throw 5;
        }
    });
    m.def("overload", [](int) { return "int"; });
    m.def("overload", [](double) { return "double"; });
    m.def("overload", [](const std::string &) { return "str"; });
    m.def("overload", [](const std::vector<int> &) { return "list"; });
    m.def("overload", [](py::none) { return "none"; });
    m.def("stl", [](const std::map<std::string, std::vector<int>> &d, const std::set<int> &s, std::optional<int> o, std::variant<int, std::string> v) {
        return py::make_tuple(d, s, o, v, d.size());
    });
    m.def("text", [](const std::string &s, const std::u16string &u, char32_t c) { return py::make_tuple(s.size(), u, c); });
    m.def("callback", [](const std::function<int(int)> &f, int n) { return f(n) + 1; });
    m.def("returned", []() { return std::function<int(int)>([](int i) { return i * 2; }); });
    m.def("complex", [](std::complex<double> c) { return c * c; });
    m.def("keywords", [](py::args args, const py::kwargs &kwargs) { return py::make_tuple(args, kwargs); });
    m.def("only", [](int a, int b, int c) { return a * 100 + b * 10 + c; }, py::arg("a"), py::pos_only(), py::arg("b"), py::kw_only(), py::arg("c") = 7);
    m.def("objects", [](py::list l, py::dict d) -> py::object {
        l.append(py::str("{} {}").format(1, "two"));
        d["key"] = py::cast(3);
        d[py::int_(1)] = l[0];
        return py::eval("len(l) + len(d)", py::globals(), py::dict(py::arg("l") = l, py::arg("d") = d));
    });
    m.def("threads", [](const py::object &f) {
        py::gil_scoped_release release;
        {
            py::gil_scoped_acquire acquire;
            f();
        }
        return 1;
    });
    m.def("capsule", []() { return py::capsule(new int(5), "name", [](void *p) { delete static_cast<int *>(p); }); });
    m.def("iterate", [](py::iterable it) {
        int total = 0;
        for (auto item : it) total += item.cast<int>();
        return total;
    });
    m.def("buffer", [](py::buffer b) { auto info = b.request(); return py::make_tuple(info.size, info.itemsize, info.format, info.shape, info.readonly); });
    py::bind_map<std::map<std::string, double>>(m, "Map");
    m.attr("constant") = py::make_tuple(1, py::none(), py::bytes("b"));
}
