//! What the reader of lines asks of Python: hooks, the completer, handlers of signals. It runs without the GIL.

use crate::support::Kept;
use krait_object::protocol::call;
use krait_object::slot::ToObject;
use krait_object::types::{bytes, list, unicode};
use krait_object::{Obj, Object, Result, err, gil_state};

pub static COMPLETER: Kept = Kept("readline.completer");
pub static STARTUP_HOOK: Kept = Kept("readline.startup_hook");
pub static PRE_INPUT_HOOK: Kept = Kept("readline.pre_input_hook");
pub static DISPLAY_HOOK: Kept = Kept("readline.display_matches_hook");

/// Text in the locale's encoding; what it does not know comes as surrogates.
pub fn decode(text: &[u8]) -> Result<Obj> {
    unicode::locale::decode_locale(text, Some("surrogateescape"), true)
}

/// The other way.
pub fn encode(text: &Object) -> Result<Vec<u8>> {
    Ok(bytes::as_slice(&*unicode::locale::encode_locale(text, Some("surrogateescape"), true)?).to_vec())
}

fn with_gil<R>(body: impl FnOnce() -> R) -> R {
    let state = gil_state::ensure();
    let result = body();
    gil_state::release(state);
    result
}

/// The result; an exception is dropped, as nobody is there to whom it could be told.
fn or_drop<R>(result: Result<R>) -> Option<R> {
    result.map_err(|_| err::clear()).ok()
}

fn kept(place: &Kept) -> Option<Obj> {
    place.get().filter(|value| !value.is_none())
}

/// Calls a hook, if there is one.
pub fn run_hook(hook: &Kept) {
    with_gil(|| {
        if let Some(hook) = kept(hook) {
            or_drop(call::call0(&hook));
        }
    });
}

/// What the completer says to a word, asked for one completion after the other; none without a completer.
pub fn completions(word: &[u8]) -> Option<Vec<Vec<u8>>> {
    with_gil(|| {
        let completer = kept(&COMPLETER)?;
        let mut found = Vec::new();
        let next = |state: usize| -> Result<Option<Vec<u8>>> {
            let completion = call::call(&completer, &[&*decode(word)?, &*state.to_object()?])?;
            if completion.is_none() { Ok(None) } else { encode(&completion).map(Some) }
        };
        while let Some(Some(completion)) = or_drop(next(found.len())) {
            found.push(completion);
        }
        Some(found)
    })
}

/// Has the hook show what can be completed; false without a hook.
pub fn display_matches(common: &[u8], matches: &[Vec<u8>], longest: usize) -> bool {
    with_gil(|| {
        let Some(hook) = kept(&DISPLAY_HOOK) else { return false };
        let show = || {
            let matches = matches.iter().map(|text| decode(text)).collect::<Result<Vec<_>>>()?;
            call::call(
                &hook,
                &[&*decode(common)?, &*list::from_vec(matches)?.upcast(), &*longest.to_object()?],
            )
        };
        or_drop(show());
        true
    })
}

/// Runs the handlers of signals that have come; false if one raised an exception, which stays set.
pub fn run_signal_handlers() -> bool {
    with_gil(|| crate::support::check_signals().is_ok())
}
