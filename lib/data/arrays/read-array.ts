import { type NdArray, sizeOf } from "../../array";
import { choose, expected } from "../../errors";
import { readBytes } from "../../files/read-bytes";
import { decodeIdxArray } from "../../formats/idx";
import { decodeNpy, decodeNpz } from "../../formats/npy";
import type { NumberArray } from "../../formats/numbers-file";

/**
 * An array, or the path of a .npy or IDX file (perhaps .gz) or, as "file.npz:name", of an array in a .npz
 * file.
 */
export type ArraySource = string | NumberArray | NdArray;

/** "faces.npz:x" → the file, and the array in it; other paths name no array. */
export function arrayPath(source: string): { readonly file: string; readonly inside?: string } {
  const [, file, inside] = /^(.*?\.npz)(?::(.*))?$/.exec(source) ?? [undefined, source];
  return { file, ...(inside !== undefined && { inside }) };
}

/** What a file of arrays is, by its first bytes; undefined for another file. A .zip may be a .npz file. */
function arrayKind(bytes: Uint8Array): "npy" | "npz" | "idx" | undefined {
  const start = Buffer.from(bytes.subarray(0, 6)).toString("latin1");
  if (start === "\x93NUMPY") return "npy";
  if (start.startsWith("PK")) return "npz";
  return bytes.length >= 4 && start.startsWith("\0\0") ? "idx" : undefined;
}

/**
 * All arrays of the bytes of a file, by name; the one of a .npy or IDX file has the name "".
 * @throws UsageError where they are none, or damaged.
 */
export function decodeArrays(bytes: Uint8Array, what: string): Readonly<Record<string, NumberArray>> {
  const kind = arrayKind(bytes);
  if (kind === "npz") return decodeNpz(bytes, what);
  if (kind === "npy") return { "": decodeNpy(bytes, what) };
  if (kind === "idx") return { "": decodeIdxArray(bytes, what) };
  throw expected("a .npy, .npz or IDX file", `${what}, which is none by its content`);
}

/**
 * Reads an array, or takes the one that is given.
 * @param name what it is for, in errors
 * @throws UsageError where there is none, or which one of a .npz file is not said.
 */
export function readArray(source: ArraySource, name: string): NumberArray {
  if (typeof source !== "string") {
    if (Array.isArray(source?.shape) && ArrayBuffer.isView(source.data)) {
      if (source.data.length === sizeOf(source.shape)) return source;
      throw expected(`${sizeOf(source.shape)} numbers in ${name}, for its shape`, `${source.data.length}`);
    }
    throw expected(
      `a path or an array with shape and data as ${name}`,
      `${JSON.stringify(source)?.slice(0, 40)}`,
    );
  }
  const { file, inside } = arrayPath(source);
  const what = `"${source}"`;
  const bytes = readBytes(file, `the file of ${name}`);
  if (arrayKind(bytes) === undefined) {
    throw expected(`a .npy, .npz or IDX file as ${name}`, `${what}, which is none by its content`);
  }
  const all = decodeArrays(bytes, what);
  const names = Object.keys(all);
  if (inside !== undefined) return choose(`array of "${file}"`, inside, all);
  if (names.length === 1) return all[names[0]];
  if (names.length === 0) throw expected(`arrays in ${what}`, "an archive without any .npy file");
  throw expected(
    `the name of one of the arrays of ${what} as ${name}`,
    "none",
    `They are ${names.map((each) => `"${source}:${each}"`).join(", ")}.`,
  );
}

/**
 * The shapes of the arrays in a file, or of the one that is named; undefined where it is no file of arrays.
 * @throws UsageError where it is one, and damaged.
 */
export function arrayShapes(source: string): readonly (readonly number[])[] | undefined {
  const { file, inside } = arrayPath(source);
  const bytes = readBytes(file, "the file of the data");
  if (!isArrays(bytes)) return undefined;
  const all = decodeArrays(bytes, `"${source}"`);
  const used = inside === undefined ? Object.values(all) : [choose(`array of "${file}"`, inside, all)];
  return used.map(({ shape }) => shape);
}

/** Whether these are the bytes of a file of arrays, rather than of a table or another archive. */
export function isArrays(bytes: Uint8Array): boolean {
  const kind = arrayKind(bytes);
  // An archive names its files; spreadsheets are archives, too. Text in UTF-32 may begin with two zeros.
  if (kind === "npz") return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(".npy");
  return kind === "npy" || (kind === "idx" && bytes[2] >= 8);
}
