//! Searching: finding where a match can begin before trying it.

use super::matcher::{MatchError, State};
use krait_object::text::{Unit, search};

impl<U: Unit> State<'_, '_, '_, U> {
    /// Finds the first match at or after `start`; sets `start` to where it begins.
    pub fn search(&mut self) -> Result<bool, MatchError> {
        self.match_all = false;
        let end = self.text.len();
        let info = &self.program.info;
        if self.start > end || end - self.start < info.min_width {
            return Ok(false);
        }
        // The last position where a match fits.
        let limit = end - info.min_width;
        if !info.prefix.is_empty() {
            self.must_advance = false;
            return self.search_prefix(limit);
        }
        if let Some(first) = info.first {
            self.must_advance = false;
            let set = &self.program.sets[first as usize];
            let mut at = self.start;
            while let Some(skip) =
                self.text.get(at..=limit).and_then(|t| t.iter().position(|u| set.matches(u.code())))
            {
                at += skip;
                if self.try_at(at)? {
                    return Ok(true);
                }
                at += 1;
            }
            return Ok(false);
        }
        if info.anchored {
            return if self.start == 0 { self.try_at(0) } else { Ok(false) };
        }
        if let Some(first) = &info.table {
            self.must_advance = false;
            let possible = |u: &U| first.low.get(u.code() as usize).copied().unwrap_or(first.high);
            let mut at = self.start;
            while let Some(skip) = self.text.get(at..).and_then(|t| t.iter().position(possible)) {
                at += skip;
                if self.try_at(at)? {
                    return Ok(true);
                }
                at += 1;
            }
            return Ok(false);
        }
        // The width is wrong where a back reference meets marks of a failed negative look-behind; the
        // reference tries one position too many, and sees such matches.
        let limit = end - info.min_width.saturating_sub(1);
        let mut at = self.start;
        loop {
            if self.try_at(at)? {
                return Ok(true);
            }
            self.must_advance = false;
            at += 1;
            if at > limit {
                return Ok(false);
            }
        }
    }

    /// Forgets the groups and matches there.
    fn try_at(&mut self, at: usize) -> Result<bool, MatchError> {
        self.reset();
        self.start = at;
        self.run(at)
    }

    /// A match of a pattern that is all literal.
    fn accept_literal(&mut self, at: usize) -> bool {
        self.reset();
        self.start = at;
        self.ptr = at + self.program.info.prefix.len();
        true
    }

    fn found_prefix(&mut self, at: usize) -> Result<bool, MatchError> {
        if self.program.info.literal { Ok(self.accept_literal(at)) } else { self.try_at(at) }
    }

    fn search_prefix(&mut self, limit: usize) -> Result<bool, MatchError> {
        let info = &self.program.info;
        if info.prefix.iter().any(|&c| c > U::MAX) {
            return Ok(false);
        }
        if let [c] = *info.prefix {
            let mut at = self.start;
            while let Some(skip) = self.text.get(at..=limit).and_then(|t| search::find_unit(t, U::of(c))) {
                at += skip;
                if self.found_prefix(at)? {
                    return Ok(true);
                }
                at += 1;
            }
            return Ok(false);
        }
        if U::MAX == u8::MAX.into() && self.text.len() - self.start >= 64 {
            return self.search_bytes();
        }
        self.search_overlapping()
    }

    /// A longer prefix in bytes, with a vectorised finder.
    fn search_bytes(&mut self) -> Result<bool, MatchError> {
        let info = &self.program.info;
        let finder = info.finder.get_or_init(|| {
            let prefix: Vec<u8> = info.prefix.iter().map(|&c| c as u8).collect();
            Box::new(memchr::memmem::Finder::new(&prefix).into_owned())
        });
        let (text, mut at) = (search::bytes_of(self.text), self.start);
        while let Some(skip) = text.get(at..).and_then(|rest| finder.find(rest)) {
            at += skip;
            if self.found_prefix(at)? {
                return Ok(true);
            }
            at += 1;
        }
        Ok(false)
    }

    /// A longer prefix, with its overlap table: no character is looked at twice.
    fn search_overlapping(&mut self) -> Result<bool, MatchError> {
        let info = &self.program.info;
        let (text, prefix, overlap) = (self.text, &info.prefix, &info.overlap);
        let (mut at, mut known) = (self.start, 0);
        while at < text.len() {
            if known == 0 {
                match search::find_unit(&text[at..], U::of(prefix[0])) {
                    Some(skip) => at += skip,
                    None => return Ok(false),
                }
            }
            let c = text[at].code();
            while known > 0 && prefix[known] != c {
                known = overlap[known - 1] as usize;
            }
            if prefix[known] == c {
                known += 1;
            }
            at += 1;
            if known == prefix.len() {
                if self.found_prefix(at - known)? {
                    return Ok(true);
                }
                known = overlap[known - 1] as usize;
            }
        }
        Ok(false)
    }
}
