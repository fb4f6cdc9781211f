"""Integer and float arithmetic in plain loops, and some big integers."""


def collatz(limit):
    best = 0
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best:
            best = steps
    return best


def mandelbrot(size):
    inside = 0
    for row in range(size):
        y0 = 2.0 * row / size - 1.0
        for column in range(size):
            x0 = 3.0 * column / size - 2.0
            x = y = 0.0
            for _ in range(40):
                x, y = x * x - y * y + x0, 2.0 * x * y + y0
                if x * x + y * y > 4.0:
                    break
            else:
                inside += 1
    return inside


def digits_of_pi(count):
    q, r, t, k, n, l, out = 1, 0, 1, 1, 3, 3, []
    while len(out) < count:
        if 4 * q + r - t < n * t:
            out.append(n)
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2
    return out


for _ in range(4):
    collatz(12000), mandelbrot(120), digits_of_pi(500)
