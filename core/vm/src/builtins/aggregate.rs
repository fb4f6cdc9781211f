//! `all`, `any`, `max`, `min`, `sorted`, `sum`.

use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, iter, number, object};
use krait_object::slot::CompareOp;
use krait_object::types::list::{self, List};
use krait_object::types::{bool as py_bool, bytearray, bytes, float, long, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern};

pub fn all(_module: &Object, iterable: &Object) -> Result<bool> {
    let iterator = iter::get_iter(iterable)?;
    while let Some(item) = iter::next(&iterator)? {
        if !object::is_true(&item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn any(_module: &Object, iterable: &Object) -> Result<bool> {
    let iterator = iter::get_iter(iterable)?;
    while let Some(item) = iter::next(&iterator)? {
        if object::is_true(&item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn max(_module: &Object, args: Args<'_>) -> Result<Obj> {
    extreme("max", CompareOp::Gt, args)
}

pub fn min(_module: &Object, args: Args<'_>) -> Result<Obj> {
    extreme("min", CompareOp::Lt, args)
}

/// The keyword arguments `key` and `default`.
fn options<'a>(name: &str, args: &Args<'a>) -> Result<(Option<&'a Object>, Option<&'a Object>)> {
    if args.names.len() > 2 {
        return Err(err::type_error(format_args!(
            "{name}() takes at most 2 keyword arguments ({} given)",
            args.names.len()
        )));
    }
    let (mut key, mut default) = (None, None);
    if args.names.len() > 2 {
        return Err(err::type_error(format_args!(
            "{name}() takes at most 2 keyword arguments ({} given)",
            args.names.len()
        )));
    }
    for (keyword, value) in args.names.iter().zip(args.values) {
        if unicode::eq_str(keyword, "key") {
            key = Some(*value);
        } else if unicode::eq_str(keyword, "default") {
            default = Some(*value);
        } else {
            return Err(krait_object::args::unknown_keyword(keyword, &format!("{name}()")));
        }
    }
    Ok((key.filter(|key| !key.is_none()), default))
}

fn extreme(name: &str, op: CompareOp, args: Args<'_>) -> Result<Obj> {
    if args.positional.is_empty() {
        return Err(err::type_error(format_args!("{name} expected at least 1 argument, got 0")));
    }
    let (key, default) = options(name, &args)?;
    let several = args.positional.len() > 1;
    if several && default.is_some() {
        return Err(err::type_error(format_args!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let mut best: Option<(Obj, Obj)> = None;
    let mut consider = |item: Obj| -> Result<()> {
        let value = match key {
            Some(key) => call::call1(key, &item)?,
            None => item.clone(),
        };
        let better = match &best {
            Some((_, held)) => object::is_true(&*object::rich_compare(&value, held, op)?)?,
            None => true,
        };
        if better {
            best = Some((item, value));
        }
        Ok(())
    };
    if several {
        for item in args.positional {
            consider((*item).owned())?;
        }
    } else {
        let iterator = iter::get_iter(args.positional[0])?;
        while let Some(item) = iter::next(&iterator)? {
            consider(item)?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.owned()),
        (None, None) => Err(err::value_error(format_args!("{name}() arg is an empty sequence"))),
    }
}

pub fn sorted(_module: &Object, args: Args<'_>) -> Result<Obj> {
    krait_object::args::check_positional("sorted", args.positional.len(), 1, 1)?;
    let list: Obj<List> = list::new()?;
    list.extend(args.positional[0])?;
    if args.names.is_empty() {
        list.sort()?;
        return Ok(list.upcast());
    }
    let sort = object::get_attr(&list, intern!("sort"))?;
    let names = krait_object::types::tuple::from_slice(args.names)?;
    call::call_names(&sort, args.values, 0, Some(&names))?;
    Ok(list.upcast())
}

pub fn sum(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("sum", ["", "start"]).positional_only(1).required(1);
    let [iterable, start] = SIGNATURE.bind(args)?;
    let Some(iterable) = iterable else { return Err(err::bad_internal_call()) };
    let iterator = iter::get_iter(iterable)?;
    let start = match start {
        None => long::from_i64(0)?,
        Some(start) => {
            let refused = if unicode::check(start) {
                Some("sum() can't sum strings [use ''.join(seq) instead]")
            } else if bytes::check(start) {
                Some("sum() can't sum bytes [use b''.join(seq) instead]")
            } else if bytearray::check(start) {
                Some("sum() can't sum bytearray [use b''.join(seq) instead]")
            } else {
                None
            };
            if let Some(message) = refused {
                return Err(err::type_error(message));
            }
            start.owned()
        }
    };
    sum_items(&iterator, start)
}

/// Small ints and floats are added in machine numbers while they last.
fn sum_items(iterator: &Object, start: Obj) -> Result<Obj> {
    let mut total = start;
    let mut held = None;
    if long::check_exact(&total)
        && let Ok(Ok(mut sum)) = long::as_i64_and_overflow(&total)
    {
        loop {
            let Some(item) = iter::next(iterator)? else { return long::from_i64(sum) };
            if let Some(value) = long::word_value(&item)
                && let Some(next) = sum.checked_add(value)
            {
                sum = next;
                continue;
            }
            if (long::check_exact(&item) || py_bool::check(&item))
                && let Ok(value) = long::as_i64_and_overflow(&item)?
                && let Some(next) = sum.checked_add(value)
            {
                sum = next;
                continue;
            }
            total = long::from_i64(sum)?;
            held = Some(item);
            break;
        }
    }
    if let Some(item) = held {
        total = number::add(&total, &item)?;
    }
    if float::Float::is_exact(&total) {
        let mut sum = float::as_f64(&total)?;
        loop {
            let Some(item) = iter::next(iterator)? else { return float::from_f64(sum) };
            if float::Float::is_exact(&item) {
                sum += float::as_f64(&item)?;
            } else if long::check_exact(&item)
                && let Ok(value) = long::as_i64_and_overflow(&item)?
            {
                sum += value as f64;
            } else {
                total = number::add(&*float::from_f64(sum)?, &item)?;
                break;
            }
        }
    }
    while let Some(item) = iter::next(iterator)? {
        total = number::add(&total, &item)?;
    }
    Ok(total)
}
