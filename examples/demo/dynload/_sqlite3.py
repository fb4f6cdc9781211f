"""_sqlite3: tables, parameters, user functions, aggregates, collations, transactions, blobs, backup."""
import datetime
import sqlite3

db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
db.row_factory = sqlite3.Row
db.executescript("create table beast (id integer primary key, name text unique, legs int, weight real, seen date, picture blob);"
                 "create index by_legs on beast (legs);")
rows = [("krait", 0, 0.4, datetime.date(2021, 5, 6), b"\x00\x01"), ("ant", 6, 1e-6, None, b""), ("dog", 4, 31.5, datetime.date(2020, 1, 1), None)]
with db:
    db.executemany("insert into beast (name, legs, weight, seen, picture) values (?, ?, ?, ?, ?)", rows)
for row in db.execute("select * from beast where legs >= :least order by name", {"least": 0}):
    print(tuple(row), row["name"], row.keys()[:2], len(row))


class Product:
    def __init__(self):
        self.value = 1

    def step(self, x):
        self.value *= x

    def finalize(self):
        return self.value


db.create_function("shout", 1, lambda text: text.upper() + "!", deterministic=True)
db.create_aggregate("product", 1, Product)
db.create_collation("backwards", lambda a, b: (a[::-1] > b[::-1]) - (a[::-1] < b[::-1]))
print([r[0] for r in db.execute("select shout(name) from beast order by name collate backwards")])
print(tuple(db.execute("select product(legs + 1), group_concat(name, '-'), total(weight) from beast").fetchone()))
for sql, parameters in (("insert into beast (name) values ('dog')", ()), ("select * from nowhere", ()), ("select ?", ()), ("selec", ()), ("select ?", (object(),))):
    try:
        db.execute(sql, parameters)
    except sqlite3.Error as error:
        print(type(error).__name__, error)
try:
    with db:
        db.execute("delete from beast")
        print(db.execute("select count(*) from beast").fetchone()[0], db.in_transaction)
        raise RuntimeError
except RuntimeError:
    print(db.execute("select count(*) from beast").fetchone()[0], db.in_transaction)
copy = sqlite3.connect(":memory:")
db.backup(copy)
print(copy.execute("select name from beast order by id").fetchall(), list(copy.iterdump())[1][:30])
cursor = copy.cursor()
cursor.execute("with recursive n(x) as (select 1 union all select x + 1 from n where x < 1000) select sum(x) from n")
print(cursor.fetchone(), cursor.description[0][0], cursor.rowcount, cursor.fetchone())
log = []
copy.set_trace_callback(log.append)
copy.execute("update beast set legs = legs * 2")
print(log, copy.total_changes)
sqlite3.register_adapter(complex, lambda z: f"{z.real};{z.imag}")
sqlite3.register_converter("cplx", lambda b: complex(*map(float, b.split(b";"))))
db.execute("create table z (v cplx)")
db.execute("insert into z values (?)", (3 + 4j,))
print(abs(db.execute("select v from z").fetchone()["v"]))
db.close()
try:
    db.execute("select 1")
except sqlite3.ProgrammingError as error:
    print(error)
