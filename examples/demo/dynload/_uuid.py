"""_uuid: time-based identifiers of the system library, and the rest of uuid."""
import _uuid
import uuid

print(type(_uuid.generate_time_safe()[0]).__name__, len(_uuid.generate_time_safe()[0]))
one, two = uuid.uuid1(), uuid.uuid1()
print(one.version, one.variant, one != two, one.node == two.node, len(str(one)))
print(uuid.uuid3(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid5(uuid.NAMESPACE_URL, "krait"))
fixed = uuid.UUID("{12345678-1234-5678-1234-567812345678}")
print(fixed, fixed.int, fixed.fields, fixed.bytes_le.hex(), fixed.urn, hash(fixed) == hash(fixed.int), fixed < uuid.UUID(int=2 ** 127))
print(uuid.uuid4().version, uuid.UUID(bytes=b"0123456789abcdef", version=4))
try:
    uuid.UUID("short")
except ValueError as error:
    print(error)
