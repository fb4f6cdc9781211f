"""termios: a pseudo-terminal's settings, echo and line discipline."""
import os
import pty
import termios
import tty

master, slave = pty.openpty()
settings = termios.tcgetattr(slave)
print(len(settings), [type(part).__name__ for part in settings], bool(settings[3] & termios.ECHO), bool(settings[3] & termios.ICANON))
print(settings[6][termios.VINTR], settings[6][termios.VEOF], settings[4] == termios.B38400)
os.write(master, b"abc\x7fd\n")
print(os.read(slave, 100))
settings[3] &= ~(termios.ECHO | termios.ICANON)
settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
termios.tcsetattr(slave, termios.TCSANOW, settings)
again = termios.tcgetattr(slave)
print(bool(again[3] & termios.ECHO), again[6][termios.VMIN], again[6][termios.VTIME])
tty.setraw(slave)
os.write(master, b"\x03raw")
print(os.read(slave, 100), bool(termios.tcgetattr(slave)[1] & termios.OPOST))
os.write(slave, b"\n")
os.read(master, 100)
print(termios.tcdrain(slave), termios.tcflush(slave, termios.TCIOFLUSH), termios.tcflow(slave, termios.TCOON))
reader, writer = os.pipe()
for attempt in (lambda: termios.tcgetattr(reader), lambda: termios.tcsetattr(slave, 0, [1]), lambda: termios.tcsetattr(slave, 0, "x"), lambda: termios.tcgetattr("x")):
    try:
        attempt()
    except Exception as error:
        print(type(error).__module__, type(error).__name__, error)
