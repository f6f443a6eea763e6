/** What the first bytes of a file say of it. */
export type Sniffed =
  /** A format that is decoded. */
  | { readonly kind: "image"; readonly format: string }
  /** A format of images that isn't, and what to do. */
  | { readonly kind: "unread"; readonly format: string }
  | { readonly kind: "other" };

/** Bytes of a file's start that `sniff` needs to see. */
export const SNIFFED_BYTES = 4096;

/** Ends of names → the format that they promise. */
const promised: Readonly<Record<string, string>> = {
  png: "PNG",
  jpg: "JPEG",
  jpeg: "JPEG",
  jpe: "JPEG",
  jfif: "JPEG",
  webp: "WebP",
  avif: "AVIF",
  gif: "GIF",
  svg: "SVG",
  tif: "TIFF",
  tiff: "TIFF",
  bmp: "BMP",
  heic: "HEIC",
  heif: "HEIC",
  jxl: "JPEG XL",
  jp2: "JPEG 2000",
  ico: "ICO",
  psd: "PSD",
  svgz: "compressed SVG",
  dng: "raw",
  nef: "raw",
  cr2: "raw",
  cr3: "raw",
  arw: "raw",
  raw: "raw",
};

/** The format that a file's name promises, if any. */
export const promisedFormat = (name: string): string | undefined => {
  const end = /\.([^./\\]+)$/.exec(name)?.[1].toLowerCase();
  return end !== undefined && Object.hasOwn(promised, end) ? promised[end] : undefined;
};

const decoded = ["PNG", "JPEG", "WebP", "AVIF", "GIF", "SVG", "TIFF"];

const signatures: readonly (readonly [format: string, offset: number, bytes: string])[] = [
  ["PNG", 0, "\x89PNG\r\n\x1a\n"],
  ["JPEG", 0, "\xff\xd8\xff"],
  ["GIF", 0, "GIF8"],
  ["WebP", 8, "WEBP"],
  ["AVIF", 4, "ftypavi"],
  ["HEIC", 4, "ftyphe"],
  ["HEIC", 4, "ftypmif1"],
  ["HEIC", 4, "ftypmsf1"],
  ["raw", 4, "ftypcrx"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 4, "JXL "],
  ["JPEG 2000", 4, "jP  "],
  ["BMP", 0, "BM"],
  ["ICO", 0, "\0\0\x01\0"],
  ["PSD", 0, "8BPS"],
];

/** Tells by the first bytes of a file, and for raw photographs by its name, what it holds. */
export function sniff(start: Uint8Array, name: string): Sniffed {
  const format = formatOf(start, name);
  if (format === undefined) return { kind: "other" };
  return decoded.includes(format) ? { kind: "image", format } : { kind: "unread", format };
}

function formatOf(start: Uint8Array, name: string): string | undefined {
  const text = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, SNIFFED_BYTES));
  const binary = text.toString("latin1");
  const found = signatures.find(([, offset, bytes]) => binary.startsWith(bytes, offset))?.[0];
  // Two letters are too few to know a bitmap by.
  if (found === "BMP") return promisedFormat(name) ? "BMP" : undefined;
  if (found !== undefined) return found;
  if (binary.startsWith("II*\0") || binary.startsWith("MM\0*")) {
    return promisedFormat(name) === "raw" ? "raw" : "TIFF";
  }
  if (binary.startsWith("\x1f\x8b") && promisedFormat(name) === "compressed SVG") return "compressed SVG";
  const isSvg =
    /^(?:\ufeff|\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?[^>]*>\s*)*<(?:svg:)?svg[\s>]/;
  return isSvg.test(binary) ? "SVG" : undefined;
}
