"""sqlite3: a database in memory and one in a file."""
import os
import sqlite3

print(sqlite3.apilevel, sqlite3.paramstyle, sqlite3.threadsafety)
path = os.path.abspath('alone.db')
for name in (':memory:', path):
    db = sqlite3.connect(name)
    with db:
        db.execute('create table beast (name text primary key, legs int, picture blob)')
        db.executemany('insert into beast values (?, ?, ?)', [('krait', 0, b'\0\1'), ('ant', 6, None), ('dog', 4, b'')])
    db.row_factory = sqlite3.Row
    db.create_function('shout', 1, lambda text: text.upper() + '!')
    print([tuple(row) for row in db.execute('select shout(name), legs, picture from beast order by legs')])
    try:
        with db:
            db.execute('delete from beast')
            db.execute("insert into nowhere values (1)")
    except sqlite3.OperationalError as error:
        print(error, db.in_transaction, db.execute('select count(*) from beast').fetchone()[0])
    print(list(db.iterdump())[:2], db.total_changes)
    db.close()
os.unlink(path)
