"""crypt: passwords hashed by every method, and settings that mean nothing."""
import crypt

print([method.name for method in crypt.methods])
for setting in (
        'ab', '_J9..rasm', '$1$salt', '$5$rounds=1000$salt', '$6$salt', '$2b$04$abcdefghijklmnopqrstuu',
        '$2x$04$abcdefghijklmnopqrstuu', '$3$', '$sha1$40$salt', '$y$j75$abcdefghijkl', '$7$56..../....salt'):
    for word in '', 'word', 'Passwörter sind länger':
        print(crypt.crypt(word, setting))
for setting in '', 'a', '*0', '$1', '$5$rounds=1$salt', '$2b$99$abcdefghijklmnopqrstuu', 'a:':
    print(repr(setting), crypt.crypt('word', setting))
for method in crypt.methods:
    hashed = crypt.crypt('word', method)
    print(method.name, len(hashed) == method.total_size, crypt.crypt('word', hashed) == hashed)
