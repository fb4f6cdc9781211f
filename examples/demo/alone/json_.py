"""json: text of values and values of text."""
import json

document = {'name': 'kr\xe4it', 'sizes': [1, 2.5, -3e300, 1 << 70], 'nested': {'none': None, 'yes': True}, 'text': '"\\/\b\f\n\r\t\x00\u20ac\U0001f40d'}
for options in ({}, {'ensure_ascii': False}, {'indent': 1, 'sort_keys': True}, {'separators': (',', ':')}):
    text = json.dumps(document, **options)
    print(text, json.loads(text) == document)
print(json.loads('[NaN, Infinity, -0.0, 1E3, "\\ud83d\\udc0d"]'))
for broken in ('', '[1,', '{"a" 1}', '[1] 2', 'nul'):
    try:
        json.loads(broken)
    except json.JSONDecodeError as error:
        print(error)
