import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageFolder } from "../../../lib/data";
import { rng } from "../../../lib/random";
import { type OddImage, oddImages } from "./odd-images";

// What becomes of pictures as people have them, each in a folder with three good ones: it is used, perhaps
// with a remark, or left out with a reason. None asks the network for anything.

const folder = mkdtempSync(join(tmpdir(), "odd images "));
let asked = 0;
let server: Server;
let images: readonly OddImage[];

beforeAll(async () => {
  server = createServer((_, answer) => {
    asked++;
    answer.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  images = await oddImages(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Used as it is: "", or with a remark; "−" and the reason where it is left out. */
const outcomes: Readonly<Record<string, string | RegExp>> = {
  PNG: "",
  "PNG with a name in capitals": "",
  "JPEG called JPEG": "",
  "PNG called JPEG": "is a PNG by its content",
  "JPEG called GIF": "is a JPEG by its content",
  "AVIF called PNG": "is an AVIF by its content",
  "a name with a per cent sign": "",
  "a name with a line break": "",
  "a name with quotes": "",
  "a name in other letters": "",
  "a name with a hash and a question mark": "",
  "a name of 200 letters": "",
  "no ending": "",
  "two endings": "",
  "PNG cut to its header": "− it is damaged or cut off",
  "PNG cut in its signature": "− it holds no PNG image",
  "PNG cut within pixels": /^− it is damaged or cut off/,
  "PNG without its end": "",
  "PNG with a wrong checksum": "− it is damaged or cut off",
  "PNG with bytes after its end": "",
  "PNG of 16 bits": "",
  "PNG with a palette": "",
  "PNG of one bit": "",
  "PNG, interlaced": "",
  "PNG, animated": "the first of its 2 pictures is used",
  "PNG in grey with alpha": "",
  "PNG, all transparent": "",
  "PNG of one pixel": "enlarged from 1 × 1 pixels",
  "PNG of 1 × 20,000 pixels":
    "enlarged from 1 × 20000 pixels; less than a third of its 1 × 20000 pixels are left by cropping",
  "JPEG, progressive": "",
  "JPEG in CMYK": "converted from CMYK",
  "JPEG in grey": "",
  "JPEG turned by EXIF": "",
  "JPEG cut off": /^− it is damaged or cut off/,
  "JPEG without its end": /^− it is damaged or cut off/,
  "GIF, animated": "the first of its 3 pictures is used",
  "GIF cut off": /^− it is damaged or cut off/,
  "WebP, animated": "the first of its 3 pictures is used",
  "WebP cut off": /^− it is damaged or cut off/,
  "TIFF cut off": /^− it is damaged or cut off/,
  "TIFF of floats": /^− its numbers are of the type float, and only whole ones of 8 and 16 bits are read/,
  "AVIF cut off": /^− it is damaged or cut off/,
  SVG: "",
  "SVG with a byte order mark and a comment": "",
  "SVG without a size": "",
  "SVG without size and view": "",
  "SVG of a huge view": "− its size is not one that can be drawn",
  "SVG of huge width": "",
  "SVG of size 0": "− its size is not one that can be drawn",
  "SVG of negative size": "− its size is not one that can be drawn",
  "SVG in per cent": "",
  "SVG cut off": /^− its XML is damaged or refused/,
  "SVG with nothing in it": "",
  "SVG with a picture from elsewhere": "",
  "SVG with a style from elsewhere": "",
  "SVG with a file of the machine": "",
  "SVG with an entity from elsewhere": /^− its XML is damaged or refused/,
  "SVG that grows by entities": /^− its XML is damaged or refused/,
  "SVG with a script": "",
  "SVG, compressed": "− compressed SVG files aren't read: convert it to PNG or JPEG",
  "HTML called PNG": "− it holds no PNG image",
  "a pointer of Git LFS": "− it holds no PNG image",
  "PDF called PNG": "− it holds no PNG image",
  "an icon": "− ICO files aren't read: convert it to PNG or JPEG",
  "only zeros": "− it holds no PNG image",
};

async function outcomeOf([, name, content]: OddImage) {
  const place = mkdtempSync(join(folder, "photos "));
  const source = rng("good");
  for (const k of [0, 1, 2]) {
    const data = Uint8Array.from({ length: 192 }, () => source.int(256));
    writeFileSync(join(place, `good-${k}.png`), encode({ width: 8, height: 8, channels: 3, data }));
  }
  writeFileSync(join(place, name), content);
  const cacheFolder = join(folder, "cache");
  const { train, test, leftOut, remarks } = await imageFolder(place, { size: 8, cacheFolder, log: () => {} });
  for (const { x, names } of [train, test]) {
    const row = names.indexOf(name);
    if (row >= 0)
      return {
        x: x.data.slice(192 * row, 192 * (row + 1)),
        said: remarks.map(({ note }) => note).join("; "),
      };
  }
  expect(leftOut.map(({ file }) => file)).toEqual([name]);
  return { said: `− ${leftOut[0].note}` };
}

describe("an odd picture is used, or left out with a reason", () => {
  it.each(Object.entries(outcomes))("%s", async (what, wanted) => {
    const { said } = await outcomeOf(images.find(([each]) => each === what)!);
    expect(said).not.toContain("\n");
    if (typeof wanted === "string") expect(said).toBe(wanted);
    else expect(said).toMatch(wanted);
  });

  it("all of them", () => {
    expect(images.map(([what]) => what)).toEqual(Object.keys(outcomes));
  });

  it.each([
    ["SVG", "#00aa00"],
    ["SVG without a size", "#00aa00"],
    ["SVG without size and view", "#00aa00"],
    ["SVG in per cent", "#00aa00"],
    ["SVG with a picture from elsewhere", "#00aa00"],
    ["SVG with a file of the machine", "#00aa00"],
    ["SVG with a script", "#00aa00"],
    ["SVG with nothing in it", "#ffffff"],
    ["PNG, all transparent", "#ffffff"],
  ])("%s is all %s", async (what, colour) => {
    const { x } = await outcomeOf(images.find(([each]) => each === what)!);
    const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    const found = Array.from(x!, (value) => Math.round(((value + 1) * 255) / 2));
    expect(found).toEqual(Array.from({ length: 192 }, (_, e) => channels[e % 3]));
  });

  it("none of them asks the network for anything", async () => {
    expect(asked).toBe(0);
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(asked).toBe(1);
  });
});
