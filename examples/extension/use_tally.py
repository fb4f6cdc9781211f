"""Uses the extension module `tally` in every way that it offers."""
import gc
import inspect
import sys
import weakref

import tally

t = tally.Tally([3, 1, 2])
print(len(t), list(t), t[-1], t.room, t(10, 20, colour="red"), t.colour, sorted(vars(t)))
print(t.summary(), t.summary()[1:], t.summary().mean, tally.Summary.n_fields, type(t).__name__)
print(list(t + tally.Tally(range(5))), tally.Tally[int], tally.Tally.__doc__.split(), inspect.signature(t.summary))

with memoryview(t) as view:
    print(view.format, view.shape, view.strides, view.tolist(), view.readonly)
    view[0] = -7
    try:
        t(1)
    except BufferError as error:
        print("BufferError:", error)
print(t[0], t(1), bytes(t)[:8])

print(tally.describe(1, "two", 3.0, key=[4], other=None))
print(tally.parse("a", b"bc"), tally.parse("x", bytearray(3), 2, pair=(5, 6), flag=[1], rest="r"))
for wrong in (
    lambda: tally.parse(),
    lambda: tally.parse("a", "b"),
    lambda: tally.parse("a\0b", b""),
    lambda: tally.parse("a", b"", 1, True),
    lambda: tally.parse("a", b"", pair=(1,)),
    lambda: tally.parse("a", b"", none=1),
    lambda: tally.Tally(5),
    lambda: tally.Tally(["x"]),
    lambda: tally.Tally().summary(),
    lambda: t.summary(1),
    lambda: t[99],
    lambda: t + 1,
    lambda: t("x"),
):
    try:
        print("no error:", wrong())
    except Exception as error:
        print(type(error).__module__, type(error).__name__, error)
print(tally.Error.__mro__[1].__name__, tally.Error.__doc__, tally.through_capsule(), type(tally._api).__name__)


class Own(tally.Tally):
    __slots__ = ("extra",)

    def summary(self):
        return super().summary()._replace(mean=0.0) if hasattr(tally.Summary, "_replace") else tuple(super().summary())


own = Own([1, 2])
own.extra = own  # a cycle for the collector
own.also = t
gone = []
reference = weakref.ref(own, lambda _: gone.append("gone"))
print(own.summary(), reference() is own, own.__class__.__mro__[1] is tally.Tally)
before = sys.getrefcount(Own)
del own
gc.collect()
print(reference(), gone, sys.getrefcount(Own) - before)

del sys.modules["tally"]
again = __import__("tally")
print(again is tally, again.Tally is tally.Tally, again.Tally([1]).summary())
