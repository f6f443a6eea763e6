import { readFileSync } from "node:fs";

/** What a process and all that it has started hold in memory now, in bytes; what they share counts once. */
function treeBytes(pid: number): number {
  const children = text(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
  const [, kilobytes = "0"] = /^Pss:\s+(\d+) kB/m.exec(text(`/proc/${pid}/smaps_rollup`)) ?? [];
  return 1024 * Number(kilobytes) + children.reduce((sum, child) => sum + treeBytes(child), 0);
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has ended, or the system doesn't tell.
    return "";
  }
}

/** Watches the memory of a process and its children; `end` says the most that was seen, in bytes. */
export function watchMemory(pid: number): { end(): number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, treeBytes(pid));
  }, 100);
  return {
    end() {
      clearInterval(timer);
      return most;
    },
  };
}
