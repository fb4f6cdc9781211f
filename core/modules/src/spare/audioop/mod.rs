//! `audioop`: operations on sound in bytes of samples.

mod adpcm;
mod g711;
mod measure;
mod rate;
mod sample;

use crate::attribute;
use crate::support::parse_int;
use krait_object::args::{check_positional, int, ssize};
use krait_object::protocol::buffer::Buffer;
use krait_object::slot::ToObject;
use krait_object::types::{bytes, float, tuple};
use krait_object::{Obj, Object, Raised, Result, err, method};
use sample::Width;

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"max", max, c"max($module, fragment, width, /)\n--\n\nThe largest magnitude among the samples."),
        method::fastcall(c"minmax", minmax, c"minmax($module, fragment, width, /)\n--\n\nThe least and the largest sample."),
        method::fastcall(c"avg", avg, c"avg($module, fragment, width, /)\n--\n\nThe mean of the samples."),
        method::fastcall(c"maxpp", maxpp, c"maxpp($module, fragment, width, /)\n--\n\nThe largest swing from one turn of the signal to the next."),
        method::fastcall(c"avgpp", avgpp, c"avgpp($module, fragment, width, /)\n--\n\nThe mean swing from one turn of the signal to the next."),
        method::fastcall(c"rms", rms, c"rms($module, fragment, width, /)\n--\n\nThe root of the mean square of the samples, which measures their power."),
        method::fastcall(c"findfit", findfit, c"findfit($module, fragment, reference, /)\n--\n\nWhere reference fits best into fragment, and the factor with which it does."),
        method::fastcall(c"findmax", findmax, c"findmax($module, fragment, length, /)\n--\n\nWhere the loudest part of that many samples begins."),
        method::fastcall(c"findfactor", findfactor, c"findfactor($module, fragment, reference, /)\n--\n\nBy what reference has to be multiplied to come nearest to fragment."),
        method::fastcall(c"cross", cross, c"cross($module, fragment, width, /)\n--\n\nHow often the signal crosses zero."),
        method::fastcall(c"mul", mul, c"mul($module, fragment, width, factor, /)\n--\n\nThe samples multiplied by factor; what is too loud is clipped."),
        method::fastcall(c"add", add, c"add($module, fragment1, fragment2, width, /)\n--\n\nThe sums of samples; what is too loud is clipped."),
        method::fastcall(c"bias", bias, c"bias($module, fragment, width, bias, /)\n--\n\nThe samples moved by bias, wrapping round."),
        method::fastcall(c"ulaw2lin", ulaw2lin, c"ulaw2lin($module, fragment, width, /)\n--\n\nThe samples that u-law bytes stand for."),
        method::fastcall(c"lin2ulaw", lin2ulaw, c"lin2ulaw($module, fragment, width, /)\n--\n\nThe samples as u-law bytes."),
        method::fastcall(c"alaw2lin", alaw2lin, c"alaw2lin($module, fragment, width, /)\n--\n\nThe samples that A-law bytes stand for."),
        method::fastcall(c"lin2alaw", lin2alaw, c"lin2alaw($module, fragment, width, /)\n--\n\nThe samples as A-law bytes."),
        method::fastcall(c"lin2lin", lin2lin, c"lin2lin($module, fragment, width, newwidth, /)\n--\n\nThe samples in another width."),
        method::fastcall(c"adpcm2lin", adpcm2lin, c"adpcm2lin($module, fragment, width, state, /)\n--\n\nThe samples that an Intel/DVI ADPCM code stands for, and the new state."),
        method::fastcall(c"lin2adpcm", lin2adpcm, c"lin2adpcm($module, fragment, width, state, /)\n--\n\nThe samples in Intel/DVI ADPCM code, and the new state."),
        method::fastcall(c"tomono", tomono, c"tomono($module, fragment, width, lfactor, rfactor, /)\n--\n\nOne channel made of two, each multiplied by its factor."),
        method::fastcall(c"tostereo", tostereo, c"tostereo($module, fragment, width, lfactor, rfactor, /)\n--\n\nTwo channels made of one, multiplied by their factors."),
        method::fastcall(c"getsample", getsample, c"getsample($module, fragment, width, index, /)\n--\n\nThe sample with that index."),
        method::fastcall(c"reverse", reverse, c"reverse($module, fragment, width, /)\n--\n\nThe samples from the last to the first."),
        method::fastcall(c"byteswap", byteswap, c"byteswap($module, fragment, width, /)\n--\n\nThe samples in the other byte order."),
        method::fastcall(c"ratecv", ratecv, c"ratecv($module, fragment, width, nchannels, inrate, outrate, state,\n       weightA=1, weightB=0, /)\n--\n\nThe samples at another sampling rate, and the state with which to go on."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { krait_object::types::module::add_functions(this, (&raw mut METHODS).cast())? };
    attribute::add_exception(this, "audioop.error", None)
}

