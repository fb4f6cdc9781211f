%module(directors="1") swig_client
%include <std_string.i>
%include <std_vector.i>
%include <std_map.i>
%include <std_shared_ptr.i>
%include <exception.i>

%{
#include <memory>
#include <stdexcept>

struct Shape {
    virtual ~Shape() {}
    virtual double area() const { return 0; }
    virtual std::string name() const { return "shape"; }
};

struct Square : Shape {
    explicit Square(double side) : side(side) {}
    double area() const override { return side * side; }
    double side;
};

enum Colour { RED = 1, GREEN = 2 };

static double total(const std::vector<double> &values) {
    double sum = 0;
    for (double value : values) {
        sum += value;
    }
    return sum;
}
static std::string describe(const Shape &shape) { return shape.name() + " " + std::to_string(int(shape.area())); }
static std::map<std::string, int> lengths(const std::vector<std::string> &words) {
    std::map<std::string, int> found;
    for (const std::string &word : words) {
        found[word] = int(word.size());
    }
    return found;
}
static int divide(int a, int b) {
    if (b == 0) {
        throw std::invalid_argument("division by nothing");
    }
    return a / b;
}
static int overloaded(int) { return 1; }
static int overloaded(const std::string &) { return 2; }
static int apply(int (*function)(int), int value) { return function(value); }
static int twice(int value) { return 2 * value; }
static std::shared_ptr<Square> shared(double side) { return std::make_shared<Square>(side); }
static long long wide(long long value) { return value; }
static int counter = 7;
%}

%feature("director") Shape;
%feature("autodoc", "1");
%shared_ptr(Shape)
%shared_ptr(Square)
%feature("director:except") {
    if ($error != nullptr) {
        throw Swig::DirectorMethodException();
    }
}
%exception {
    try {
        $action
    } catch (const std::invalid_argument &e) {
        SWIG_exception(SWIG_ValueError, e.what());
    } catch (const Swig::DirectorException &) {
        SWIG_fail;
    }
}
%template(Doubles) std::vector<double>;
%template(Strings) std::vector<std::string>;
%template(Lengths) std::map<std::string, int>;

struct Shape {
    virtual ~Shape();
    virtual double area() const;
    virtual std::string name() const;
};

struct Square : Shape {
    explicit Square(double side);
    double side;
};
%extend Square {
    std::string __repr__() { return "Square(" + std::to_string(int($self->side)) + ")"; }
    Square __add__(const Square &other) { return Square($self->side + other.side); }
}

enum Colour { RED = 1, GREEN = 2 };
double total(const std::vector<double> &values);
std::string describe(const Shape &shape);
std::map<std::string, int> lengths(const std::vector<std::string> &words);
int divide(int a, int b);
int overloaded(int);
int overloaded(const std::string &);
int apply(int (*function)(int), int value);
%constant int (*TWICE)(int) = twice;
std::shared_ptr<Square> shared(double side);
long long wide(long long value);
int counter;
