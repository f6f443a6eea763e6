import { describe, expect, it } from "vitest";
import { decodeNpz, encodeNpy } from "../../lib/formats/npy";
import { readZip, writeZip } from "../../lib/formats/zip";

const array = encodeNpy({ shape: [2], data: Float32Array.of(1, 2) });
const two = () =>
  Buffer.from(writeZip(new Map([...["a.npy", "b.npy"].map((name) => [name, array] as const)])));

/** The archive with another text of the same length in all places of the first. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
  return bytes;
}

/** Where the entry k of the list of files begins, and where its end record does. */
function places(bytes: Buffer): { readonly list: number[]; readonly end: number } {
  const list: number[] = [];
  const mark = Buffer.from("PK\u0001\u0002");
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) list.push(at);
  return { list, end: bytes.indexOf(Buffer.from("PK\u0005\u0006")) };
}

function changed(edit: (bytes: Buffer, at: ReturnType<typeof places>) => Buffer | undefined): Buffer {
  const bytes = two();
  return edit(bytes, places(bytes)) ?? bytes;
}

describe("an archive is refused", () => {
  it.each<[string, Buffer, string]>([
    ["with two files of one name", replaced(two(), "b.npy", "a.npy"), 'it has two files "a.npy"'],
    ...["../ab", "/a.np", "C:a.n", "..\\ab", "a/../"].map((path): [string, Buffer, string] => [
      `with the path ${path}`,
      replaced(two(), "b.npy", path),
      `the path ${JSON.stringify(path)} leads out of it`,
    ]),
    ...[20, 24, 42].map((field): [string, Buffer, string] => [
      `with field ${field} in 64 bits`,
      changed((bytes, { list }) => void bytes.writeUInt32LE(0xffffffff, list[1] + field)),
      '"b.npy" says its size in the ZIP64 form, for over 4 GB, which isn\'t read',
    ]),
    [
      "with a list of files that was cut short",
      changed((bytes, { list, end }) =>
        Buffer.concat([bytes.subarray(0, list[1] + 20), bytes.subarray(end)]),
      ),
      "it is damaged or cut off",
    ],
    [
      "with a list that lacks one of its files",
      changed((bytes, { list, end }) => Buffer.concat([bytes.subarray(0, list[1]), bytes.subarray(end)])),
      "its list of files is damaged",
    ],
    [
      "that counts fewer files than its list has",
      changed((bytes, { end }) => void bytes.writeUInt16LE(1, end + 10)),
      "its list of files is damaged",
    ],
  ])("%s", (_, bytes, why) => {
    expect(() => decodeNpz(bytes, "x.npz")).toThrow(`Can't read x.npz as a ZIP archive: ${why}.`);
  });
});

it("folders and dots within names are read", () => {
  const names = ["a/b.npy", "..a.npy", "a..npy", "a...npy", "é/ü.npy"];
  const files = new Map(names.map((name) => [name, array]));
  expect([...readZip(writeZip(files), "it").keys()]).toEqual(names);
});

it("a path that leads out of an archive isn't written into one either", () => {
  expect(() => writeZip(new Map([["../x.npy", array]]))).toThrow(
    'Expected paths that stay inside the archive, but received "../x.npy".',
  );
});
