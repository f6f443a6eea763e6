import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";

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
  const { width, height, data } = pixels;
  const count = width * height;

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
    return pngOf({ width, height, rows: packBits(indices, width, height, depth), depth, palette });
  }
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    rgb[3 * i] = data[4 * i];
    rgb[3 * i + 1] = data[4 * i + 1];
    rgb[3 * i + 2] = data[4 * i + 2];
  }
  return pngOf({ width, height, rows: rgb, depth: 8 });
}

interface PngParts {
  readonly width: number;
  readonly height: number;
  /** The rows of the picture, each beginning on a byte. */
  readonly rows: Uint8Array;
  /** Bits of a pixel's index, or of each of its colours. */
  readonly depth: number;
  /** Absent for true colour. */
  readonly palette?: readonly (readonly [number, number, number])[];
}

const deflated = promisify(deflate);

/** The bytes of a PNG file, after its specification: https://www.w3.org/TR/png-3/. */
async function pngOf({ width, height, rows, depth, palette }: PngParts): Promise<Uint8Array> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, palette ? 3 : 2], 8);
  const rowBytes = rows.length / height;
  // Before each row is the number of its filter: none.
  const filtered = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    filtered.set(rows.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    palette ? chunk("PLTE", Uint8Array.from(palette.flat())) : new Uint8Array(),
    chunk("IDAT", await deflated(filtered, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
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
