"""_zoneinfo: zones from the system's database and from bytes made here."""
import _zoneinfo
import io
import pickle
import struct
import zoneinfo
from datetime import datetime, timedelta, timezone

assert zoneinfo.ZoneInfo is _zoneinfo.ZoneInfo


def tzif(transitions, types, names, footer):
    """A version 2 zone file: `transitions` of (time, type), `types` of (offset, dst, name index)."""
    def block(code, size):
        head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, len(transitions), len(types), len(names))
        times = b"".join(struct.pack(code, time) for time, _ in transitions)
        kinds = bytes(kind for _, kind in transitions)
        return head + times + kinds + b"".join(struct.pack(">lbB", *kind) for kind in types) + names
    return block(">l", 4) + block(">q", 8) + b"\n" + footer + b"\n"


data = tzif([(0, 1), (15552000, 0), (31536000, 1)], [(3600, 0, 0), (7200, 1, 4)], b"AAA\0BBB\0", b"AAA-1BBB,M3.5.0,M10.5.0/3")
zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key="Test/Zone")
for moment in (datetime(1969, 12, 31), datetime(1970, 1, 1, 2), datetime(1970, 8, 1), datetime(2030, 7, 1, 12), datetime(2030, 12, 1)):
    local = moment.replace(tzinfo=zone)
    print(local.isoformat(), local.tzname(), local.dst(), local.astimezone(timezone.utc))
fold = datetime(2030, 10, 27, 2, 30, tzinfo=zone)
print(fold.utcoffset(), fold.replace(fold=1).utcoffset(), zone, zone.key)
start = datetime(2030, 3, 31, 0, 30, tzinfo=timezone.utc)
print([(start + timedelta(minutes=30 * i)).astimezone(zone).strftime("%H:%M %Z") for i in range(3)])
try:
    utc = zoneinfo.ZoneInfo("UTC")
    print(utc is zoneinfo.ZoneInfo("UTC"), pickle.loads(pickle.dumps(utc)) is utc, zoneinfo.ZoneInfo.no_cache("UTC") is utc)
except zoneinfo.ZoneInfoNotFoundError:
    print("no zone database here")
for code in ("zoneinfo.ZoneInfo('Not/There')", "zoneinfo.ZoneInfo('../x')", "zoneinfo.ZoneInfo.from_file(io.BytesIO(b'rubbish'))", "pickle.dumps(zone)"):
    try:
        eval(code)
    except Exception as error:
        print(type(error).__name__, str(error)[:80])
