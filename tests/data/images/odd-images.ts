import { encode } from "fast-png";
import sharp from "sharp";
import { rng } from "../../../lib/random";

/** A picture as people have it: its name, and its bytes. */
export type OddImage = readonly [what: string, name: string, content: Uint8Array | string];

const side = 24;
const noise = (seed: number, channels = 3, n = side * side) => {
  const source = rng(seed);
  return Uint8Array.from({ length: n * channels }, () => source.int(256));
};
const raw = (channels: 1 | 2 | 3 | 4, width = side, height = side) => ({ raw: { width, height, channels } });
const picture = (seed: number, channels: 1 | 2 | 3 | 4 = 3) => sharp(noise(seed, channels), raw(channels));
const svg = (content: string, attributes = 'width="24" height="24"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`;
const rectangle = '<rect width="24" height="24" fill="#0a0"/>';

/** A chunk of PNG between the header and the pixels. */
function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A grey TIFF of floats from 0 to 1: its first row is 0.25, all others 0.75. */
function floatTiff(width: number): Buffer {
  const entries = [
    ...[
      [256, 4, width],
      [257, 4, width],
      [258, 3, 32],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, 8],
    ],
    ...[
      [277, 3, 1],
      [278, 4, width],
      [279, 4, 4 * width * width],
      [339, 3, 3],
    ],
  ];
  const pixels = 4 * width * width;
  const file = Buffer.alloc(8 + pixels + 2 + 12 * entries.length + 4);
  file.write("II*\0", "latin1");
  file.writeUInt32LE(8 + pixels, 4);
  for (let e = 0; e < width * width; e++) file.writeFloatLE(e < width ? 0.25 : 0.75, 8 + 4 * e);
  file.writeUInt16LE(entries.length, 8 + pixels);
  entries.forEach(([tag, type, value], k) => {
    const at = 8 + pixels + 2 + 12 * k;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(1, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  return file;
}

/** @param away an address that must not be asked for anything */
export async function oddImages(away: string): Promise<readonly OddImage[]> {
  const png = await picture(1).png().toBuffer();
  const jpeg = await picture(2).jpeg().toBuffer();
  const gif = await picture(3).gif().toBuffer();
  const webp = await picture(4).webp().toBuffer();
  const tiff = await picture(5).tiff().toBuffer();
  const avif = await picture(6).avif({ effort: 0 }).toBuffer();
  const frames = sharp(noise(7, 3, 3 * side * side), {
    raw: { width: side, height: 3 * side, channels: 3, pageHeight: side },
  });
  const animation = Buffer.alloc(8);
  animation.writeUInt32BE(2, 0);
  const wrongSum = Buffer.from(png);
  wrongSum[40] ^= 255;
  const noEnd = png.subarray(0, png.length - 12);
  return [
    ["PNG", "a.png", png],
    ["PNG with a name in capitals", "A.PNG", png],
    ["JPEG called JPEG", "a.JPeG", jpeg],
    ["PNG called JPEG", "a.jpg", png],
    ["JPEG called GIF", "a.gif", jpeg],
    ["AVIF called PNG", "b.png", avif],
    ["a name with a per cent sign", "100%20.png", png],
    ["a name with a line break", "a\nb.png", png],
    ["a name with quotes", `"a" 'b'.png`, png],
    ["a name in other letters", "ﬁle 画像 é.png", png],
    ["a name with a hash and a question mark", "a#b?.png", png],
    ["a name of 200 letters", `${"a".repeat(200)}.png`, png],
    ["no ending", "picture", png],
    ["two endings", "a.png.bak", png],
    ["PNG cut to its header", "c.png", png.subarray(0, 33)],
    ["PNG cut in its signature", "d.png", png.subarray(0, 7)],
    ["PNG cut within pixels", "e.png", png.subarray(0, png.length >> 1)],
    ["PNG without its end", "f.png", noEnd],
    ["PNG with a wrong checksum", "g.png", wrongSum],
    ["PNG with bytes after its end", "h.png", Buffer.concat([png, Buffer.from("more")])],
    [
      "PNG of 16 bits",
      "i.png",
      encode({
        width: 8,
        height: 8,
        channels: 3,
        depth: 16,
        data: Uint16Array.from(noise(8, 3, 64), (v) => 257 * v),
      }),
    ],
    ["PNG with a palette", "j.png", await picture(9).png({ palette: true, colours: 16 }).toBuffer()],
    ["PNG of one bit", "k.png", await picture(10).threshold().png({ palette: true, colours: 2 }).toBuffer()],
    ["PNG, interlaced", "l.png", await picture(11).png({ progressive: true }).toBuffer()],
    ["PNG, animated", "m.png", withChunk(png, "acTL", animation)],
    ["PNG in grey with alpha", "n.png", await picture(12, 2).png().toBuffer()],
    [
      "PNG, all transparent",
      "o.png",
      await sharp({ create: { width: 8, height: 8, channels: 4, background: "#0000" } })
        .png()
        .toBuffer(),
    ],
    [
      "PNG of one pixel",
      "p.png",
      await sharp(noise(13, 3, 1), raw(3, 1, 1))
        .png()
        .toBuffer(),
    ],
    [
      "PNG of 1 × 20,000 pixels",
      "q.png",
      await sharp(noise(14, 3, 20_000), raw(3, 1, 20_000))
        .png()
        .toBuffer(),
    ],
    ["JPEG, progressive", "r.jpg", await picture(15).jpeg({ progressive: true }).toBuffer()],
    ["JPEG in CMYK", "s.jpg", await picture(16).toColourspace("cmyk").jpeg().toBuffer()],
    ["JPEG in grey", "t.jpg", await picture(17, 1).toColourspace("b-w").jpeg().toBuffer()],
    ["JPEG turned by EXIF", "u.jpg", await picture(18).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ["JPEG cut off", "v.jpg", jpeg.subarray(0, jpeg.length - 100)],
    ["JPEG without its end", "w.jpg", jpeg.subarray(0, jpeg.length - 2)],
    [
      "GIF, animated",
      "x.gif",
      await frames
        .clone()
        .gif({ delay: [50, 50, 50] })
        .toBuffer(),
    ],
    ["GIF cut off", "y.gif", gif.subarray(0, gif.length >> 1)],
    ["WebP, animated", "z.webp", await frames.clone().webp({ lossless: true }).toBuffer()],
    ["WebP cut off", "aa.webp", webp.subarray(0, webp.length >> 1)],
    ["TIFF cut off", "bb.tif", tiff.subarray(0, tiff.length >> 1)],
    ["TIFF of floats", "cc.tif", floatTiff(8)],
    ["AVIF cut off", "dd.avif", avif.subarray(0, avif.length >> 1)],
    ["SVG", "ee.svg", svg(rectangle)],
    [
      "SVG with a byte order mark and a comment",
      "ff.svg",
      `\ufeff<?xml version="1.0"?><!-- a --><!DOCTYPE svg>${svg(rectangle)}`,
    ],
    ["SVG without a size", "gg.svg", svg(rectangle, 'viewBox="0 0 24 24"')],
    ["SVG without size and view", "hh.svg", svg(rectangle, "")],
    [
      "SVG of a huge view",
      "ii.svg",
      svg(
        '<rect width="1000000000" height="1000000000" fill="#00a"/>',
        'viewBox="0 0 1000000000 1000000000"',
      ),
    ],
    ["SVG of huge width", "jj.svg", svg(rectangle, 'width="1000000" height="1000000"')],
    ["SVG of size 0", "kk.svg", svg(rectangle, 'width="0" height="0"')],
    ["SVG of negative size", "ll.svg", svg(rectangle, 'width="-5" height="24"')],
    ["SVG in per cent", "mm.svg", svg(rectangle, 'width="100%" height="100%" viewBox="0 0 24 24"')],
    ["SVG cut off", "nn.svg", svg(rectangle).slice(0, -20)],
    ["SVG with nothing in it", "oo.svg", svg("")],
    [
      "SVG with a picture from elsewhere",
      "pp.svg",
      svg(`${rectangle}<image xlink:href="${away}/a.png" width="24" height="24"/>`),
    ],
    ["SVG with a style from elsewhere", "qq.svg", `<?xml-stylesheet href="${away}/a.css"?>${svg(rectangle)}`],
    [
      "SVG with a file of the machine",
      "rr.svg",
      svg(`${rectangle}<image xlink:href="file:///etc/passwd" width="24" height="24"/>`),
    ],
    [
      "SVG with an entity from elsewhere",
      "ss.svg",
      `<!DOCTYPE svg [<!ENTITY a SYSTEM "${away}/a.txt">]>${svg(`${rectangle}<text>&a;</text>`)}`,
    ],
    [
      "SVG that grows by entities",
      "tt.svg",
      `<!DOCTYPE svg [${Array.from({ length: 12 }, (_, k) => `<!ENTITY e${k} "${k === 0 ? "x" : `&e${k - 1};`.repeat(10)}">`).join("")}]>${svg(`<text>&e11;</text>`)}`,
    ],
    ["SVG with a script", "uu.svg", svg(`<script>throw 1</script>${rectangle}`)],
    ["SVG, compressed", "vv.svgz", Buffer.from([0x1f, 0x8b, 8, 0])],
    ["HTML called PNG", "ww.png", "<!DOCTYPE html><html></html>"],
    ["a pointer of Git LFS", "xx.png", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"],
    ["PDF called PNG", "yy.png", "%PDF-1.4"],
    ["an icon", "zz.ico", Buffer.from([0, 0, 1, 0, 1, 0])],
    ["only zeros", "zero.png", new Uint8Array(500)],
  ];
}
