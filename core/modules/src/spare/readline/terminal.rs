//! The terminal: its modes while a line is edited, its size, reading and writing.

use core::ffi::c_int;

/// A terminal whose characters come one by one and without echo, until this is dropped. Interrupting keys keep their meaning.
pub struct Terminal {
    input: c_int,
    output: c_int,
    before: Option<libc::termios>,
    /// What SIGWINCH did, where nobody else handled it.
    resize: Option<libc::sigaction>,
}

/// What came of waiting for input.
pub enum Wait {
    Ready,
    TimeOut,
    /// A signal came.
    Signal,
    Failure,
}

/// Being called is all that has to happen: the wait for input ends.
extern "C" fn on_resize(_signal: c_int) {}

fn watch_resize() -> Option<libc::sigaction> {
    // SAFETY: valid memory; the handler does nothing.
    unsafe {
        let mut before: libc::sigaction = core::mem::zeroed();
        libc::sigaction(libc::SIGWINCH, core::ptr::null(), &mut before);
        if before.sa_sigaction != libc::SIG_DFL {
            return None;
        }
        let mut wanted: libc::sigaction = core::mem::zeroed();
        wanted.sa_sigaction = on_resize as *const () as usize;
        (libc::sigaction(libc::SIGWINCH, &wanted, core::ptr::null_mut()) == 0).then_some(before)
    }
}

impl Terminal {
    pub fn new(input: c_int, output: c_int) -> Terminal {
        // SAFETY: plain numbers, which the system fills.
        let mut before: libc::termios = unsafe { core::mem::zeroed() };
        // SAFETY: valid memory.
        let known = unsafe { libc::tcgetattr(input, &mut before) } == 0;
        let terminal = Terminal { input, output, before: known.then_some(before), resize: watch_resize() };
        terminal.set_modes();
        terminal
    }

    /// Sets the modes, also again after the process was stopped.
    pub fn set_modes(&self) {
        const NOTHING: libc::cc_t = 0;
        let Some(mut modes) = self.before else { return };
        modes.c_lflag &= !(libc::ICANON | libc::ECHO);
        modes.c_iflag &= !(libc::ICRNL | libc::INLCR);
        modes.c_cc[libc::VMIN] = 1;
        modes.c_cc[libc::VTIME] = 0;
        modes.c_cc[libc::VLNEXT] = NOTHING;
        // SAFETY: valid modes.
        unsafe { libc::tcsetattr(self.input, libc::TCSADRAIN, &modes) };
    }

    /// The terminal's keys for erasing a character, a word and the line and for quoting.
    pub fn editing_keys(&self) -> Option<[u8; 4]> {
        self.before
            .map(|modes| [libc::VERASE, libc::VWERASE, libc::VKILL, libc::VLNEXT].map(|key| modes.c_cc[key]))
    }

    pub fn width(&self) -> usize {
        const USUAL: usize = 80;
        // SAFETY: plain numbers.
        let mut size: libc::winsize = unsafe { core::mem::zeroed() };
        // SAFETY: valid memory.
        let known = unsafe { libc::ioctl(self.output, libc::TIOCGWINSZ, &mut size) } == 0;
        if known && size.ws_col > 0 { size.ws_col.into() } else { USUAL }
    }

    /// Waits until something can be read, at most so many milliseconds (for ever: -1).
    pub fn wait(&self, most: c_int) -> Wait {
        let mut poll = libc::pollfd { fd: self.input, events: libc::POLLIN, revents: 0 };
        // SAFETY: valid memory.
        match unsafe { libc::poll(&mut poll, 1, most) } {
            0 => Wait::TimeOut,
            1.. => Wait::Ready,
            _ if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => Wait::Signal,
            _ => Wait::Failure,
        }
    }

    /// One byte; none at the end of the input. What comes later is left to other readers.
    pub fn read(&self) -> Option<u8> {
        let mut byte = 0u8;
        // SAFETY: valid memory.
        (unsafe { libc::read(self.input, (&raw mut byte).cast(), 1) } == 1).then_some(byte)
    }

    pub fn write(&self, mut text: &[u8]) {
        while !text.is_empty() {
            // SAFETY: valid memory.
            match unsafe { libc::write(self.output, text.as_ptr().cast(), text.len()) } {
                count @ 1.. => text = &text[count as usize..],
                _ if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
                _ => return,
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // SAFETY: modes and handler as they were before.
        unsafe {
            if let Some(before) = &self.before {
                libc::tcsetattr(self.input, libc::TCSADRAIN, before);
            }
            if let Some(before) = &self.resize {
                libc::sigaction(libc::SIGWINCH, before, core::ptr::null_mut());
            }
        }
    }
}
