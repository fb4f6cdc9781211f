"""audioop, and the formats of sound files on it: codes, sampling rates, channels."""
import aifc
import array
import audioop
import io
import math
import wave

tone = array.array('h', (int(20000 * math.sin(n / 7)) for n in range(2000))).tobytes()
for name in 'max', 'maxpp', 'avg', 'avgpp', 'rms', 'cross', 'minmax':
    print(name, getattr(audioop, name)(tone, 2))
for code in 'ulaw', 'alaw':
    coded = getattr(audioop, 'lin2' + code)(tone, 2)
    back = getattr(audioop, code + '2lin')(coded, 2)
    print(code, len(coded), audioop.max(audioop.add(back, audioop.mul(tone, 2, -1), 2), 2))
coded, state = audioop.lin2adpcm(tone, 2, None)
print(len(coded), state, sum(coded))

slow, state = audioop.ratecv(tone, 2, 1, 8000, 11025, None)
print(len(slow), state, audioop.rms(slow, 2))
both = audioop.tostereo(tone, 2, 1, 0.5)
print(len(both), audioop.tomono(both, 2, 1, 0) == tone, audioop.findfit(tone, tone[400:800]))
try:
    audioop.max(tone, 5)
except audioop.error as error:
    print(error)

file = io.BytesIO()
with wave.open(file, 'wb') as sound:
    sound.setparams((1, 2, 8000, 0, 'NONE', ''))
    sound.writeframes(tone)
with wave.open(io.BytesIO(file.getvalue())) as sound:
    print(sound.getparams(), sound.readframes(2000) == tone)

file = io.BytesIO()
file.close = lambda: None
with aifc.open(file, 'wb') as sound:
    sound.setparams((1, 2, 8000, 0, b'ulaw', b'u-law'))
    sound.writeframes(tone)
with aifc.open(io.BytesIO(file.getvalue())) as sound:
    print(sound.getparams(), audioop.rms(sound.readframes(2000), 2))
