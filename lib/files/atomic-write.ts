import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../errors";
import { attempt } from "./attempt";
import { isRunning } from "./running";

export interface AtomicWriteOptions {
  /** What to do where nothing can be written at this path: the last sentence of the error. */
  readonly advice?: string;
  /**
   * Whether the content is flushed to disk first, which may take long: without that it may be lost if the
   * power fails, and is for what can be made again. Default true.
   */
  readonly flush?: boolean;
}

/** What a file is to hold: whole, in pieces or, where these need much memory, what makes them in turn. */
export type FileContent = string | Uint8Array | readonly Piece[] | (() => Iterable<Piece>);

type Piece = string | Uint8Array;

/**
 * Writes a file as a whole or not at all, and makes its folder: a reader sees the old file or the whole new
 * one, also when the process is killed or the power fails. The content goes to a temporary file in the same
 * folder, which is flushed to disk and renamed. Processes may write the same path at the same time: one of
 * them wins. Temporary files of this path that killed processes have left are removed.
 * @throws UsageError of one line that says why the file can't be written; its `cause` is the system's error.
 */
export function writeAtomically(
  path: string,
  content: FileContent,
  { advice = "Choose another folder.", flush = true }: AtomicWriteOptions = {},
): void {
  const temporary = temporaryOf(path);
  const write = () => {
    makeFolder(dirname(path));
    refuseDevice(path);
    removeStale(path);
    writeWhole(temporary, content, flush);
    renameSync(temporary, path);
  };
  try {
    try {
      write();
    } catch (error) {
      // Its folder was removed just now: it is made again. Where none can be made, trying again does no harm.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      write();
    }
  } catch (error) {
    attempt(() => rmSync(temporary, { force: true }));
    throw new UsageError(`Can't write ${path}: ${reason(error as NodeJS.ErrnoException, advice)}`, {
      cause: error,
    });
  }
}

/**
 * Gives the present content of the file `from` a second name, `to`, in the same folder, in place of what is
 * there: at once and without room on the disk where the file system has hard links, else as a copy. Writing
 * `from` anew by `writeAtomically` leaves `to` as it is.
 * @throws UsageError as `writeAtomically` does.
 */
export function keepAlsoAs(from: string, to: string): void {
  const temporary = temporaryOf(to);
  try {
    removeStale(to);
    linkSync(from, temporary);
    renameSync(temporary, to);
  } catch {
    writeAtomically(to, readFileSync(from));
  } finally {
    // Renaming one name of a file to another one of the same file does nothing.
    attempt(() => rmSync(temporary, { force: true }));
  }
}

const host = hostname().replace(/[^A-Za-z0-9-]/g, "-");

const temporaryOf = (path: string) => `${path}.${host}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;

function writeWhole(path: string, content: FileContent, flush: boolean): void {
  const pieces = piecesOf(content);
  const file = openSync(path, "wx"); // never through a link that is already there
  try {
    for (const piece of pieces) {
      for (const bytes of typeof piece === "string" ? encoded(piece) : [piece]) {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      }
    }
    if (flush) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A device, as root, would become a file. */
function refuseDevice(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile() || found.isDirectory() || found.isSymbolicLink()) return;
  throw Object.assign(new Error("device"), { code: "EDEVICE" });
}

function piecesOf(content: FileContent): Iterable<Piece> {
  if (typeof content === "function") return content();
  return typeof content === "string" || content instanceof Uint8Array ? [content] : content;
}

/** A text in UTF-8, some megabytes at a time. */
function* encoded(text: string): Iterable<Uint8Array> {
  const size = 2 ** 22;
  for (let from = 0; from < text.length; ) {
    let to = from + size;
    // Both halves of a character stay together.
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to++;
    yield Buffer.from(text.slice(from, to));
    from = to;
  }
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code < 0xdc00;

// Node's recursive mkdir never returns on file systems that refuse new folders with ENOENT, such as /proc.
/** Makes a folder, and those above it that are missing. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (attempt(() => statSync(path).isDirectory())) return;
    const isLink = attempt(() => lstatSync(path).isSymbolicLink() && !existsSync(path));
    throw isLink ? Object.assign(new Error("dangling link", { cause: error }), { code: "ELINK" }) : error;
  }
}

/**
 * Removes the temporary files that saves of this path have left behind, other than those still being written.
 */
function removeStale(path: string): void {
  const prefix = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, writer, pid] =
      /^([A-Za-z0-9-]+)\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    const temporary = join(dirname(path), name);
    if (pid && attempt(() => isStale(temporary, { writer, pid: Number(pid) }))) {
      attempt(() => rmSync(temporary, { force: true }));
    }
  }
}

function isStale(
  temporary: string,
  { writer, pid }: { readonly writer: string; readonly pid: number },
): boolean {
  const modified = statSync(temporary).mtimeMs;
  // Another computer's processes can't be asked for; an hour without a byte is long enough.
  if (writer !== host) return modified < Date.now() - 3_600_000;
  // In a container, a process that is started again often has the number of the one that was killed.
  if (pid === process.pid) return modified < Date.now() - 1000 * process.uptime();
  return !isRunning(pid);
}

function reason(error: NodeJS.ErrnoException, advice: string): string {
  const { code = "", message } = error;
  const lack = lacks[code];
  if (lack) return `${lack}. Free some space and run the command again.`;
  return `${obstacles[code] ?? message.split("\n")[0]}. ${advice}`;
}

const lacks: Readonly<Record<string, string | undefined>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
};

const obstacles: Readonly<Record<string, string | undefined>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOENT: "no folder can be made there",
  ENOTDIR: "a part of this path is a file, not a folder",
  EEXIST: "a part of this path is a file, not a folder",
  EISDIR: "there is a folder of that name",
  EDEVICE: "there is a device of that name, not a file",
  EFBIG: "it would be larger than files may be here",
  ENAMETOOLONG: "the name is too long",
  ELINK: "a part of this path is a link that leads nowhere",
};
