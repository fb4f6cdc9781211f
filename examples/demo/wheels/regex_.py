"""regex: features beyond re, and its C engine."""
import pickle

import regex

print(regex.findall(r"\p{Lu}\p{Ll}+", "Ärger Über ALLES Ökonom x"), regex.findall(r"\X", "e\u0301a\U0001f1e9\U0001f1ea"))
print(regex.search(r"(?P<word>\w+)\s+(?P=word)", "say it it now").groupdict(), regex.findall(r"(?r)\d{3}", "1234567"))
print(regex.search(r"(?:krait){e<=2}", "kraaid is near").fuzzy_counts, regex.findall(r"(?b)(?:colour){i<=1,d<=1,s<=1}", "color colour colouur"))
balanced = regex.compile(r"\((?:[^()]++|(?R))*+\)")
print(balanced.findall("f(a(b)c)(d) (("), regex.fullmatch(r"(a)(?<b>b)?", "ab").capturesdict(), regex.match(r"(?:(\w)-)+", "a-b-c-").captures(1))
print(regex.sub(r"(?V1)[\p{L}--[aeiou]]", ".", "hello world"), regex.split(r"(?V1)\b", "one two"), regex.subf(r"(\w+) (\w+)", "{2} {1}", "a b"))
print(regex.findall(r"(?<=a{1,3})b", "ab aab b"), regex.findall(r"\b(?:one|two|\L<more>)\b", "one three five", more=["three", "four"]))
print(regex.match(r"(?i)straße", "STRASSE"), regex.match(r"(?fi)straße", "STRASSE").span(), regex.match(r"abc", "ab", partial=True).partial)
print([m.span() for m in regex.finditer(r"a.", "abacad", overlapped=True)], regex.escape("a.b c", special_only=False), regex.search(rb"\xff+", b"a\xff\xff").group())
pattern = regex.compile(r"(?x) (?P<year>\d{4}) - (?P<month>\d\d)  # date")
print(pickle.loads(pickle.dumps(pattern)) == pattern, pattern.groupindex, pattern.pattern[:10], pattern.search("on 2021-05").expandf("{month}/{year}"))
scanner = regex.Scanner([(r"\d+", lambda s, t: int(t)), (r"[a-z]+", lambda s, t: t), (r"\s+", None)])
print(scanner.scan("12 abc 7 !"))
for wrong in ("(", "[z-a]", r"(?P<1>x)", r"\p{Nope}", "a**", "(?<=a", r"\1", "(?P=no)"):
    try:
        regex.compile(wrong)
        print("accepted", wrong)
    except regex.error as error:
        print(error)
text = "the quick brown fox " * 2000
print(len(regex.findall(r"\b\w*o\w*\b", text)), regex.sub(r"(\w+) (\w+)", lambda m: m[2] + m[1], text)[:40], regex.search(r"(x+x+)+y", "x" * 18))
try:
    regex.search(r"(a+)+$", "a" * 40 + "!", timeout=0.05)
    print("no timeout")
except TimeoutError as error:
    print("TimeoutError", error)
