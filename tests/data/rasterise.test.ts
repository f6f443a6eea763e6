import { expect, test } from "vitest";
import { rasterise } from "../../lib/data/rasterise";

const svg = (body: string, box = "0 0 16 16") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="1" height="1">${body}</svg>`;

test("a picture is on white, and a half-covered pixel is halfway", async () => {
  const half = svg('<rect width="8.5" height="16" fill="#000"/><rect width="4" height="4" fill="#f00"/>');
  const { bytes, digests } = await rasterise({ svgs: [svg(""), half], size: 16 });
  expect(digests[0]).not.toBe(digests[1]);
  expect(digests).toEqual((await rasterise({ svgs: [svg("<g/>"), half], size: 64 })).digests);
  expect(bytes.length).toBe(2 * 16 * 16 * 3);
  expect(bytes.subarray(0, 768).every((byte) => byte === 255)).toBe(true);
  const pixel = (x: number, y: number) => [
    ...bytes.subarray(768 + (y * 16 + x) * 3, 768 + (y * 16 + x) * 3 + 3),
  ];
  expect(pixel(0, 0)).toEqual([255, 0, 0]);
  expect(pixel(7, 8)).toEqual([0, 0, 0]);
  for (const value of pixel(8, 8)) expect(Math.abs(value - 127.5)).toBeLessThanOrEqual(1);
  expect(pixel(9, 8)).toEqual([255, 255, 255]);
});

test("pictures keep their order, and progress reaches the total", async () => {
  const shades = Array.from({ length: 250 }, (_, i) =>
    svg(`<rect width="16" height="16" fill="rgb(${i},0,0)"/>`),
  );
  const seen: number[] = [];
  const { bytes } = await rasterise({ svgs: shades, size: 16, onProgress: (done) => seen.push(done) });
  expect(shades.map((_, i) => bytes[i * 768])).toEqual(shades.map((_, i) => i));
  expect(seen).toEqual([100, 200, 250]);
});

test("only square drawings and sizes that divide 128 are taken", async () => {
  await expect(
    rasterise({ svgs: [`${svg("", "0 0 16 8").replace('height="1"', 'height="0.5"')}`], size: 16 }),
  ).rejects.toThrow(/square drawings.*128×64/);
  await expect(rasterise({ svgs: [], size: 48 })).rejects.toThrow(/divides 128.*48/);
});
