"""_json: the C encoder and scanner behind json."""
import _json
import json

assert _json.__file__ and json.encoder.c_make_encoder is _json.make_encoder
data = {"text": "snäke \U0001f40d \"quoted\"\n", "numbers": [1, -2.5, 1e300, 0.1, 2 ** 70], "none": None, "flags": [True, False],
        "deep": {"a": {"b": [{}, [], ""]}}, 5: "int key", 1.5: "float key", True: "bool key"}
for options in ({}, {"ensure_ascii": False}, {"indent": 2, "sort_keys": False}, {"separators": (",", ":")}):
    text = json.dumps(data, **options)
    print(len(text), text[:150].replace("\n", "~"))
    back = json.loads(text)
    print(back["numbers"] == data["numbers"], sorted(map(str, back)))
print(json.loads('[1, 2.50, "\\u00e4\\ud83d\\udc0d", null, true, NaN, -Infinity]', parse_float=str, parse_int=lambda digits: "int " + digits))
print(json.loads('{"a": 1, "b": {"c": 2}}', object_pairs_hook=lambda pairs: tuple(pairs)))
print(json.dumps([complex(1, 2), {3}], default=lambda o: [o.real, o.imag] if isinstance(o, complex) else sorted(o)))
for wrong in ('{"a" 1}', "[1, 2", '"\\x"', "[1,]", '{"a": 1 "b"}', "nul", "", '"\x01"'):
    try:
        json.loads(wrong)
    except json.JSONDecodeError as error:
        print(error)
loop = []
loop.append(loop)
for wrong in (loop, {(1,): 2}, object, float("nan")):
    try:
        print(json.dumps(wrong, allow_nan=False))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(_json.encode_basestring_ascii("é\t"), _json.encode_basestring("é\t"), _json.scanstring('abc"rest', 0))
