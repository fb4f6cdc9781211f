"""_hashlib: OpenSSL's digests, HMAC, key derivation."""
import _hashlib
import hashlib
import hmac

assert hashlib.sha256 is _hashlib.openssl_sha256
data = bytes(range(256)) * 300
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
    digest = hashlib.new(name, data)
    step = hashlib.new(name)
    for i in range(0, len(data), 777):
        step.update(memoryview(data)[i:i + 777])
    print(name, digest.hexdigest()[:32], step.digest() == digest.digest(), digest.digest_size, digest.block_size, digest.name)
shake = hashlib.new("shake_128", b"x")
print(shake.hexdigest(10), repr(hashlib.sha256())[:25])
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex(), hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1, dklen=16).hex())
print(hmac.new(b"key", data, "sha512").hexdigest()[:40], hmac.digest(b"key", b"msg", "sha1").hex(), hmac.compare_digest("a", "a"))
first = hashlib.sha256(b"a")
second = first.copy()
second.update(b"b")
print(first.hexdigest() != second.hexdigest(), second.hexdigest() == hashlib.sha256(b"ab").hexdigest())
for code in ("hashlib.new('nonsense')", "hashlib.sha256('text')", "hashlib.pbkdf2_hmac('sha256', b'', b'', 0)", "hashlib.scrypt(b'', salt=b'', n=3, r=1, p=1)"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, error)
