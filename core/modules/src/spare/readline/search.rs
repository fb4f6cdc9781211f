//! The search in the history that goes on with each character typed.

use super::keymap::{Binding, Command, Found};
use super::session::is_text;
use super::session::{End, Session};
use super::{Reader, line, with};

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Back,
    On,
}

/// What has been found: where in which line.
#[derive(Clone, Copy)]
struct Hit {
    place: usize,
    offset: usize,
}

fn find_in(text: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(text, wanted)
}

impl Reader {
    /// The line of the history with that number; behind them the one that is being entered.
    fn searched_line<'a>(&'a self, place: usize, entered: &'a [u8]) -> Option<&'a [u8]> {
        if place == self.history.len() { Some(entered) } else { self.history.get(place) }
    }

    /// The nearest line from a place on in which the text is.
    fn search(
        &self,
        wanted: &[u8],
        from: Option<usize>,
        direction: Direction,
        entered: &[u8],
    ) -> Option<Hit> {
        let mut place = from;
        while let Some(current) = place {
            let offset = find_in(self.searched_line(current, entered)?, wanted);
            if let Some(offset) = offset {
                return Some(Hit { place: current, offset });
            }
            place = match direction {
                Direction::Back => current.checked_sub(1),
                Direction::On => Some(current + 1),
            };
        }
        None
    }
}

/// Searches until a key comes that means something else, which is left for the reader.
pub fn run(session: &mut Session, command: Command) -> Result<(), End> {
    let (entered, prompt, start) =
        with(|reader| (reader.editor.line.clone(), reader.screen.prompt().to_vec(), reader.editor.place));
    let mut direction =
        if command == Command::ReverseSearchHistory { Direction::Back } else { Direction::On };
    let mut wanted: Vec<u8> = Vec::new();
    let mut hit = Hit { place: start, offset: entered.point };
    let mut failed = false;
    let rest = loop {
        show(session, &wanted, hit, direction, failed, &entered.text);
        let key = session.next()?;
        let bound = with(|reader| match reader.keymap.find(&[key]) {
            Found::Binding(Binding::Command(command)) => Some(command),
            _ => None,
        });
        let from = match (key, bound) {
            (_, Some(Command::Abort)) => {
                hit = Hit { place: start, offset: entered.point };
                break Vec::new();
            }
            (_, Some(command @ (Command::ReverseSearchHistory | Command::ForwardSearchHistory))) => {
                direction =
                    if command == Command::ReverseSearchHistory { Direction::Back } else { Direction::On };
                if wanted.is_empty() {
                    wanted = with(|reader| reader.last_search.clone());
                }
                match direction {
                    Direction::Back => hit.place.checked_sub(1),
                    Direction::On => Some(hit.place + 1),
                }
            }
            (_, Some(Command::BackwardDeleteChar)) => {
                let last = line::characters(&wanted).last().map_or(0, <[u8]>::len);
                wanted.truncate(wanted.len() - last);
                hit = Hit { place: start, offset: entered.point };
                Some(start)
            }
            (key, None) if is_text(key) => {
                wanted.extend(session.character(key)?);
                Some(hit.place)
            }
            (0x1b, _) => break if session.is_waiting() { vec![key] } else { Vec::new() },
            _ => break vec![key],
        };
        let found = with(|reader| reader.search(&wanted, from, direction, &entered.text));
        failed = found.is_none() && !wanted.is_empty();
        match found {
            Some(found) if !wanted.is_empty() => hit = found,
            _ if failed => session.ring(),
            _ => {}
        }
    };
    with(|reader| {
        reader.screen.set_prompt(&prompt);
        if !wanted.is_empty() {
            reader.last_search = wanted;
        }
        reader.editor.line = entered.clone();
        reader.editor.show_history(&mut reader.history, Some(hit.place));
        reader.editor.line.point = hit.offset.min(reader.editor.line.text.len());
        rest.iter().rev().for_each(|key| reader.pending.push_front(*key));
    });
    Ok(())
}

fn show(session: &Session, wanted: &[u8], hit: Hit, direction: Direction, failed: bool, entered: &[u8]) {
    with(|reader| {
        let failed = if failed { "failed " } else { "" };
        let name = if direction == Direction::Back { "reverse-i-search" } else { "i-search" };
        let prompt = [format!("({failed}{name})`").as_bytes(), wanted, b"': "].concat();
        reader.screen.set_prompt(&prompt);
        let text = reader.searched_line(hit.place, entered).unwrap_or(b"").to_vec();
        let out = reader.screen.refresh(&text, hit.offset.min(text.len()));
        session.write(&out);
    });
}
