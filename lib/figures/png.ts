/** Pixels of a picture: RGBA, 8 bits each, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * Encodes an opaque picture as PNG (alpha is dropped): with a palette when it has at most 256 colours, else
 * in true colour. With `colours`, a picture with more colours is reduced to that many: right for drawings,
 * whose other colours are the antialiased edges of lines and letters.
 */
export async function encodePng(pixels: Pixels, options: { colours?: number } = {}): Promise<Uint8Array> {
  const { encode } = await import("fast-png");
  const { width, height, data } = pixels;
  const count = width * height;
  const zlib = { level: 9 } as const;

  const colours = histogram(data, count);
  const limit = options.colours ?? 256;
  if (colours.size <= limit || options.colours) {
    const { palette, indexOf } =
      colours.size <= limit ? exactPalette(colours) : reducedPalette(colours, limit);
    const indices = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      indices[i] = indexOf.get((data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2]) ?? 0;
    }
    const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
    // Rows of less than a byte per pixel must start on a byte, which fast-png leaves to its caller.
    return encode(
      { width, height, data: packBits(indices, width, height, depth), depth, channels: 1, palette },
      { zlib },
    );
  }
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    rgb[3 * i] = data[4 * i];
    rgb[3 * i + 1] = data[4 * i + 1];
    rgb[3 * i + 2] = data[4 * i + 2];
  }
  return encode({ width, height, data: rgb, depth: 8, channels: 3 }, { zlib });
}

/** Base64 text of bytes, as a MIME bundle and a data URI hold them. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

type Palette = { palette: [number, number, number][]; indexOf: Map<number, number> };

function histogram(data: ArrayLike<number>, count: number): Map<number, number> {
  const colours = new Map<number, number>();
  let last = -1;
  let run = 0;
  for (let i = 0; i < count; i++) {
    const colour = (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2];
    if (colour === last) {
      run++;
      continue;
    }
    if (run > 0) colours.set(last, (colours.get(last) ?? 0) + run);
    last = colour;
    run = 1;
  }
  if (run > 0) colours.set(last, (colours.get(last) ?? 0) + run);
  return colours;
}

const split = (colour: number): [number, number, number] => [colour >> 16, (colour >> 8) & 255, colour & 255];

function exactPalette(colours: ReadonlyMap<number, number>): Palette {
  const sorted = [...colours.keys()].sort((a, b) => a - b);
  return { palette: sorted.map(split), indexOf: new Map(sorted.map((colour, i) => [colour, i])) };
}

/** The most common colours (near ones counted together); every other maps to the nearest of them. */
function reducedPalette(colours: ReadonlyMap<number, number>, limit: number): Palette {
  const buckets = new Map<number, { count: number; colour: number; most: number }>();
  for (const [colour, count] of colours) {
    const key = colour & 0xf8f8f8;
    const bucket = buckets.get(key);
    if (!bucket) buckets.set(key, { count, colour, most: count });
    else {
      bucket.count += count;
      if (count > bucket.most) {
        bucket.most = count;
        bucket.colour = colour;
      }
    }
  }
  const chosen = [...buckets.values()]
    .sort((a, b) => b.count - a.count || a.colour - b.colour)
    .slice(0, limit)
    .map((bucket) => bucket.colour);
  const palette = chosen.map(split);
  const indexOf = new Map<number, number>();
  for (const colour of colours.keys()) {
    const [r, g, b] = split(colour);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < palette.length; k++) {
      const [pr, pg, pb] = palette[k];
      const distance = 2 * (r - pr) ** 2 + 4 * (g - pg) ** 2 + 3 * (b - pb) ** 2;
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    indexOf.set(colour, best);
  }
  return { palette, indexOf };
}

function packBits(indices: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  if (depth === 8) return indices;
  const rowBytes = Math.ceil((width * depth) / 8);
  const packed = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      packed[y * rowBytes + (bit >> 3)] |= indices[y * width + x] << (8 - depth - (bit & 7));
    }
  }
  return packed;
}
