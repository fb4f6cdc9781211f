//! Which keys do what.

use std::collections::BTreeMap;

/// The commands by the names that initialisation files give them, and the keys that they have at first.
macro_rules! commands {
    ($($variant:ident $name:literal [$($key:literal),*],)*) => {
        /// What a key can do.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Command { $($variant,)* }

        const NAMES: &[(&str, Command)] = &[$(($name, Command::$variant),)*];
        const KEYS: &[(&[u8], Command)] = &[$($(($key, Command::$variant),)*)*];
    };
}

commands! {
    BeginningOfLine "beginning-of-line" [b"\x01", b"\x1b[H", b"\x1bOH", b"\x1b[1~", b"\x1b[7~"],
    EndOfLine "end-of-line" [b"\x05", b"\x1b[F", b"\x1bOF", b"\x1b[4~", b"\x1b[8~"],
    ForwardChar "forward-char" [b"\x06", b"\x1b[C", b"\x1bOC"],
    BackwardChar "backward-char" [b"\x02", b"\x1b[D", b"\x1bOD"],
    ForwardWord "forward-word" [b"\x1bf", b"\x1b[1;5C", b"\x1b[1;3C", b"\x1b\x1b[C"],
    BackwardWord "backward-word" [b"\x1bb", b"\x1b[1;5D", b"\x1b[1;3D", b"\x1b\x1b[D"],
    ClearScreen "clear-screen" [b"\x0c"],
    RedrawCurrentLine "redraw-current-line" [],
    AcceptLine "accept-line" [b"\r", b"\n"],
    PreviousHistory "previous-history" [b"\x10", b"\x1b[A", b"\x1bOA"],
    NextHistory "next-history" [b"\x0e", b"\x1b[B", b"\x1bOB"],
    BeginningOfHistory "beginning-of-history" [b"\x1b<"],
    EndOfHistory "end-of-history" [b"\x1b>"],
    ReverseSearchHistory "reverse-search-history" [b"\x12"],
    ForwardSearchHistory "forward-search-history" [b"\x13"],
    HistorySearchBackward "history-search-backward" [],
    HistorySearchForward "history-search-forward" [],
    EndOfFile "end-of-file" [b"\x04"],
    DeleteChar "delete-char" [b"\x1b[3~"],
    BackwardDeleteChar "backward-delete-char" [b"\x08", b"\x7f"],
    QuotedInsert "quoted-insert" [b"\x11", b"\x16"],
    TabInsert "tab-insert" [b"\x1b\t"],
    SelfInsert "self-insert" [],
    TransposeChars "transpose-chars" [b"\x14"],
    TransposeWords "transpose-words" [b"\x1bt"],
    UpcaseWord "upcase-word" [b"\x1bu"],
    DowncaseWord "downcase-word" [b"\x1bl"],
    CapitalizeWord "capitalize-word" [b"\x1bc"],
    OverwriteMode "overwrite-mode" [b"\x1b[2~"],
    KillLine "kill-line" [b"\x0b"],
    BackwardKillLine "backward-kill-line" [b"\x18\x7f"],
    UnixLineDiscard "unix-line-discard" [b"\x15"],
    KillWholeLine "kill-whole-line" [],
    KillWord "kill-word" [b"\x1bd", b"\x1b[3;5~"],
    BackwardKillWord "backward-kill-word" [b"\x1b\x7f", b"\x1b\x08"],
    UnixWordRubout "unix-word-rubout" [b"\x17"],
    DeleteHorizontalSpace "delete-horizontal-space" [b"\x1b\\"],
    Yank "yank" [b"\x19"],
    YankPop "yank-pop" [b"\x1by"],
    YankLastArg "yank-last-arg" [b"\x1b.", b"\x1b_"],
    Complete "complete" [b"\t"],
    PossibleCompletions "possible-completions" [b"\x1b?", b"\x1b="],
    InsertCompletions "insert-completions" [b"\x1b*"],
    MenuComplete "menu-complete" [],
    DigitArgument "digit-argument" [
        b"\x1b0", b"\x1b1", b"\x1b2", b"\x1b3", b"\x1b4", b"\x1b5", b"\x1b6", b"\x1b7", b"\x1b8", b"\x1b9", b"\x1b-"
    ],
    ReReadInitFile "re-read-init-file" [b"\x18\x12"],
    Abort "abort" [b"\x07", b"\x1b\x07", b"\x18\x07"],
    Undo "undo" [b"\x1f", b"\x18\x15"],
    RevertLine "revert-line" [b"\x1br", b"\x1b\x12"],
    SetMark "set-mark" [b"\x00", b"\x1b "],
    ExchangePointAndMark "exchange-point-and-mark" [b"\x18\x18"],
    CharacterSearch "character-search" [b"\x1d"],
    OperateAndGetNext "operate-and-get-next" [b"\x0f"],
    DoLowercaseVersion "do-lowercase-version" [],
    ViEditingMode "vi-editing-mode" [],
    EmacsEditingMode "emacs-editing-mode" [b"\x18\x05"],
}

impl Command {
    pub fn by_name(name: &str) -> Option<Command> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, command)| *command)
    }

    /// Whether what it takes out goes to the kill ring.
    pub fn kills(self) -> bool {
        use Command::*;
        matches!(
            self,
            KillLine
                | BackwardKillLine
                | UnixLineDiscard
                | KillWholeLine
                | KillWord
                | BackwardKillWord
                | UnixWordRubout
        )
    }
}

/// What a sequence of keys is bound to.
#[derive(Clone, PartialEq, Debug)]
pub enum Binding {
    Command(Command),
    /// Keys that come in its place.
    Keys(Vec<u8>),
    /// Nothing.
    None,
}

/// What is known of a sequence.
pub enum Found {
    Binding(Binding),
    /// The beginning of longer ones.
    Prefix,
    Unknown,
}

pub struct Keymap(BTreeMap<Vec<u8>, Binding>);

impl Keymap {
    pub fn new() -> Keymap {
        Keymap(KEYS.iter().map(|(keys, command)| (keys.to_vec(), Binding::Command(*command))).collect())
    }

    pub fn bind(&mut self, keys: &[u8], binding: Binding) {
        if !keys.is_empty() {
            self.0.insert(keys.to_vec(), binding);
        }
    }

    pub fn find(&self, keys: &[u8]) -> Found {
        let mut longer = self.0.range(keys.to_vec()..).take_while(|(bound, _)| bound.starts_with(keys));
        match (longer.next(), longer.next()) {
            // The longer sequences win, as the shorter one would hide them.
            (Some(_), Some(_)) => Found::Prefix,
            (Some((bound, binding)), None) if bound == keys => Found::Binding(binding.clone()),
            (Some(_), None) => Found::Prefix,
            (None, _) => Found::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences() {
        let mut keymap = Keymap::new();
        assert!(matches!(keymap.find(b"\x1b"), Found::Prefix));
        assert!(matches!(keymap.find(b"\x1b[A"), Found::Binding(Binding::Command(Command::PreviousHistory))));
        assert!(matches!(keymap.find(b"a"), Found::Unknown));
        keymap.bind(b"a", Binding::Keys(b"xyz".to_vec()));
        assert!(matches!(keymap.find(b"a"), Found::Binding(Binding::Keys(_))));
        assert_eq!(Command::by_name("Complete"), Some(Command::Complete));
    }
}
