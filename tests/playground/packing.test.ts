import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../../lib/formats/safetensors-bytes";
import { fromBase64, toBase64 } from "../../lib/playground/packing/base64";
import { pack, unpack } from "../../lib/playground/packing/packed";
import { fromSevenBit, toSevenBit } from "../../lib/playground/packing/seven-bit";
import { rng } from "../../lib/random";

/** Bytes by chance, and all that HTML could stumble over. */
function bytesOf(length: number, seed = 0): Uint8Array {
  const random = rng(seed);
  return Uint8Array.from({ length }, () => random.int(256));
}

describe("bytes as text of seven bits", () => {
  it("come back, whatever they are and however many", () => {
    for (let length = 0; length < 40; length++) {
      for (const bytes of [
        bytesOf(length, length),
        new Uint8Array(length),
        new Uint8Array(length).fill(255),
      ]) {
        expect([...fromSevenBit(toSevenBit(bytes))]).toEqual([...bytes]);
      }
    }
    // "<", NUL and the carriage return in every place of the groups of seven bits.
    for (const group of [0, 13, 60]) {
      const bits = group.toString(2).padStart(7, "0").repeat(16);
      const bytes = Uint8Array.from({ length: 14 }, (_, k) =>
        Number.parseInt(bits.slice(8 * k, 8 * k + 8), 2),
      );
      expect([...fromSevenBit(toSevenBit(bytes))]).toEqual([...bytes]);
      expect([...fromSevenBit(toSevenBit(bytes.subarray(0, 7)))]).toEqual([...bytes.subarray(0, 7)]);
    }
  });

  it("hold nothing that HTML changes or reads as a tag, and take a seventh more room", () => {
    const bytes = bytesOf(70_000);
    const text = toSevenBit(bytes);
    expect(/[<\0\r]/.test(text)).toBe(false);
    expect(Buffer.byteLength(text)).toBeLessThan(70_000 * (8 / 7) + 20);
    // As a file in UTF-8.
    expect(fromSevenBit(Buffer.from(text, "utf8").toString("utf8"))).toEqual(bytes);
  });
});

describe("packed bytes", () => {
  it("come back in both layouts", async () => {
    const bytes = bytesOf(3001);
    expect(await unpack(await pack(bytes))).toEqual(bytes);
    const weights = rng(1).normals([50, 40]);
    const stored = encodeSafetensors(
      { a: { shape: [50, 40], data: weights.data as Float32Array } },
      { floats: "F16" },
    );
    const packed = await pack(stored, "halves");
    expect(await unpack(packed)).toEqual(stored);
    // Signs, exponents and upper bits of normal numbers have less than 6.5 bits of entropy a byte.
    expect(packed.length).toBeLessThan(0.93 * stored.length);
  });

  it("are refused when they are something else", async () => {
    await expect(unpack(bytesOf(50))).rejects.toThrow(/Packed data can't be read/);
    await expect(unpack(new Uint8Array(3))).rejects.toThrow(/Packed data can't be read/);
  });

  it("survive base64", () => {
    for (const length of [0, 1, 2, 3, 8190, 8191, 20_000]) {
      const bytes = bytesOf(length);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
  });
});