#[cold]
fn error(message: &str) -> Raised {
    attribute::raise("audioop", "error", message)
}

// ---- arguments ----

fn width(given: i32) -> Result<Width> {
    Width::new(given).ok_or_else(|| error("Size should be 1, 2, 3 or 4"))
}

fn whole_frames(data: &[u8], frame: usize) -> Result<()> {
    if data.len().is_multiple_of(frame) { Ok(()) } else { Err(error("not a whole number of frames")) }
}

/// A fragment and its width, which come first in most functions; `more` reads what follows before they are looked at.
fn fragment_and<T>(
    function: &str,
    args: &[&Object],
    count: usize,
    more: impl FnOnce(&[&Object]) -> Result<T>,
) -> Result<(Buffer, Width, T)> {
    check_positional(function, args.len(), count, count)?;
    let data = Buffer::simple(args[0])?;
    let given = int(args[1])?;
    let more = more(&args[2..])?;
    let width = width(given)?;
    whole_frames(data.as_slice(), width.bytes())?;
    Ok((data, width, more))
}

fn fragment(function: &str, args: &[&Object]) -> Result<(Buffer, Width)> {
    let (data, width, ()) = fragment_and(function, args, 2, |_| Ok(()))?;
    Ok((data, width))
}

/// Samples of two bytes.
fn row(data: &Buffer) -> Result<Vec<i16>> {
    let data = data.as_slice();
    if !data.len().is_multiple_of(2) {
        return Err(error("Strings should be even-sized"));
    }
    Ok(data.chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect())
}

fn two_rows(function: &str, args: &[&Object]) -> Result<(Vec<i16>, Vec<i16>)> {
    check_positional(function, args.len(), 2, 2)?;
    let (a, b) = (Buffer::simple(args[0])?, Buffer::simple(args[1])?);
    Ok((row(&a)?, row(&b)?))
}

// ---- measuring ----

fn max(_module: &Object, args: &[&Object]) -> Result<u32> {
    let (data, width) = fragment("max", args)?;
    Ok(measure::largest(width.samples(data.as_slice())))
}

fn minmax(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width) = fragment("minmax", args)?;
    let (min, max) = measure::extremes(width.samples(data.as_slice()));
    tuple::pack([min.to_object()?, max.to_object()?])
}

fn avg(_module: &Object, args: &[&Object]) -> Result<i32> {
    let (data, width) = fragment("avg", args)?;
    Ok(measure::average(width.samples(data.as_slice())))
}

fn maxpp(_module: &Object, args: &[&Object]) -> Result<u32> {
    let (data, width) = fragment("maxpp", args)?;
    Ok(measure::largest_swing(width.samples(data.as_slice())))
}

fn avgpp(_module: &Object, args: &[&Object]) -> Result<u32> {
    let (data, width) = fragment("avgpp", args)?;
    Ok(measure::average_swing(width.samples(data.as_slice())))
}

