"""markupsafe with its C speedups."""
import markupsafe
from markupsafe import Markup, escape, escape_silent, soft_str
from markupsafe import _speedups

assert _speedups.__file__.endswith(".so")
print(markupsafe._escape_inner is _speedups._escape_inner)
for text in ("plain", "<a href='x'>&\"</a>", "ä<ö>", "\U0001f40d & ☃ <", "", "<" * 5, 5, None, [1, "<"]):
    print(repr(escape(text)))


class Own:
    def __html__(self):
        return "<own>"


class Name(str):
    pass


print(repr(escape(Own())), repr(escape(Name("<n>"))), repr(escape_silent(None)), soft_str(Markup("x")) is not None)
page = Markup("<b>%s</b> %d {}") % ("<user>", 3)
print(repr(page), repr(page.format("<x>")), repr(page + "<tail>"), repr("<head>" + page))
print(repr(Markup("<p>a &amp; b</p> &lt;c&gt;").striptags()), repr(Markup("&lt;&auml;&gt;").unescape()), repr(Markup(", ").join(["<", Markup("<i>")])))
print(repr(Markup("a,b").split(",")), Markup("x") == "x", type(Markup("ab")[0]).__name__, hash(Markup("x")) == hash("x"))
print(len(escape("<>&\"'" * 10000)), escape("x" * 70000) == "x" * 70000)
