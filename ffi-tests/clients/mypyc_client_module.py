"""Compiled by mypyc: native classes, generators, dictionaries, exceptions."""
from typing import Dict, Iterator, List, Optional, Tuple


class Shape:
    sides: int = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def area(self) -> float:
        raise NotImplementedError(self.name)

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}({self.name!r})'


class Square(Shape):
    sides = 4

    def __init__(self, size: float) -> None:
        super().__init__('square')
        self.size = size

    def area(self) -> float:
        return self.size * self.size

    @property
    def double(self) -> 'Square':
        return Square(self.size * 2)

    @staticmethod
    def unit() -> 'Square':
        return Square(1.0)


def fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def count(words: List[str]) -> Dict[str, int]:
    found: Dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def pairs(n: int) -> Iterator[Tuple[int, str]]:
    for i in range(n):
        yield i, str(i)


def first(items: List[int], default: Optional[int] = None, *, strict: bool = False) -> int:
    try:
        return items[0]
    except IndexError as error:
        if strict:
            raise ValueError('empty') from error
        return -1 if default is None else default
    finally:
        log.append(len(items))


def closure(n: int):
    def inner(m: int) -> int:
        return n + m
    return inner


def big(n: int) -> int:
    return (1 << n) - n // 3 + n % 7


log: List[int] = []
