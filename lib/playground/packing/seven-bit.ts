// Bytes as text that an HTML page can carry: seven bits in each ASCII character, so that a page in UTF-8
// grows by a seventh, where base64 lets it grow by a third. Three characters can't stand in a script element
// or don't survive it: NUL, the carriage return and "<". Such a group of bits goes with the next one into a
// character of two bytes, so that nothing is lost (the idea is that of "base122" by Kevin Albertson, 2016).

const excluded = [0, 13, 60];
/** The first of the characters of two bytes: past those that HTML calls control characters. */
const FIRST = 0x100;

/** Text that `fromSevenBit` turns into the same bytes. It holds no "<", so it can't end a script element. */
export function toSevenBit(bytes: Uint8Array): string {
  const groups = new Uint8Array(Math.ceil((bytes.length * 8) / 7));
  let [held, bits, at] = [0, 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 7) {
      bits -= 7;
      groups[at++] = (held >> bits) & 127;
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) groups[at++] = (held << (7 - bits)) & 127;

  const codes = new Uint16Array(groups.length);
  let length = 0;
  for (let i = 0; i < groups.length; i++) {
    const rank = excluded.indexOf(groups[i]);
    codes[length++] = rank < 0 ? groups[i] : FIRST + rank * 128 + (groups[++i] ?? 0);
  }
  const parts: string[] = [];
  for (let i = 0; i < length; i += 8192) {
    parts.push(String.fromCharCode(...codes.subarray(i, Math.min(i + 8192, length))));
  }
  return `${bytes.length};${parts.join("")}`;
}

/** The bytes of a text that `toSevenBit` made. */
export function fromSevenBit(text: string): Uint8Array<ArrayBuffer> {
  const start = text.indexOf(";") + 1;
  const out = new Uint8Array(Number(text.slice(0, start - 1)));
  let [held, bits, at] = [0, 0, 0];
  const put = (group: number) => {
    held = (held << 7) | group;
    bits += 7;
    if (bits < 8) return;
    bits -= 8;
    if (at < out.length) out[at++] = held >> bits;
    held &= (1 << bits) - 1;
  };
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) put(code);
    else {
      put(excluded[(code - FIRST) >> 7]);
      put((code - FIRST) & 127);
    }
  }
  return out;
}
