import { UsageError } from "../../errors";

/**
 * How bytes are laid out before they are compressed: `"bytes"` as they are, `"halves"` for a safetensors file
 * of float16: the header, then the upper bytes of all numbers, which compress, then the lower ones, which
 * are noise.
 */
export type Layout = "bytes" | "halves";

/** Compresses bytes for a page: lengths of three parts, then the parts, each by DEFLATE. */
export async function pack(bytes: Uint8Array, layout: Layout = "bytes"): Promise<Uint8Array> {
  const parts = layout === "halves" ? apart(bytes) : [bytes, new Uint8Array(), new Uint8Array()];
  const packed = await Promise.all(parts.map((part) => through(part, new CompressionStream("deflate-raw"))));
  const out = new Uint8Array(12 + packed.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(out.buffer);
  let at = 12;
  packed.forEach((part, k) => {
    view.setUint32(4 * k, part.length, true);
    out.set(part, at);
    at += part.length;
  });
  return out;
}

/** The bytes that `pack` compressed. @throws UsageError if these are others. */
export async function unpack(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    let at = 12;
    const parts = [0, 1, 2].map((k) => {
      const part = packed.subarray(at, at + view.getUint32(4 * k, true));
      at += part.length;
      return through(part, new DecompressionStream("deflate-raw"));
    });
    const [first, high, low] = await Promise.all(parts);
    const out = new Uint8Array(first.length + high.length + low.length);
    out.set(first);
    for (let i = 0; i < high.length; i++) {
      out[first.length + 2 * i] = low[i];
      out[first.length + 2 * i + 1] = high[i];
    }
    return out;
  } catch (error) {
    throw new UsageError(`Packed data can't be read: ${(error as Error).message}.`);
  }
}

/** The header of a safetensors file, and the upper and lower bytes of its numbers of two bytes each. */
function apart(bytes: Uint8Array): readonly Uint8Array[] {
  const length = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const count = (bytes.length - length) / 2;
  const pick = (offset: number) =>
    Uint8Array.from({ length: count }, (_, i) => bytes[length + 2 * i + offset]);
  return [bytes.subarray(0, length), pick(1), pick(0)];
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(whole).arrayBuffer());
}
