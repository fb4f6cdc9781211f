"""hashlib and hmac over OpenSSL: hash functions, HMAC, key derivation, what is refused."""
import _hashlib
import hashlib
import hmac

data = bytes(range(256)) * 300
print(hashlib.sha256 is _hashlib.openssl_sha256, len(_hashlib.openssl_md_meth_names), _hashlib.get_fips_mode())
for name in ('md4', 'md5', 'ripemd160', 'whirlpool', 'sm3', 'sha512_256', 'sha3_384', 'blake2b512', 'shake_128'):
    whole, steps = hashlib.new(name, data), hashlib.new(name)
    for start in range(0, len(data), 7777):
        steps.update(memoryview(data)[start:start + 7777])
    length = (10,) if name.startswith('shake') else ()
    print(name, whole.hexdigest(*length)[:24], steps.digest(*length) == whole.digest(*length), whole.name, whole.digest_size, whole.block_size)
print(hashlib.pbkdf2_hmac('sha256', b'password', b'salt', 1000).hex()[:32], hashlib.scrypt(b'p', salt=b's', n=16, r=8, p=1, dklen=16).hex())
keyed = _hashlib.hmac_new(b'key', data, digestmod='sha512')
print(keyed.hexdigest()[:32], keyed.name, keyed.copy().digest() == hmac.digest(b'key', data, 'sha512') == hmac.new(b'key', data, 'sha512').digest())
for attempt in (lambda: hashlib.new('nonsense'), lambda: hashlib.sha256('text'), lambda: hashlib.scrypt(b'', salt=b'', n=3, r=1, p=1), lambda: _hashlib.HASH()):
    try:
        print(attempt())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
