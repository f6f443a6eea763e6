import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodePng } from "../../lib/figures/png";
import { apart, decode } from "./pixels";

const picture = (maxColours: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 23 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: maxColours }),
    )
    .chain(([width, height, count]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        colours: fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: count, maxLength: count }),
        picks: fc.array(fc.nat(), { minLength: width * height, maxLength: width * height }),
      }),
    )
    .map(({ width, height, colours, picks }) => {
      const data = new Uint8Array(4 * width * height);
      picks.forEach((pick, k) => {
        const colour = colours[pick % colours.length];
        data.set([colour >> 16, (colour >> 8) & 255, colour & 255, 255], 4 * k);
      });
      return { width, height, data };
    });

describe("encodePng", () => {
  it("keeps every pixel, whichever depth the number of colours allows", async () => {
    await fc.assert(
      fc.asyncProperty(picture(40), async (pixels) => {
        const decoded = await decode(await encodePng(pixels));
        expect([decoded.width, decoded.height]).toEqual([pixels.width, pixels.height]);
        for (let y = 0; y < pixels.height; y++) {
          for (let x = 0; x < pixels.width; x++) {
            const k = 4 * (y * pixels.width + x);
            expect(decoded.at(x, y)).toEqual([...pixels.data.subarray(k, k + 3)]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps every pixel of a picture with more colours than a palette holds", async () => {
    const data = Uint8Array.from({ length: 4 * 400 }, (_, k) =>
      k % 4 === 3 ? 255 : (k * 7 + (k >> 2) * 13) % 256,
    );
    const decoded = await decode(await encodePng({ width: 20, height: 20, data }));
    for (let k = 0; k < 400; k++) {
      expect(decoded.at(k % 20, Math.floor(k / 20))).toEqual([...data.subarray(4 * k, 4 * k + 3)]);
    }
  });

  it("brings a drawing down to the colours asked for, its common ones unchanged", async () => {
    const width = 64;
    const data = new Uint8Array(4 * width * width).fill(255);
    for (let k = 0; k < 512; k++) data.set([k % 256, 40 + (k % 31), 200 - (k % 97)], 4 * (4 * k));
    for (let k = 0; k < 700; k++) data.set([0, 114, 178], 4 * (2048 + k));
    const decoded = await decode(await encodePng({ width, height: width, data }, { colours: 16 }));
    const seen = new Set<string>();
    for (let k = 0; k < width * width; k++) seen.add(decoded.at(k % width, Math.floor(k / width)).join());
    expect(seen.size).toBeLessThanOrEqual(16);
    expect(decoded.at(1, 0)).toEqual([255, 255, 255]);
    expect(decoded.at(2048 % width, 2048 / width)).toEqual([0, 114, 178]);
    // Every other pixel is at least near what it was.
    const far = Array.from({ length: 512 }, (_, k) => {
      const at = 4 * (4 * k);
      return apart(decoded.at((4 * k) % width, Math.floor((4 * k) / width)), [...data.subarray(at, at + 3)]);
    });
    expect(far.reduce((a, b) => a + b) / far.length).toBeLessThan(60);
  });
});
