"""re: matching, substitution, errors."""
import re

print(re.findall(r'(?i)\b(kr\w+)', 'Krait, kraken and snake'), re.split(r'\s*[,;]\s*', 'a , b;c'))
print(re.sub(r'(?P<first>\w+) (\w+)', lambda m: f'{m[2]}-{m["first"]}', 'hello world'), re.fullmatch(r'(a|ab)(c|bcd)*', 'abcd').groups())
print([m.span() for m in re.finditer(r'(?<=\d)(?=(?:\d{3})+$)', '1234567')], re.compile(rb'\xff+').search(b'a\xff\xffb'))
for broken in ('(', '[z-a]', '(?P<1>x)', '*'):
    try:
        re.compile(broken)
    except re.error as error:
        print(error)
