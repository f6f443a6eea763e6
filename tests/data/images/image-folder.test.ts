import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import sharp from "sharp";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { batchOf, type ImageFolderOptions, imageFolder, describe as summary, take } from "../../../lib/data";
import { rng } from "../../../lib/random";
import { digest } from "../../../lib/training/store/digest";

const root = mkdtempSync(join(tmpdir(), "image folder "));
const cacheFolder = join(root, "cache");
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(root, "photos "));
  lines = [];
});

const load = (options: ImageFolderOptions = {}, path = folder) =>
  imageFolder(path, { cacheFolder, size: 8, log: (line) => lines.push(line), ...options });

function put(name: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** A PNG file with these channels of 8 or 16 bits. */
const png = (data: Uint8Array | Uint16Array, [height, width, channels]: readonly number[]) =>
  encode({ width, height, data, channels, depth: data instanceof Uint16Array ? 16 : 8 });

/** A picture of one colour, and the same for all of its pixels. */
const plain = (colour: readonly number[], side = 8) =>
  png(
    Uint8Array.from({ length: side * side * colour.length }, (_, e) => colour[e % colour.length]),
    [side, side, colour.length],
  );

const noise = (seed: number, [height, width, channels] = [8, 8, 3]) => {
  const source = rng(seed);
  return Uint8Array.from({ length: height * width * channels }, () => source.int(256));
};

/** Ten pictures of noise. */
const fill = (n = 10, name = (k: number) => `${k}.png`) => {
  for (let k = 0; k < n; k++) put(name(k), png(noise(k), [8, 8, 3]));
};

/** The only picture with this name, among all splits. */
async function pixelsOf(name: string, options: ImageFolderOptions = {}) {
  const { train, test } = await load(options);
  for (const { x, names } of [train, test]) {
    const row = names.indexOf(name);
    const size = x.data.length / x.shape[0];
    if (row >= 0) return { shape: x.shape.slice(1), data: x.data.slice(row * size, (row + 1) * size) };
  }
  throw new Error(`${name} is not there`);
}

const levels = (data: ArrayLike<number>, most = 255) => Array.from(data, (value) => ((value + 1) * most) / 2);

describe("pixels", () => {
  it("of PNG files are kept bit for bit where the size is theirs", async () => {
    fill(4);
    for (let k = 0; k < 4; k++) {
      const { data, shape } = await pixelsOf(`${k}.png`);
      expect(shape).toEqual([8, 8, 3]);
      expect(levels(data).map(Math.round)).toEqual(Array.from(noise(k)));
    }
  });

  it.each(["jpeg", "webp", "avif", "gif", "tiff"] as const)("of %s files are read", async (format) => {
    const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: "#c03020" } });
    put(`a.${format}`, await picture.toFormat(format, { quality: 100 }).toBuffer());
    put("b.png", plain([0, 0, 0]));
    const { data } = await pixelsOf(`a.${format}`);
    levels(data).forEach((level, e) => {
      expect(Math.abs(level - [0xc0, 0x30, 0x20][e % 3])).toBeLessThan(4);
    });
  });

  it("of SVG files are drawn at the size asked for, on the background", async () => {
    put(
      "a.svg",
      '<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2">' +
        '<rect width="1" height="2" fill="#f00"/></svg>',
    );
    put("b.png", plain([0, 0, 0]));
    const { data } = await pixelsOf("a.svg", { background: [0, 0, 255] });
    // A sharp edge: enlarged from 2 × 2 pixels it would be blurred over several.
    for (let x = 0; x < 8; x++) {
      expect(levels(data.slice(x * 3, x * 3 + 3)).map(Math.round)).toEqual(x < 4 ? [255, 0, 0] : [0, 0, 255]);
    }
  });

  it("of 16 bits keep them, beside others of 8", async () => {
    const deep = Uint16Array.from({ length: 64 }, (_, e) => 1000 * e + 7);
    put("deep.png", png(deep, [8, 8, 1]));
    put("flat.png", plain([200]));
    expect(levels((await pixelsOf("deep.png")).data, 65535).map(Math.round)).toEqual(Array.from(deep));
    expect((await pixelsOf("flat.png")).data.every((value) => value === Math.fround(200 / 127.5 - 1))).toBe(
      true,
    );
    const eight = levels((await pixelsOf("deep.png", { depth: 8 })).data);
    expect(eight.map(Math.round)).toEqual(Array.from(deep, (value) => Math.round(value / 257)));
  });

  it("of 16 bits in colour keep them", async () => {
    const deep = Uint16Array.from({ length: 192 }, (_, e) => 341 * e);
    put("deep.png", png(deep, [8, 8, 3]));
    put("flat.png", plain([200, 0, 0]));
    expect(levels((await pixelsOf("deep.png")).data, 65535).map(Math.round)).toEqual(Array.from(deep));
  });

  it("are grey where all files are, else colour, or as asked", async () => {
    put("a.png", plain([10]));
    put("b.png", plain([20]));
    expect((await load()).train.x.shape).toEqual([1, 8, 8, 1]);
    expect(levels((await pixelsOf("a.png", { channels: 3 })).data).map(Math.round)).toEqual(
      Array(192).fill(10),
    );
    put("c.png", plain([255, 0, 0]));
    expect((await load()).train.x.shape).toEqual([2, 8, 8, 3]);
    expect((await load({ channels: 1 })).train.x.shape).toEqual([2, 8, 8, 1]);
    expect(levels((await pixelsOf("b.png", { channels: 1 })).data).map(Math.round)).toEqual(
      Array(64).fill(20),
    );
  });

  it.each([
    ["grey", [10, 100], [159, 159, 159], "white"],
    ["grey", [10, 100], [4, 4, 4], "black"],
    ["colour", [10, 200, 0, 51], [206, 244, 204], "white"],
    ["colour", [10, 200, 0, 0], [7, 8, 9], [7, 8, 9]],
  ] as const)("that are %s and transparent show the background", async (_, colour, shown, background) => {
    // A c + (1 − A) b with A = 100/255 or 51/255, rounded.
    put("a.png", plain(colour));
    put("b.png", plain([0, 0, 0]));
    expect(
      levels((await pixelsOf("a.png", { background })).data)
        .map(Math.round)
        .slice(0, 3),
    ).toEqual(shown);
  });

  it.each([
    // A c + (1 − A) b with A = 100/255, rounded.
    ["grey", [10, 100], 159, "white"],
    ["grey", [10, 100], 4, "black"],
    ["colour", [10, 10, 10, 100], 159, "white"],
    ["colour", [10, 10, 10, 0], 7, [7, 7, 7]],
  ] as const)(
    "that are %s and transparent show it in grey images, too",
    async (kind, colour, shown, background) => {
      put("a.png", plain(colour));
      put("b.png", plain([0]));
      const { shape, data } = await pixelsOf("a.png", { background, channels: 1 });
      expect(shape.at(-1)).toBe(1);
      expect(levels(data).map(Math.round)).toEqual(Array(64).fill(shown));
      if (kind === "grey")
        expect(Array.from((await pixelsOf("a.png", { background })).data)).toEqual(Array.from(data));
    },
  );

  it("that are black lines on nothing are not black all over", async () => {
    const line = Uint8Array.from({ length: 128 }, (_, e) => (e % 2 === 0 ? 0 : (e >> 1) % 8 === 3 ? 255 : 0));
    put("a.png", png(line, [8, 8, 2]));
    put("b.png", plain([0]));
    const { data } = await pixelsOf("a.png");
    expect(levels(data).map(Math.round).slice(0, 8)).toEqual([255, 255, 255, 0, 255, 255, 255, 255]);
    const small = await pixelsOf("a.png", { size: 4 });
    expect(small.data.some((value) => value > 0.9) && small.data.some((value) => value < 0.9)).toBe(true);
  });

  it("half transparent of 16 bits are mixed with pure white", async () => {
    put(
      "a.png",
      png(
        Uint16Array.from({ length: 256 }, (_, e) => (e % 4 === 3 ? 32768 : 0)),
        [8, 8, 4],
      ),
    );
    put("b.png", plain([0, 0, 0]));
    const [level] = levels((await pixelsOf("a.png")).data, 65535);
    expect(Math.abs(level - 65535 * (1 - 32768 / 65535))).toBeLessThan(1.5);
  });

  it("of a CMYK file become sRGB, with a remark", async () => {
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#c03020" } });
    put("a.jpg", await picture.toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer());
    put("b.png", plain([0, 0, 0]));
    const [r, g, b] = levels((await pixelsOf("a.jpg")).data);
    expect(Math.abs(r - 0xc0) + Math.abs(g - 0x30) + Math.abs(b - 0x20)).toBeLessThan(60);
    expect((await load()).remarks).toContainEqual({ file: "a.jpg", note: "converted from CMYK" });
  });

  it.each([
    // Where the picture's bright upper left corner is after each of EXIF's orientations.
    [1, "top left"],
    [2, "top right"],
    [3, "bottom right"],
    [4, "bottom left"],
    [5, "top left"],
    [6, "top right"],
    [7, "bottom right"],
    [8, "bottom left"],
  ] as const)("are turned by EXIF orientation %i: %s", async (orientation, corner) => {
    const data = Uint8Array.from({ length: 16 * 16 }, (_, e) => (e % 16 < 8 && e < 128 ? 255 : 0));
    const jpeg = sharp(data, { raw: { width: 16, height: 16, channels: 1 } }).jpeg({ quality: 100 });
    put("a.jpg", await jpeg.withMetadata({ orientation }).toBuffer());
    put("b.png", plain([0]));
    const turned = (await pixelsOf("a.jpg", { channels: 1 })).data;
    const at = { "top left": 9, "top right": 14, "bottom left": 49, "bottom right": 54 };
    for (const [place, pixel] of Object.entries(at)) {
      expect(turned[pixel]).toBeCloseTo(place === corner ? 1 : -1, 0);
    }
  });

  it("of an animation are those of its first picture, with a remark", async () => {
    const frames = Uint8Array.from({ length: 3 * 8 * 8 * 3 }, (_, e) => 255 - 100 * Math.floor(e / 192));
    const raw = { width: 8, height: 24, channels: 3, pageHeight: 8 } as const;
    put("a.gif", await sharp(frames, { raw }).gif().toBuffer());
    put("b.png", plain([0, 0, 0]));
    expect((await pixelsOf("a.gif")).data.every((value) => value === 1)).toBe(true);
    expect((await load()).remarks).toEqual([{ file: "a.gif", note: "the first of its 3 pictures is used" }]);
  });

  it("are cropped to the middle, padded or stretched", async () => {
    // Four columns: black, white, white, black.
    const data = Uint8Array.from({ length: 8 * 16 }, (_, e) => (e % 16 >= 4 && e % 16 < 12 ? 255 : 0));
    put("a.png", png(data, [8, 16, 1]));
    put("b.png", plain([0]));
    const cropped = await pixelsOf("a.png");
    expect(cropped.data.every((value) => value === 1)).toBe(true);
    const padded = levels((await pixelsOf("a.png", { fit: "pad", background: [100, 100, 100] })).data);
    expect(padded.slice(0, 16).map(Math.round)).toEqual(Array(16).fill(100));
    expect(padded.slice(48).map(Math.round)).toEqual(Array(16).fill(100));
    expect(Math.abs(padded[24 + 4] - 255)).toBeLessThan(20);
    const stretched = levels((await pixelsOf("a.png", { fit: "stretch" })).data);
    expect(stretched[0]).toBeLessThan(30);
    expect(stretched[3]).toBeGreaterThan(225);
    expect((await load({ size: [4, 6] })).train.x.shape).toEqual([1, 4, 6, 1]);
  });

  it("of one alone, or a line of them, are enlarged with a remark", async () => {
    put("a.png", plain([255, 0, 0], 1));
    put("b.png", png(noise(1, [1, 3000, 3]), [1, 3000, 3]));
    put("c.png", plain([0, 0, 0]));
    expect(
      levels((await pixelsOf("a.png")).data)
        .map(Math.round)
        .slice(0, 3),
    ).toEqual([255, 0, 0]);
    expect((await load()).remarks.map(({ note }) => note)).toEqual([
      "enlarged from 1 × 1 pixels",
      "enlarged from 3000 × 1 pixels",
      "less than a third of its 3000 × 1 pixels are left by cropping",
    ]);
  });

  it.each([
    ["tall", 40, 400],
    ["wide", 400, 40],
    ["small", 3, 60],
  ])("of a %s drawing are cut from its middle", async (_, width, height) => {
    const [x, y] = [width / 2 - 400, height / 2 - 400];
    const halves = `<rect x="${x}" y="${y}" width="800" height="400" fill="red"/>
      <rect x="${x}" y="${height / 2}" width="800" height="400" fill="blue"/>`;
    put(
      "a.svg",
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${halves}</svg>`,
    );
    put("b.png", plain([0, 0, 0]));
    const found = levels((await pixelsOf("a.svg")).data).map(Math.round);
    expect(found.slice(0, 3)).toEqual([255, 0, 0]);
    expect(found.slice(-3)).toEqual([0, 0, 255]);
  });
});

describe("files", () => {
  it("that can't be used are listed with reasons, or refused", async () => {
    fill(4);
    const jpeg = await sharp(noise(1, [64, 64, 3]), { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    put("cut.jpg", jpeg);
    truncateSync(join(folder, "cut.jpg"), jpeg.length - 500);
    put("cut.png", png(noise(9), [8, 8, 3]).subarray(0, 150));
    put("empty.png", "");
    put("text.png", "not an image");
    put("photo.heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0"));
    put("bitmap.bmp", Buffer.from("BM      "));
    put("start.gif", "GIF89a");
    symlinkSync(join(folder, "nowhere"), join(folder, "link.png"));
    const data = await load();
    expect(data.leftOut.map(({ file, note }) => `${file}: ${note.replace(/ \(.*/, "")}`)).toEqual([
      "bitmap.bmp: BMP files aren't read: convert it to PNG or JPEG",
      "cut.jpg: it is damaged or cut off",
      "cut.png: it is damaged or cut off",
      "empty.png: it is empty",
      "link.png: it can't be read",
      "photo.heic: HEIC files aren't read: convert it to PNG or JPEG",
      "start.gif: it is damaged or cut off",
      "text.png: it holds no PNG image",
    ]);
    expect(lines).toEqual([
      expect.stringMatching(
        /^8 of 12 image files in ".*" can't be used: "bitmap.bmp", BMP .*; and 7 more\.$/,
      ),
    ]);
    expect(summary(data)).toMatchObject({ train: 3, test: 1, notes: ["8 files left out"] });
    await expect(load({ damaged: "refuse" })).rejects.toThrow(
      /^Expected images that can all be used.*8 of 12/,
    );
  });

  it("are known by their content, whatever their names; others are passed over", async () => {
    fill(3);
    put("renamed.jpg", png(noise(8), [8, 8, 3]));
    put("photo", png(noise(9), [8, 8, 3]));
    put("notes.txt", "text");
    put("labels.csv", "a,b\n");
    put(".DS_Store", "x");
    put("._0.png", "x");
    put("__MACOSX/0.png", "x");
    put("Thumbs.db", "x");
    const data = await load();
    expect([...data.train.names, ...data.test.names].sort()).toEqual([
      "0.png",
      "1.png",
      "2.png",
      "photo",
      "renamed.jpg",
    ]);
    expect(data.remarks).toEqual([{ file: "renamed.jpg", note: "is a PNG by its content" }]);
    expect([data.leftOut, lines]).toEqual([[], []]);
  });

  it("too large are left out, unless the limit is raised", async () => {
    fill(2);
    const large = { width: 20_000, height: 20_000, channels: 3, background: "#fff" } as const;
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20000"><rect width="9"/></svg>';
    put("large.svg", svg);
    put(
      "large.png",
      await sharp({ create: { ...large, height: 2000 } })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    );
    put("progressive.png", png(noise(5), [8, 8, 3]));
    const data = await load({ maxPixels: 1e6 });
    expect(data.leftOut).toEqual([
      { file: "large.png", note: "its 20000 × 2000 pixels are more than maxPixels, 1000000" },
    ]);
    expect([...data.train.names, ...data.test.names]).toContain("large.svg");
    // By default it is decoded a few lines at a time, in less memory than its pixels would take.
    const before = process.memoryUsage().rss;
    expect((await pixelsOf("large.png")).data.every((value) => value === 1)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it.each([
    [() => {}, /^Expected PNG, JPEG.* files in ".*", but received an empty folder\.$/],
    [() => put("a.txt", "x"), /but received only other files: "a.txt"\.$/],
    [() => put("a.png", "x"), /none that can be used, but "a.png": it holds no PNG image\.$/],
    [
      () => put("a.png", plain([1])),
      /^One sample in ".*" can.t be split into training and test\. Give more\.$/,
    ],
    [() => [1, 2, 3].map((k) => put(`${k}.png`, plain([1]))), /at least 2 groups of samples.*1 of 3 samples/],
    [
      () => put("a.png", png(noise(1), [8, 8, 3]).subarray(0, 99)),
      /images in ".*" that can be decoded.*none/,
    ],
  ])("that are none, or one, are an error of one sentence", async (make, message) => {
    make();
    await expect(load()).rejects.toThrow(message);
  });

  it("in no folder are an error", async () => {
    put("a.png", plain([1]));
    await expect(load({}, join(folder, "none"))).rejects.toThrow(/a folder with images.*which doesn't exist/);
    await expect(load({}, join(folder, "a.png"))).rejects.toThrow(/a folder with images.*which is a file/);
    await expect(load({}, "")).rejects.toThrow("the path of a folder");
  });

  it("reached by links are used, and links in a circle end", async () => {
    fill(4, (k) => `in/${k}.png`);
    symlinkSync(join(folder, "in"), join(folder, "in", "again"));
    symlinkSync(join(folder, "in", "0.png"), join(folder, "in", "copy.png"));
    const { train, test } = await load();
    expect(train.names.length + test.names.length).toBe(5);
  });
});

describe("classes", () => {
  it("are the folders, in the order of the numbers in their names", async () => {
    fill(12, (k) => `class ${[2, 10, 1][k % 3]}/deep/${k}.png`);
    const { train, test, classes } = await load();
    expect(classes).toEqual(["class 1", "class 2", "class 10"]);
    for (const { names, labels } of [train, test]) {
      expect(Array.from(labels!, (label) => classes[label])).toEqual(names.map((name) => name.split("/")[0]));
    }
    const none = await load({ classes: "none" });
    expect([none.classes, none.train.labels]).toEqual([[], undefined]);
  });

  it("are none in one folder, and in doubt where some images lie in no folder", async () => {
    fill(4, (k) => `photos/${k}.png`);
    expect((await load()).classes).toEqual([]);
    expect((await load({ classes: "folders" })).classes).toEqual(["photos"]);
    put("lone.png", plain([1, 2, 3]));
    await expect(load()).rejects.toThrow(
      /all images in folders.*"lone.png" beside "photos\/0.png".*classes: "none"/,
    );
    expect((await load({ classes: "folders" })).leftOut).toEqual([
      { file: "lone.png", note: "it lies in no class's folder" },
    ]);
  });

  it("come from a list, whose names may lack folders or endings", async () => {
    fill(6, (k) => `in/${k}.png`);
    put("list.csv", '\ufeffName;Class\r\nin/0.png;a\r\n1.png;"b;c"\r\n2;a\r\n./in/3.png;a\r\n4;\r\nx;a\r\n');
    const data = await load({ classes: { csv: "list.csv" } });
    expect(data.classes).toEqual(["a", "b;c"]);
    const all = new Map(
      [data.train, data.test].flatMap(({ names, labels }) =>
        names.map((name, i) => [name, labels![i]] as const),
      ),
    );
    expect([...all].sort()).toEqual([
      ["in/0.png", 0],
      ["in/1.png", 1],
      ["in/2.png", 0],
      ["in/3.png", 0],
    ]);
    expect(data.leftOut).toEqual([
      { file: "in/4.png", note: "its class is empty" },
      { file: "in/5.png", note: 'it isn\'t in "list.csv"' },
    ]);
    expect(summary(data).notes[0]).toBe('1 of 6 rows of "list.csv" name no image of the folder');
  });

  it.each([
    ["file,label\n0.png,a\n0.png,b\n", /one class and group for "a\/0.png".*line 3 than on line 2/],
    ["file,label\n1.png,a\n", /one file for "1.png" on line 2.*2: a\/1.png, b\/1.png/],
    ["file,label\n0.png\n", /2 cells in each row of "list.csv".*1 on line 2.*in quotes/],
    ["id,label\n0.png,a\n", /a column of "list.csv" called file, .*columns id, label.*file: "…"/],
    ["file,label\nzzz,a\n", /files of the folder in column "file".*none, such as "zzz"/],
    ["file,label\n", /but received no rows/],
    ["", /a table in "list.csv", but received an empty file/],
    ["file,file\n", /columns of different names.*"file" twice/],
    ['file,label\n0.png,"a\n', /each quote in "list.csv" to be closed.*line 2/],
  ])("in a list that doesn't fit are an error of one sentence: %j", async (list, message) => {
    for (const name of ["a/0.png", "a/1.png", "b/1.png"]) put(name, png(noise(name.length), [8, 8, 3]));
    put("list.csv", list);
    await expect(load({ classes: { csv: "list.csv" } })).rejects.toThrow(message);
  });

  it("name the nearest column, and say that there is no list", async () => {
    fill(3);
    put("list.csv", "file,kind\n0.png,a\n1.png,b\n2.png,b\n");
    await expect(load({ classes: { csv: "list.csv", label: "kin" } })).rejects.toThrow(
      'Did you mean "kind"?',
    );
    expect((await load({ classes: { csv: "list.csv", label: "kind" } })).classes).toEqual(["a", "b"]);
    await expect(load({ classes: { csv: "other.csv" } })).rejects.toThrow("there is no such file");
  });

  it("come from a function of the file, which may leave it out", async () => {
    fill(6);
    const of = (file: string) =>
      file === "0.png" ? undefined : Number.parseInt(file, 10) % 2 ? "odd" : "even";
    const data = await load({ classes: of });
    expect(data.classes).toEqual(["even", "odd"]);
    expect(data.leftOut).toEqual([{ file: "0.png", note: "classes gives it no class" }]);
    await expect(load({ classes: () => "" })).rejects.toThrow('as the class of "0.png"');
  });
});

describe("splits", () => {
  it("never share a group, whatever the seed, and are near the shares asked for", async () => {
    fill(60, (k) => `p${k % 13}/${k}.png`);
    for (const seed of [1, 2, "three"]) {
      const { train, test, validation } = await load({
        classes: "none",
        group: /^(p\d+)\//g,
        split: { test: 0.3, validation: 0.2 },
        seed,
      });
      const groups = [train, test, validation].map(
        (samples) => new Set(samples!.names.map((name) => name.split("/")[0])),
      );
      expect(groups.reduce((n, set) => n + set.size, 0)).toBe(13);
      expect(new Set(groups.flatMap((set) => [...set])).size).toBe(13);
      expect(train.x.shape[0] + test.x.shape[0] + validation!.x.shape[0]).toBe(60);
      expect(Math.abs(test.x.shape[0] - 18)).toBeLessThanOrEqual(3);
      expect(Math.abs(validation!.x.shape[0] - 12)).toBeLessThanOrEqual(3);
      const without = await load({ classes: "none", group: /^(p\d+)\//, split: { test: 0.3 }, seed });
      expect(without.test.names).toEqual(test.names);
    }
  });

  it("keep groups of a list and of a function together", async () => {
    fill(12);
    put(
      "list.csv",
      `file,label,who\n${Array.from({ length: 12 }, (_, k) => `${k}.png,a,w${k % 4}`).join("\n")}`,
    );
    const who = (name: string) => Number.parseInt(name, 10) % 4;
    for (const options of [
      { classes: { csv: "list.csv", group: "who" } },
      { group: (name: string) => `w${who(name)}` },
    ]) {
      const { train, test } = await load(options);
      const held = new Set(test.names.map(who));
      expect(train.names.filter((name) => held.has(who(name)))).toEqual([]);
      expect(test.names.length).toBe(3 * held.size);
    }
    await expect(load({ group: /(x+)/ })).rejects.toThrow(/a group that some files have.*\/\(x\+\)\//);
  });

  it("keep equal images together, also in other formats and under other names", async () => {
    fill(20, (k) => `${k}.png`);
    for (let k = 0; k < 20; k += 2) {
      put(
        `copy ${k}.webp`,
        await sharp(png(noise(k), [8, 8, 3]))
          .webp({ lossless: true })
          .toBuffer(),
      );
    }
    const { train, test } = await load({ split: { test: 0.5 } });
    const id = (name: string) => /\d+/.exec(name)![0];
    const held = new Set(test.names.map(id));
    expect(train.names.map(id).filter((name) => held.has(name))).toEqual([]);
    expect(train.names.length + test.names.length).toBe(30);
  });

  it("come from folders called train and test, or val, unless asked otherwise", async () => {
    fill(12, (k) => `${["train", "Test", "val"][k % 3]}/${"ab"[k % 2]}/${k}.png`);
    const data = await load();
    expect(data.classes).toEqual(["a", "b"]);
    for (const [side, { names }] of Object.entries({
      train: data.train,
      Test: data.test,
      val: data.validation!,
    })) {
      expect(names).toHaveLength(4);
      expect(names.every((name) => name.startsWith(side))).toBe(true);
    }
    await expect(load({ split: { test: 0.5 } })).rejects.toThrow(/no share to split by.*split.test: 0.5/);
    const anew = await load({ split: { by: "random", test: 0.5 } });
    expect(anew.classes).toEqual(["Test", "train", "val"]);
    rmSync(join(folder, "Test"), { recursive: true });
    const { test, validation } = await load();
    expect([test.names.every((name) => name.startsWith("val/")), validation]).toEqual([true, undefined]);
    put("lone.png", plain([1, 2, 3]));
    await expect(load({ split: { by: "folders" } })).rejects.toThrow(
      /folders train and test.*images in no folder/,
    );
  });

  it("are apart where asked", async () => {
    fill(10);
    // Like the others but for one level.
    for (let k = 0; k < 10; k++)
      put(
        `near ${k}.png`,
        png(
          noise(k).map((level) => level ^ 1),
          [8, 8, 3],
        ),
      );
    const data = await load({ split: { test: 0.3, apart: 0.01 } });
    const id = (name: string) => /\d+/.exec(name)![0];
    const trained = new Set(data.train.names.map(id));
    expect(data.test.names.filter((name) => trained.has(id(name)))).toEqual([]);
    expect(data.origin?.notes?.[0]).toMatch(/^\d test images within a mean squared error of 0.01 dropped$/);
  });

  it("have a checksum that names and pixels decide, and the order is the seed's", async () => {
    fill(10);
    const checksum = async (options = {}) => (await load(options)).origin!.checksum;
    const first = await checksum();
    expect(await checksum({ cacheFolder: join(root, "other cache") })).toBe(first);
    expect(await checksum({ seed: 2 })).not.toBe(first);
    put("0.png", plain([1, 2, 3]));
    expect(await checksum()).not.toBe(first);
  });

  it("of a limited number are the same, chosen before any is decoded", async () => {
    fill(10);
    const seen: number[] = [];
    const options = { limit: 4, onProgress: (_: number, total: number) => seen.push(total) };
    const { train, test } = await load(options);
    expect([train.names.length + test.names.length, ...seen]).toEqual([4, 4, 4, 4, 4]);
    expect((await load({ limit: 99 })).train.names.length).toBe(8);
  });
});

describe("the cache", () => {
  it("is used while files and options stay, and made again when it is damaged", async () => {
    fill(4);
    const own = join(folder, ".cache");
    let decoded = 0;
    const again = (options = {}) => load({ cacheFolder: own, onProgress: () => decoded++, ...options });
    const { train } = await again();
    expect(decoded).toBe(4);
    expect((await again()).train.x.data).toEqual(train.x.data);
    expect(decoded).toBe(4);
    const pixels = join(own, readdirSync(own).find((name) => name.endsWith(".pixels"))!);
    const bytes = readFileSync(pixels);
    bytes[5] ^= 1;
    writeFileSync(pixels, bytes);
    expect((await again()).train.x.data).toEqual(train.x.data);
    expect([decoded, ...lines]).toEqual([8, expect.stringMatching(/are damaged or gone; decoding .* again/)]);
    rmSync(pixels);
    expect((await again()).train.x.data).toEqual(train.x.data);
    expect(decoded).toBe(12);
    put("0.png", plain([9, 9, 9]));
    await again();
    expect(decoded).toBe(16);
    await again({ size: 4 });
    expect(decoded).toBe(20);
    expect(readdirSync(own).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("leaves what is larger than memory on disk, from which the same is drawn", async () => {
    fill(12, (k) => `${"ab"[k % 2]}/${k}.png`);
    const inMemory = await load();
    const onDisk = await load({ memory: 1000 });
    expect(onDisk.train.x.shape).toEqual(inMemory.train.x.shape);
    expect(take(onDisk.train, 3).x.data).toEqual(take(inMemory.train, 3).x.data);
    const drawn = batchOf(onDisk.train, 7, rng(3));
    expect([drawn.x.data, drawn.labels]).toEqual([
      batchOf(inMemory.train, 7, rng(3)).x.data,
      batchOf(inMemory.train, 7, rng(3)).labels,
    ]);
    expect(() => onDisk.train.x.data).toThrow(
      /samples of these images, drawn by take.*all 10,.*raise memory/,
    );
    expect(summary(onDisk)).toEqual(summary(inMemory));
    // What is kept of a training is found by a digest of its data.
    expect(digest(onDisk.train)).toEqual(digest((await load({ memory: 1000 })).train));
    expect(digest(onDisk.train)).not.toEqual(digest((await load({ memory: 1000, seed: 2 })).train));
    expect(() => take(onDisk.train, 99)).toThrow("at most 10");
    expect((await load({ memory: 1000, split: { apart: 0.01 } })).test.names).toHaveLength(2);
  });

  it("that can't be written is an error that names another", async () => {
    fill(3);
    await expect(load({ cacheFolder: join(folder, "0.png") })).rejects.toThrow(
      /Can't write .*cacheFolder: "…"/,
    );
  });
});

it.each([
  [{ size: 0 }, "whole pixels from 1 to 4096"],
  [{ size: 8.5 }, "whole pixels"],
  [{ size: [8, 8, 8] }, "whole pixels"],
  [{ fit: "cover" }, "one of crop, pad, stretch as fit"],
  [{ background: "red" }, "one of white, black as background"],
  [{ background: [1, 2] }, "red, green and blue"],
  [{ channels: 4 }, "one of 1, 3 as channels"],
  [{ depth: 12 }, "one of 8, 16 as depth"],
  [{ classes: "folder" }, 'Did you mean "folders"?'],
  [{ split: { test: 1 } }, "split.test"],
  [{ split: { validation: 0.9 } }, "split.validation"],
  [{ split: { by: "name" } }, "split.by"],
  [{ split: { apart: -1 } }, "split.apart"],
  [{ limit: 0 }, "as limit"],
  [{ maxPixels: 1.5 }, "as maxPixels"],
  [{ memory: -1 }, "as memory"],
  [{ damaged: "ignore" }, "one of skip, refuse as damaged"],
])("refuses %j", async (options, message) => {
  fill(3);
  await expect(load(options as ImageFolderOptions)).rejects.toThrow(message);
});
