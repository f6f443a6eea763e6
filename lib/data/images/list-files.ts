import { type Dirent, realpathSync } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expected } from "../../errors";
import { folderPath } from "../../files/folder-path";
import { promisedFormat, SNIFFED_BYTES, sniff } from "./sniff";

/** A file that holds an image, by its first bytes. */
export interface ImageFile {
  /** Relative to the folder, with slashes. */
  readonly name: string;
  readonly path: string;
  /** Such as "PNG", by its content. */
  readonly format: string;
  readonly bytes: number;
  /** Milliseconds. */
  readonly modified: number;
}

/** A file and what there is to say of it. */
export interface FileNote {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  /** Why the file can't be used, or what is odd about it, in words. */
  readonly note: string;
}

export interface FolderListing {
  readonly folder: string;
  /** In the order of their names' code units, the same on every machine. */
  readonly images: readonly ImageFile[];
  /** Files that should be images, and why they can't be used. */
  readonly unusable: readonly FileNote[];
  /** Files that are no images and don't pose as such, such as lists of labels. */
  readonly others: readonly string[];
  readonly remarks: readonly FileNote[];
}

/** Names of what file managers leave behind. */
const clutter = /^(?:\.|__MACOSX$|@eaDir$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * All files in a folder and its subfolders, told apart by their content. Hidden ones are passed over, links
 * followed.
 * @throws UsageError if there is no such folder.
 */
export async function listFiles(path: string): Promise<FolderListing> {
  if (typeof path !== "string" || path === "") throw expected("the path of a folder with images", `${path}`);
  const folder = folderPath(path);
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw expected("a folder with images", `"${path}", which doesn't exist`);
  if (!found.isDirectory()) throw expected("a folder with images", `"${path}", which is a file`);
  const images: ImageFile[] = [];
  const unusable: FileNote[] = [];
  const others: string[] = [];
  const remarks: FileNote[] = [];
  for (const name of (await filesBelow(folder)).sort((a, b) => (a < b ? -1 : 1))) {
    const file = join(folder, name);
    const promise = promisedFormat(name);
    try {
      const { start, bytes, modified } = await startOf(file);
      const { kind, ...content } = sniff(start, name);
      const format = "format" in content ? content.format : "";
      if (kind === "image") {
        images.push({ name, path: file, format, bytes, modified });
        if (promise && promise !== format)
          remarks.push({
            file: name,
            note: `is ${/^[AS]V/.test(format) ? "an" : "a"} ${format} by its content`,
          });
      } else if (kind === "unread") {
        unusable.push({ file: name, note: `${format} files aren't read: convert it to PNG or JPEG` });
      } else if (promise) {
        unusable.push({ file: name, note: bytes === 0 ? "it is empty" : `it holds no ${promise} image` });
      } else others.push(name);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === "EACCES" ? "permission is denied" : message.split("\n")[0];
      unusable.push({ file: name, note: `it can't be read (${reason})` });
    }
  }
  return Object.freeze({ folder, images, unusable, others, remarks });
}

async function filesBelow(folder: string): Promise<string[]> {
  const names: string[] = [];
  const visit = async (inside: string, above: readonly string[]): Promise<void> => {
    const real = realpathSync(join(folder, inside));
    if (above.includes(real)) return; // a link to a folder around it
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      if (clutter.test(entry.name)) continue;
      const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
      const kind = await kindOf(entry, join(folder, name));
      if (kind === "folder") await visit(name, [...above, real]);
      else if (kind === "file") names.push(name);
    }
  };
  await visit("", []);
  return names;
}

async function kindOf(entry: Dirent, path: string): Promise<"folder" | "file" | undefined> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (!target) return "file"; // a link to nothing: reported when it is read
  return target.isDirectory() ? "folder" : target.isFile() ? "file" : undefined;
}

async function startOf(path: string) {
  const handle = await open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, SNIFFED_BYTES));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return { start: buffer.subarray(0, bytesRead), bytes: size, modified: mtimeMs };
  } finally {
    await handle.close();
  }
}
