"""zoneinfo: no zones are on disk here, which is said clearly; zones from memory work."""
import io
import struct
import zoneinfo
from datetime import datetime

zoneinfo.reset_tzpath(to=['/no/zones/here'])
try:
    zoneinfo.ZoneInfo('Europe/Paris')
except zoneinfo.ZoneInfoNotFoundError as error:
    print(type(error).__name__, error)
print(zoneinfo.available_timezones())
head = struct.pack('>4sc15x6l', b'TZif', b'2', 0, 0, 0, 0, 1, 4)
block = head + struct.pack('>lbB', 3600, 0, 0) + b'CET\0'
zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(block + block + b'\nCET-1CEST,M3.5.0,M10.5.0/3\n'), key='Test/Zone')
for month in (1, 7):
    moment = datetime(2030, month, 1, 12, tzinfo=zone)
    print(moment.isoformat(), moment.tzname(), moment.dst(), zone)
