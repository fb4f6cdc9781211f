"""PyYAML through its Cython loader and dumper (libyaml)."""
import datetime
import io

import yaml
from yaml import CDumper, CLoader, CSafeDumper, CSafeLoader

assert yaml.__with_libyaml__
text = """
# comment
name: krait
numbers: [1, 2.5, 0x1F, 1_000, .inf, -.5e3]
date: 2021-05-06
when: 2021-05-06 07:08:09.5 +02:00
flags: {yes: on, no: off, nothing: ~}
anchor: &a {x: 1}
again: *a
merged: {<<: *a, y: 2}
block: |
  line one
    line two
folded: >-
  some
  words
"quoted \\u00e4": 'it''s'
set: !!set {a, b}
binary: !!binary aGVsbG8=
pairs: !!pairs [a: 1, a: 2]
"""
data = yaml.load(text, CSafeLoader)
for key, value in data.items():
    print(repr(key), repr(value) if not isinstance(value, set) else sorted(value))
print(data["again"] is data["anchor"], yaml.load(text, CSafeLoader) == yaml.load(text, yaml.SafeLoader))
out = yaml.dump(data, Dumper=CSafeDumper, allow_unicode=True, sort_keys=True)
print(out == yaml.dump(data, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=True), len(out))
print(yaml.load(out, CSafeLoader) == data)
print(list(yaml.load_all("--- 1\n--- [a]\n...\n---\n{}\n", CLoader)))
for event in yaml.parse("- &x a\n- {b: *x}\n", CLoader):
    print(event)
print([type(token).__name__ for token in yaml.scan("a: [1]", CLoader)])
print(yaml.compose("a: 1", CLoader).value[0][0].start_mark.line, yaml.serialize(yaml.compose("[1, {a: b}]", CLoader), Dumper=CDumper))


class Beast(yaml.YAMLObject):
    yaml_tag, yaml_loader, yaml_dumper = "!beast", [CSafeLoader], CSafeDumper

    def __init__(self, name, legs):
        self.name, self.legs = name, legs

    def __repr__(self):
        return f"Beast({self.name!r}, {self.legs})"


print(yaml.dump([Beast("ant", 6)], Dumper=CSafeDumper), yaml.load("!beast {name: dog, legs: 4}", CSafeLoader))
for wrong in ("a: [1", "a: b: c", "\t- x", "*nowhere", "!unknown x", "a: \x01", "'open"):
    try:
        print(yaml.load(wrong, CSafeLoader))
    except yaml.YAMLError as error:
        print(type(error).__name__, str(error).replace("\n", " | "))
stream = io.StringIO()
yaml.dump_all([{"d": datetime.date(2000, 1, 2)}, ["multi\nline", "", "null", "1"]], stream, Dumper=CDumper, explicit_start=True, default_flow_style=False, indent=4)
print(stream.getvalue())