fn rms(_module: &Object, args: &[&Object]) -> Result<u32> {
    let (data, width) = fragment("rms", args)?;
    Ok(measure::power(width.samples(data.as_slice())))
}

fn cross(_module: &Object, args: &[&Object]) -> Result<isize> {
    let (data, width) = fragment("cross", args)?;
    Ok(measure::crossings(width.samples(data.as_slice())))
}

fn findfit(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (row, reference) = two_rows("findfit", args)?;
    if row.len() < reference.len() {
        return Err(error("First sample should be longer"));
    }
    let (place, factor) = measure::best_fit(&row, &reference);
    tuple::pack([place.to_object()?, factor.to_object()?])
}

fn findfactor(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (row, reference) = two_rows("findfactor", args)?;
    if row.len() != reference.len() {
        return Err(error("Samples should be same size"));
    }
    Ok(measure::factor(&row, &reference))
}

fn findmax(_module: &Object, args: &[&Object]) -> Result<usize> {
    check_positional("findmax", args.len(), 2, 2)?;
    let data = Buffer::simple(args[0])?;
    let length = ssize(args[1])?;
    let row = row(&data)?;
    match usize::try_from(length) {
        Ok(length) if length <= row.len() => Ok(measure::loudest(&row, length)),
        _ => Err(error("Input sample should be longer")),
    }
}

fn getsample(_module: &Object, args: &[&Object]) -> Result<i32> {
    let (data, width, index) = fragment_and("getsample", args, 3, |rest| ssize(rest[0]))?;
    let index = usize::try_from(index).ok();
    let found = index.and_then(|index| data.as_slice().chunks_exact(width.bytes()).nth(index));
    found.map(|bytes| width.read(bytes)).ok_or_else(|| error("Index out of range"))
}

// ---- changing samples ----

fn mul(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width, factor) = fragment_and("mul", args, 3, |rest| float::as_double(rest[0]))?;
    bytes::from_slice(&width.map(data.as_slice(), |sample| width.clip(f64::from(sample) * factor)))
}

fn bias(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width, bias) = fragment_and("bias", args, 3, |rest| int(rest[0]))?;
    bytes::from_slice(&width.map(data.as_slice(), |sample| sample.wrapping_add(bias)))
}

fn reverse(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width) = fragment("reverse", args)?;
    let mut out = Vec::with_capacity(data.as_slice().len());
    data.as_slice().chunks_exact(width.bytes()).rev().for_each(|sample| out.extend_from_slice(sample));
    bytes::from_slice(&out)
}

fn byteswap(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width) = fragment("byteswap", args)?;
    let mut out = data.as_slice().to_vec();
    out.chunks_exact_mut(width.bytes()).for_each(<[u8]>::reverse);
    bytes::from_slice(&out)
}

fn add(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("add", args.len(), 3, 3)?;
    let (a, b) = (Buffer::simple(args[0])?, Buffer::simple(args[1])?);
    let width = width(int(args[2])?)?;
    let (a, b) = (a.as_slice(), b.as_slice());
    whole_frames(a, width.bytes())?;
    if a.len() != b.len() {
        return Err(error("Lengths should be the same"));
    }
    let mut out = Vec::with_capacity(a.len());
    for (a, b) in width.samples(a).zip(width.samples(b)) {
        width.write(&mut out, a.saturating_add(b).clamp(width.min(), width.max()));
    }
    bytes::from_slice(&out)
}

fn lin2lin(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("lin2lin", args.len(), 3, 3)?;
    let data = Buffer::simple(args[0])?;
    let (old, new) = (int(args[1])?, int(args[2])?);
    let old = width(old)?;
    whole_frames(data.as_slice(), old.bytes())?;
    let new = width(new)?;
    let mut out = Vec::with_capacity(data.as_slice().len() / old.bytes() * new.bytes());
    old.wide_samples(data.as_slice()).for_each(|sample| new.write_wide(&mut out, sample));
    bytes::from_slice(&out)
}

