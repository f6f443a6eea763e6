import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { expected, quotedShort, UsageError } from "../errors";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];

/**
 * The files of a ZIP archive, stored or deflated, each checked against its checksum.
 * @throws UsageError if it is damaged, encrypted, has more than 4 GB, two files of one name, or one whose
 * path leads out of the archive.
 */
export function readZip(bytes: Uint8Array, source: string): ReadonlyMap<string, Uint8Array> {
  const fail = (why: string) => new UsageError(`Can't read ${source} as a ZIP archive: ${why}.`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = buffer.length - 22;
  while (end >= 0 && buffer.readUInt32LE(end) !== END) end--;
  if (end < 0) throw fail("it is none, or cut off");
  const count = buffer.readUInt16LE(end + 10);
  const [length, first] = [buffer.readUInt32LE(end + 12), buffer.readUInt32LE(end + 16)];
  let at = first;
  if (at === most || count === 0xffff) throw fail("it has more than 4 GB or 65,534 files");
  const files = new Map<string, Uint8Array>();
  try {
    for (let k = 0; k < count; k++) {
      if (buffer.readUInt32LE(at) !== CENTRAL) throw fail("its list of files is damaged");
      const [flags, method] = [buffer.readUInt16LE(at + 8), buffer.readUInt16LE(at + 10)];
      const [sum, packed, size] = [16, 20, 24].map((offset) => buffer.readUInt32LE(at + offset));
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => buffer.readUInt16LE(at + offset));
      const local = buffer.readUInt32LE(at + 42);
      const name = buffer.toString("utf8", at + 46, at + 46 + nameLength);
      if (flags & 1) throw fail(`${quotedShort(name)} is encrypted`);
      if (method !== 0 && method !== 8)
        throw fail(`${quotedShort(name)} is compressed in a way that isn't read`);
      if (files.has(name)) throw fail(`it has two files ${quotedShort(name)}`);
      if (leadsOut(name)) throw fail(`the path ${quotedShort(name)} leads out of it`);
      if (packed === most || size === most || local === most) {
        throw fail(`${quotedShort(name)} says its size in the ZIP64 form, for over 4 GB, which isn't read`);
      }
      const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
      const content = buffer.subarray(start, start + packed);
      const data = method === 0 ? content : inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
      if (data.length !== size || crc32(data) !== sum) throw fail(`${quotedShort(name)} is damaged`);
      files.set(name, data);
      at += 46 + nameLength + extra + comment;
    }
    if (at !== first + length) throw fail("its list of files is damaged");
  } catch (error) {
    throw error instanceof UsageError ? error : fail("it is damaged or cut off");
  }
  return files;
}

/** What 32 bits can hold; in place of a size or an offset it says that this one is elsewhere, in 64 bits. */
const most = 0xffffffff;

/** Whether a path is absolute, or climbs above where it starts. */
const leadsOut = (path: string) => /^(?:[/\\]|[a-zA-Z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);

/**
 * A ZIP archive of these files, deflated; always the same bytes for the same files.
 * @throws UsageError for a path that leads out of it.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of files) {
    if (leadsOut(name)) throw expected("paths that stay inside the archive", quotedShort(name));
    const [text, packed] = [Buffer.from(name), deflateRawSync(data)];
    // Version 2.0, names in UTF-8, deflated, 1980-01-01.
    const common = Buffer.alloc(26);
    [20, 0x800, 8, 0, 0x21].forEach((value, k) => {
      common.writeUInt16LE(value, 2 * k);
    });
    [crc32(data), packed.length, data.length].forEach((value, k) => {
      common.writeUInt32LE(value, 10 + 4 * k);
    });
    common.writeUInt16LE(text.length, 22);
    parts.push(uint32(LOCAL), common, text, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    list.push(uint32(CENTRAL), Buffer.from([20, 0]), common, tail, text);
    offset += 30 + text.length + packed.length;
  }
  const length = list.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...list, uint32(END), end]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
