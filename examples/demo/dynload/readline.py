"""readline: history, completion and line buffer without a terminal."""
import os
import readline
import rlcompleter
import tempfile

readline.clear_history()
for line in ("first", "second line", "dritte Zeile: ä"):
    readline.add_history(line)
print(readline.get_current_history_length(), [readline.get_history_item(i) for i in range(1, 5)])
readline.replace_history_item(0, "replaced")
readline.remove_history_item(1)
readline.set_history_length(10)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "history")
    readline.write_history_file(path)
    readline.append_history_file(1, path)
    print(open(path, encoding="utf-8").read().splitlines())
    readline.clear_history()
    readline.read_history_file(path)
print(readline.get_current_history_length(), readline.get_history_length())


def complete(text, state):
    matches = [word for word in ("krait", "kraken", "snake") if word.startswith(text)]
    return matches[state] if state < len(matches) else None


readline.set_completer(complete)
readline.set_completer_delims(" ,;")
print(readline.get_completer() is complete, readline.get_completer_delims(), repr(readline.get_line_buffer()), readline.get_begidx(), readline.get_endidx())
readline.parse_and_bind("tab: complete")
readline.set_startup_hook(lambda: None)
readline.set_startup_hook()
names = rlcompleter.Completer({"krait": 1, "kraken": 2})
print([names.complete("kr", i) for i in range(3)], readline.get_completion_type())
for code in ("readline.remove_history_item(99)", "readline.read_history_file('/nowhere/at/all')", "readline.set_completer(5)", "readline.add_history(b'x')"):
    try:
        eval(code)
    except Exception as error:
        print(type(error).__name__, error)
