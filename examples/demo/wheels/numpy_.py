"""numpy: arithmetic, linear algebra, transforms, random numbers, structured types, pickling, buffers, text, errors."""
import array
import copy
import datetime
import io
import pickle
import sys

import numpy as np

np.set_printoptions(precision=8, suppress=True, linewidth=150)
a = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
print(np.__version__, a.sum(), a.mean(axis=(0, 2)), a[1, ::-1, 1:3].T, a[a % 5 == 0], a[..., None].shape, a.strides)
print((a[0] @ a[1].T).round(3), np.einsum("ijk,ljk->il", a, a), np.tensordot(a, a, axes=3))

# linalg
m = np.array([[4.0, 1, 2], [1, 3, 0], [2, 0, 5]])
b = np.array([1.0, 2, 3])
x = np.linalg.solve(m, b)
values, vectors = np.linalg.eigh(m)
u, s, vt = np.linalg.svd(m)
q, r = np.linalg.qr(m)
print(x, np.allclose(m @ x, b), np.linalg.det(m).round(9), values, np.allclose(vectors @ np.diag(values) @ vectors.T, m), s, np.allclose(q @ r, m))
print(np.linalg.inv(m), np.linalg.norm(m), np.linalg.matrix_rank(np.ones((3, 3))), np.linalg.lstsq(m[:, :2], b, rcond=None)[0], np.linalg.cholesky(m))
print(np.linalg.eigvals(np.array([[0.0, -1], [1, 0]])), np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 50))

# fft
signal = np.sin(2 * np.pi * 5 * np.arange(64) / 64) + 0.5
spectrum = np.fft.rfft(signal)
print(np.abs(spectrum).round(6)[:8], np.allclose(np.fft.irfft(spectrum), signal), np.fft.fftfreq(8, 0.1), np.allclose(np.fft.ifft2(np.fft.fft2(m)).real, m))

# random
g = np.random.default_rng(12345)
print(g.integers(0, 100, 8), g.random(3), g.normal(size=3), g.choice(["a", "b", "c"], 4), g.permutation(6), g.exponential(size=2), g.poisson(4, 5), g.multivariate_normal([0, 0], [[1, .5], [.5, 2]]))
np.random.seed(7)
print(np.random.rand(2), np.random.randint(10, size=4), np.random.RandomState(3).standard_gamma(2.0, 2), np.random.Generator(np.random.PCG64DXSM(1)).bytes(4).hex())
state = pickle.loads(pickle.dumps(g))
print((state.random(5) == g.random(5)).all())