// ---- channels ----

fn factors(rest: &[&Object]) -> Result<(f64, f64)> {
    Ok((float::as_double(rest[0])?, float::as_double(rest[1])?))
}

fn tomono(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width, (left, right)) = fragment_and("tomono", args, 4, factors)?;
    let data = data.as_slice();
    whole_frames(data, 2 * width.bytes())?;
    let mut out = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2 * width.bytes()) {
        let (a, b) = pair.split_at(width.bytes());
        let sum = f64::from(width.read(a)) * left + f64::from(width.read(b)) * right;
        width.write(&mut out, width.clip(sum));
    }
    bytes::from_slice(&out)
}

fn tostereo(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width, (left, right)) = fragment_and("tostereo", args, 4, factors)?;
    let data = data.as_slice();
    let mut out = Vec::with_capacity(data.len().checked_mul(2).ok_or_else(err::no_memory)?);
    for sample in width.samples(data).map(f64::from) {
        width.write(&mut out, width.clip(sample * left));
        width.write(&mut out, width.clip(sample * right));
    }
    bytes::from_slice(&out)
}

// ---- codes of one byte ----

/// Samples in the given width for bytes of a code.
fn decode(function: &str, args: &[&Object], sample: fn(u8) -> i32) -> Result<Obj> {
    check_positional(function, args.len(), 2, 2)?;
    let data = Buffer::simple(args[0])?;
    let width = width(int(args[1])?)?;
    let data = data.as_slice();
    let mut out = Vec::with_capacity(data.len() * width.bytes());
    data.iter().for_each(|byte| width.write_wide(&mut out, sample(*byte)));
    bytes::from_slice(&out)
}

fn encode(function: &str, args: &[&Object], code: fn(i32) -> u8) -> Result<Obj> {
    let (data, width) = fragment(function, args)?;
    bytes::from_slice(&width.wide_samples(data.as_slice()).map(code).collect::<Vec<_>>())
}

fn ulaw2lin(_module: &Object, args: &[&Object]) -> Result<Obj> {
    decode("ulaw2lin", args, g711::from_ulaw)
}

fn lin2ulaw(_module: &Object, args: &[&Object]) -> Result<Obj> {
    encode("lin2ulaw", args, g711::to_ulaw)
}

fn alaw2lin(_module: &Object, args: &[&Object]) -> Result<Obj> {
    decode("alaw2lin", args, g711::from_alaw)
}

fn lin2alaw(_module: &Object, args: &[&Object]) -> Result<Obj> {
    encode("lin2alaw", args, g711::to_alaw)
}

// ---- ADPCM ----

#[cold]
fn illegal_state(function: &str) -> Raised {
    err::type_error(format_args!("{function}(): illegal state argument"))
}

fn two_numbers(function: &str, given: &Object) -> Result<(i32, i32)> {
    let [a, b] = two_items(function, given)?;
    Ok((parse_int(a)?, parse_int(b)?))
}

/// The items of a tuple of two.
fn two_items<'a>(function: &str, given: &'a Object) -> Result<[&'a Object; 2]> {
    match tuple::check(given).then(|| tuple::items(given)) {
        Some([a, b]) => Ok([*a, *b]),
        _ => Err(illegal_state(function)),
    }
}

#[cold]
fn no_state() -> Raised {
    err::type_error("state must be a tuple or None")
}

fn adpcm_state(function: &str, given: &Object) -> Result<adpcm::State> {
    if given.is_none() {
        return Ok(adpcm::State::default());
    }
    if !tuple::check(given) {
        return Err(no_state());
    }
    let (last, place) = two_numbers(function, given)?;
    adpcm::State::new(last, place).ok_or_else(|| err::value_error("bad state"))
}

fn adpcm_result(out: &[u8], state: adpcm::State) -> Result<Obj> {
    let (last, place) = state.parts();
    let state = tuple::pack([last.to_object()?, place.to_object()?])?;
    tuple::pack([bytes::from_slice(out)?, state])
}

