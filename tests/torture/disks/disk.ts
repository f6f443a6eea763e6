import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, in memory. */
export interface Disk {
  readonly folder: string;
  /** Fills it, or what became free since, but for so many kilobytes. */
  fill(left: number): void;
  empty(): void;
  readOnly(is: boolean): void;
  /** Takes it away, though files on it may be open. */
  remove(): void;
}

const command = (name: string, ...args: string[]) => void execFileSync(name, args, { stdio: "ignore" });

/** Makes a disk of so many kilobytes at `folder`. */
export function makeDisk(folder: string, kilobytes: number): Disk {
  mkdirSync(folder, { recursive: true });
  command("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder);
  const filler = join(folder, "filler");
  let there = true;
  const remove = () => {
    if (there) command("umount", "-l", folder);
    there = false;
  };
  process.once("exit", remove);
  return {
    folder,
    fill(left) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 1024 * left)), { flag: "a" });
    },
    empty: () => rmSync(filler),
    readOnly: (is) => command("mount", "-o", `remount,${is ? "ro" : "rw"}`, folder),
    remove() {
      remove();
      process.off("exit", remove);
    },
  };
}

/** Whether this process may make disks: on Linux, as root. */
export function canMakeDisks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "disk-"));
  try {
    makeDisk(folder, 16).remove();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
