//! `_uuid`: universally unique identifiers from the time and the machine's network address.

use krait_object::slot::ToObject;
use krait_object::types::{bytes, module, tuple};
use krait_object::{Obj, Object, Result, method};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

krait_object::methods! {
    static METHODS = [method::noargs(c"generate_time_safe", generate_time_safe, c"")];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    module::add_int_constant(this, "has_uuid_generate_time_safe", 1)
}

/// From the start of the Gregorian calendar to that of Unix time, in units of 100 ns.
const GREGORIAN_START: u64 = 0x01b2_1dd2_1381_4000;

/// What tells apart the identifiers of one process.
struct Sequence {
    node: [u8; 6],
    clock: u16,
    last: u64,
}

static SEQUENCE: Mutex<Option<Sequence>> = Mutex::new(None);

fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    // SAFETY: valid memory; so few bytes come at once.
    unsafe { libc::getrandom(out.as_mut_ptr().cast(), N, 0) };
    out
}

/// The address of the first network card that takes part in IP; without one a random number that is marked as none by
/// its lowest bit.
fn node() -> [u8; 6] {
    let mut first = core::ptr::null_mut();
    let mut with_ip = Vec::new();
    let mut cards = Vec::new();
    // SAFETY: the list is the system's until it is freed; addresses are looked at as their families say.
    unsafe {
        if libc::getifaddrs(&mut first) == 0 {
            let mut next = first;
            while let Some(entry) = next.as_ref() {
                let name = core::ffi::CStr::from_ptr(entry.ifa_name).to_owned();
                match entry.ifa_addr.as_ref().map(|address| i32::from(address.sa_family)) {
                    Some(libc::AF_INET) => with_ip.push(name),
                    Some(libc::AF_PACKET) => {
                        let link = &*entry.ifa_addr.cast::<libc::sockaddr_ll>();
                        let [a, b, c, d, e, f, ..] = link.sll_addr;
                        if link.sll_halen == 6 && link.sll_addr[..6] != [0; 6] {
                            cards.push((name, [a, b, c, d, e, f]));
                        }
                    }
                    _ => {}
                }
                next = entry.ifa_next;
            }
            libc::freeifaddrs(first);
        }
    }
    let card = cards.iter().find(|(name, _)| with_ip.contains(name));
    card.map_or_else(
        || {
            let mut made = random::<6>();
            made[0] |= 1;
            made
        },
        |(_, address)| *address,
    )
}

impl Sequence {
    fn new() -> Sequence {
        Sequence { node: node(), clock: u16::from_ne_bytes(random()) & 0x3fff, last: 0 }
    }

    /// The next time stamp: later than the last one, or with another clock sequence when the clock was set back.
    fn next(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() / 100);
        let mut now = since as u64 + GREGORIAN_START;
        if now <= self.last {
            const SECOND: u64 = 10_000_000;
            if now + SECOND > self.last {
                now = self.last + 1;
            } else {
                self.clock = (self.clock + 1) & 0x3fff;
            }
        }
        self.last = now;
        now
    }
}

/// The identifier's bytes and -1: no service makes sure that no other process makes the same one.
fn generate_time_safe(_module: &Object) -> Result<Obj> {
    let mut sequence = SEQUENCE.lock().unwrap_or_else(PoisonError::into_inner);
    let sequence = sequence.get_or_insert_with(Sequence::new);
    let time = sequence.next();
    let mut id = [0; 16];
    id[..4].copy_from_slice(&(time as u32).to_be_bytes());
    id[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    id[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    id[8..10].copy_from_slice(&(sequence.clock | 0x8000).to_be_bytes());
    id[10..].copy_from_slice(&sequence.node);
    tuple::pack([bytes::from_slice(&id)?, (-1).to_object()?])
}
