//! Pickles of arrays: the memory with the number of its machine format, so that other machines can read it.

use super::{Array, item, methods};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, float, list, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern};

/// A type code argument.
pub(super) fn type_code(function: &str, which: &str, given: &Object) -> Result<u32> {
    if !unicode::check(given) || unicode::len(given) != 1 {
        return Err(krait_object::args::bad_argument(function, which, "a unicode character", given));
    }
    Ok(unicode::char_at(given, 0))
}

/// A machine format: size of items, whether they are signed, byte order, kind.
struct Machine {
    size: usize,
    signed: bool,
    big: bool,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Float,
    Character,
}

fn machine(number: i32) -> Option<Machine> {
    let (size, signed, kind) = match number {
        0 | 1 => (1, number == 1, Kind::Integer),
        2 | 3 => (2, false, Kind::Integer),
        4 | 5 => (2, true, Kind::Integer),
        6 | 7 => (4, false, Kind::Integer),
        8 | 9 => (4, true, Kind::Integer),
        10 | 11 => (8, false, Kind::Integer),
        12 | 13 => (8, true, Kind::Integer),
        14 | 15 => (4, false, Kind::Float),
        16 | 17 => (8, false, Kind::Float),
        18 | 19 => (2, false, Kind::Character),
        20 | 21 => (4, false, Kind::Character),
        _ => return None,
    };
    Some(Machine { size, signed, big: number > 1 && number % 2 == 1, kind })
}

pub(super) fn reconstruct(_module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("_array_reconstructor", args.len(), 4, 4)?;
    let code = type_code("_array_reconstructor", "argument 2", args[1])?;
    let number = krait_object::args::int(args[2])?;
    let Some(class) = args[0].downcast::<Type>() else {
        return Err(err::type_error(format_args!(
            "first argument must be a type object, not {:.200}",
            args[0].class_of().name()
        )));
    };
    if !class.is_subtype(Array::class()) {
        return Err(err::type_error(format_args!("{:.200} is not a subtype of array.array", class.name())));
    }
    let Some(descriptor) = item::find(code) else {
        return Err(err::value_error("second argument must be a valid type code"));
    };
    let Some(machine) = machine(number) else {
        return Err(err::value_error("third argument must be a valid machine format code."));
    };
    let data = args[3];
    if !bytes::check(data) {
        return Err(err::type_error(format_args!(
            "fourth argument should be bytes, not {:.200}",
            data.class_of().name()
        )));
    }
    if number == descriptor.machine_format() {
        return make(class, args[1], data);
    }
    // The reference's table has twice the size of a unit for text.
    let unit = if machine.kind == Kind::Character { 2 * machine.size } else { machine.size };
    if bytes::as_slice(data).len() % unit != 0 {
        return Err(err::value_error("string length not a multiple of item size"));
    }
    let items = decode(&machine, bytes::as_slice(data))?;
    // An integer type of the same size is at hand, perhaps under another letter.
    let mut code = args[1].owned();
    if machine.kind == Kind::Integer
        && (descriptor.size() != machine.size || (descriptor.is_signed != 0) != machine.signed)
        && let Some(other) = b"bBhHiIlLqQ"
            .iter()
            .filter_map(|&c| item::find(u32::from(c)))
            .find(|other| other.size() == machine.size && (other.is_signed != 0) == machine.signed)
    {
        code = unicode::from_char(u32::from(other.code()))?;
    }
    make(class, &code, &items)
}

/// Calls `array.__new__`, which leaves `__init__` of subclasses out.
fn make(class: &Type, code: &Object, items: &Object) -> Result<Obj> {
    let args = tuple::pack([code.owned(), items.owned()])?;
    super::new(class, &args, None)
}

fn decode(machine: &Machine, data: &[u8]) -> Result<Obj> {
    let units = data.chunks_exact(machine.size);
    let unsigned = |unit: &[u8]| {
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if machine.big { unit.iter().fold(0, fold) } else { unit.iter().rev().fold(0, fold) }
    };
    if machine.kind == Kind::Character {
        let name = match (machine.size, machine.big) {
            (2, false) => "utf-16-le",
            (2, true) => "utf-16-be",
            (_, false) => "utf-32-le",
            _ => "utf-32-be",
        };
        return unicode::decode(data, Some(name), None);
    }
    let items: Result<Vec<Obj>> = units
        .map(|unit| match (machine.kind, machine.size) {
            (Kind::Float, 4) => float::from_f64(f32::from_bits(unsigned(unit) as u32).into()),
            (Kind::Float, _) => float::from_f64(f64::from_bits(unsigned(unit))),
            _ => long::from_bytes(unit, !machine.big, machine.signed),
        })
        .collect();
    Ok(list::from_vec(items?)?.upcast())
}

/// `__reduce_ex__`
pub(super) fn reduce(this: &Array, protocol: &Object) -> Result<Obj> {
    if !long::check(protocol) {
        return Err(err::type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol = long::as_i64(protocol)?;
    let attributes = match object::lookup_attr(this.object(), intern!("__dict__"))? {
        Some(attributes) => attributes,
        None => none::none().owned(),
    };
    let class = this.object().class_of().object().owned();
    let code = unicode::from_char(u32::from(this.descriptor().code()))?;
    if protocol < 3 {
        let items = methods::tolist(this)?;
        return tuple::pack([class, tuple::pack([code, items])?, attributes]);
    }
    let reconstructor = crate::attribute::of_module("array", "_array_reconstructor")?;
    let number = long::from_i64(i64::from(this.descriptor().machine_format()))?;
    let data = call::call_method(this.object(), intern!("tobytes"), &[])?;
    tuple::pack([reconstructor, tuple::pack([class, code, number, data])?, attributes])
}