# structured and other types
beasts = np.array([("ant", 6, 1e-6), ("dog", 4, 31.5), ("krait", 0, 0.4)], dtype=[("name", "U8"), ("legs", "i2"), ("weight", "f8")])
print(beasts.dtype, beasts.itemsize, np.sort(beasts, order="weight")["name"], beasts[beasts["legs"] > 0]["name"].tolist(), beasts[1], beasts.view(np.recarray).legs)
nested = np.dtype({"names": ["p", "q"], "formats": ["(2,)<i4", [("r", ">f4"), ("s", "S3")]], "offsets": [4, 16], "itemsize": 32})
print(nested, np.zeros(1, nested), np.dtype("i4").newbyteorder(), np.result_type("i4", "f4"), np.promote_types("u8", "i8"), np.can_cast("f8", "f4"))
days = np.arange("2021-02-26", "2021-03-03", dtype="datetime64[D]")
print(days, np.diff(days), days.astype("datetime64[M]"), np.datetime64("2021-05-06T07:08") - np.timedelta64(90, "m"), days[0].astype(datetime.date), np.busday_count("2021-05-01", "2021-06-01"))
print(np.array([1, 2, 300]).astype(np.uint8), np.float16(1) / 3, np.float32(0.1), np.longdouble(2) ** 0.5, np.complex64(1 + 2j) ** 2, np.bool_(1) & np.True_, np.int64(7) // 2, divmod(np.float64(-7), 2))
objects = np.array([1, "two", [3], None], dtype=object)
print(objects, objects[2] + [4], np.array(["b", "a"], dtype=object).sum(), np.vectorize(lambda x, y: f"{x}-{y}")([1, 2], ["p", "q"]))
print(np.char.upper(np.array(["ab", "ç"])), np.strings.str_len(np.array(["abc", ""])), np.array(["x", "longer"]).dtype, np.array([b"raw"]).item())

# ufuncs, reductions, broadcasting, in-place, out, where
c = np.arange(6.0).reshape(2, 3)
print(np.add.reduce(c, axis=1), np.multiply.outer([1, 2], [3, 4]), np.maximum.accumulate([3, 1, 4, 1, 5]), np.add.at(t := np.zeros(3), [0, 0, 2], 1), t, np.hypot(3, 4), np.sqrt(c, where=c > 2, out=np.full((2, 3), -1.0)))
c += 1
c[:, 0] *= -1
big = np.ones(200000)
kept = big
out = big * 2 + big * 3 - (big + 1)
print(c.tolist(), kept.sum(), out.sum(), np.cumsum(c, 0)[-1], np.clip(c, 0, 4), np.where(c > 2, c, np.nan), np.nanmean(np.where(c > 2, c, np.nan)))
print(np.unique([3, 1, 3, 2], return_counts=True), np.histogram([1, 2, 2, 5], bins=3), np.searchsorted([1, 3, 5], [0, 3, 6]), np.lexsort(([1, 2, 1], [2, 1, 1])), np.interp(2.5, [1, 2, 3], [10, 20, 40]), np.polyfit([0, 1, 2], [1, 3, 7], 2).round(6), np.convolve([1, 2, 3], [0, 1, .5]))
print(np.ma.masked_array([1, 2, 3], [0, 1, 0]).mean(), np.polynomial.Polynomial([1, 2, 3])(2), np.packbits([1, 0, 1, 1]), np.bitwise_xor.reduce([5, 3, 1]), np.trapezoid([1, 2, 3]), np.gradient([1.0, 4, 9]))

# buffers, files, pickles, subclasses
view = memoryview(c)
print(view.format, view.shape, view.strides, np.frombuffer(array.array("d", [1, 2.5]), float), np.asarray(memoryview(b"\1\2")), np.frombuffer(bytearray(8), ">i4").flags.writeable, bytes(np.int16(258)))
stored = io.BytesIO()
np.savez(stored, c=c, beasts=beasts)
stored.seek(0)
loaded = np.load(stored)
print(sorted(loaded.files), (loaded["c"] == c).all(), loaded["beasts"][2])
print(np.loadtxt(io.StringIO("1,2\n3,4"), delimiter=","), np.genfromtxt(io.StringIO("1,x\n3,4"), delimiter=","), np.fromstring("1 2 3", sep=" "), c.tobytes()[:8].hex())
for protocol in (2, 4, 5):
    print(protocol, (pickle.loads(pickle.dumps(c, protocol)) == c).all(), pickle.loads(pickle.dumps(beasts, protocol))["name"].tolist(), pickle.loads(pickle.dumps(np.float32(1.5), protocol)))
out_of_band = []
data = pickle.dumps(big, 5, buffer_callback=out_of_band.append)
print(len(data) < 500, pickle.loads(data, buffers=out_of_band).sum(), copy.deepcopy(objects)[2] is not objects[2])


class Metres(np.ndarray):
    def __array_finalize__(self, obj):
        self.unit = getattr(obj, "unit", "m")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        plain = [i.view(np.ndarray) if isinstance(i, Metres) else i for i in inputs]
        return f"{ufunc.__name__}.{method}", getattr(ufunc, method)(*plain, **kwargs)


metres = np.array([1.0, 2]).view(Metres)
print(metres[:1].unit, np.add(metres, 1), isinstance(metres.copy(), Metres), np.add.reduce(metres)[0])

# refcounts and errors
token = object()
before = sys.getrefcount(token)
holder = np.array([token] * 100, dtype=object)
during = sys.getrefcount(token) - before
del holder
print(during, sys.getrefcount(token) - before)
for code in ("a.reshape(5, 5)", "a[9]", "np.ones(2) + np.ones(3)", "np.array([[1], [1, 2]])", "np.linalg.inv(np.zeros((2, 2)))", "np.array('x').astype(int)", "bool(np.ones(2))", "np.dtype('nope')", "np.zeros(-1)",
             "np.int8(300)", "a.view('S3')", "np.concatenate([])", "beasts['none']", "np.frombuffer(b'123', 'i4')", "np.arange(3)[[1.5]]", "np.add(1)", "float(np.ones(2))", "np.nothing", "np.zeros(10**15)"):
    try:
        print(code, "gives", eval(code))
    except Exception as error:
        print(type(error).__name__, str(error)[:110])
with np.errstate(all="raise"):
    try:
        np.float64(1) / 0
    except FloatingPointError as error:
        print("FloatingPointError", error)
print(repr(a[0, :2]), repr(np.float64(0.1)), f"{np.float64(2.5):.3f} {np.int32(7):04d}", str(np.array(["a", "b"])), np.array2string(m, precision=1, separator=", "))