fn lin2adpcm(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (data, width, ()) = fragment_and("lin2adpcm", args, 3, |_| Ok(()))?;
    let mut state = adpcm_state("lin2adpcm", args[2])?;
    let codes: Vec<u8> =
        width.wide_samples(data.as_slice()).map(|sample| state.encode(sample >> 16)).collect();
    // A code that is left over is dropped, though the state has it.
    let out: Vec<u8> = codes.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    adpcm_result(&out, state)
}

fn adpcm2lin(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("adpcm2lin", args.len(), 3, 3)?;
    let data = Buffer::simple(args[0])?;
    let width = width(int(args[1])?)?;
    let mut state = adpcm_state("adpcm2lin", args[2])?;
    let mut out = Vec::with_capacity(2 * width.bytes() * data.as_slice().len());
    for code in data.as_slice().iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        width.write_wide(&mut out, state.decode(code) << 16);
    }
    adpcm_result(&out, state)
}

// ---- sampling rates ----

fn greatest_common_divisor(mut a: i32, mut b: i32) -> i32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn rate_state(given: &Object, channels: usize, to: i32) -> Result<rate::State> {
    if given.is_none() {
        return Ok(rate::State { distance: -to, channels: vec![(0, 0); channels] });
    }
    if !tuple::check(given) {
        return Err(no_state());
    }
    let [distance, samples] = two_items("ratecv", given)?;
    let distance = parse_int(distance)?;
    if !tuple::check(samples) {
        return Err(illegal_state("ratecv"));
    }
    let samples = tuple::items(samples);
    if samples.len() != channels {
        return Err(error("illegal state argument"));
    }
    let channels = samples.iter().map(|pair| two_numbers("ratecv", pair)).collect::<Result<_>>()?;
    Ok(rate::State { distance, channels })
}

fn ratecv(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("ratecv", args.len(), 6, 8)?;
    let data = Buffer::simple(args[0])?;
    let [given, channels, from, to] = [int(args[1])?, int(args[2])?, int(args[3])?, int(args[4])?];
    let weights = (args.get(6).map_or(Ok(1), |w| int(w))?, args.get(7).map_or(Ok(0), |w| int(w))?);
    let width = width(given)?;
    if channels < 1 {
        return Err(error("# of channels should be >= 1"));
    }
    if channels > i32::MAX / given {
        return Err(err::overflow_error("width * nchannels too big for a C int"));
    }
    if weights.0 < 1 || weights.1 < 0 {
        return Err(error("weightA should be >= 1, weightB should be >= 0"));
    }
    let frame = width.bytes() * channels as usize;
    whole_frames(data.as_slice(), frame)?;
    if from <= 0 || to <= 0 {
        return Err(error("sampling rate not > 0"));
    }
    let divisor = greatest_common_divisor(from, to);
    let (from, to) = (from / divisor, to / divisor);
    let mut state = rate_state(args[5], channels as usize, to)?;
    // Room for as many whole rounds of the ratio as the frames begin.
    let rounds = (data.as_slice().len() / frame).div_ceil(from as usize);
    let mut out = Vec::new();
    rounds
        .checked_mul(to as usize)
        .and_then(|frames| frames.checked_mul(frame))
        .filter(|room| *room <= isize::MAX as usize && out.try_reserve_exact(*room).is_ok())
        .ok_or_else(|| err::memory_error("not enough memory for output buffer"))?;
    rate::Conversion { width, from, to, weights }.run(data.as_slice(), &mut state, &mut out);
    let channels =
        state.channels.iter().map(|(last, now)| tuple::pack([last.to_object()?, now.to_object()?]));
    let channels = tuple::from_vec(channels.collect::<Result<Vec<_>>>()?)?;
    let state = tuple::pack([state.distance.to_object()?, channels])?;
    tuple::pack([bytes::from_slice(&out)?, state])
}
