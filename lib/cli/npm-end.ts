import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isRunning } from "../files/running";

/** A process, and the one that started it. */
interface Link {
  readonly child: number;
  readonly parent: number;
}

/**
 * Calls `callback` once when npm, which started this process through a shell, is gone, or the shell is. A
 * SIGTERM to npm ends both, a SIGHUP or SIGKILL npm alone, and neither says so to what they have started.
 * Does nothing where npm has not started this process.
 */
export function whenNpmEnds(callback: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const links = linksToNpm();
  const timer = setInterval(() => {
    if (links.every(isWhole)) return;
    clearInterval(timer);
    callback();
  }, 500).unref();
}

/** From this process up to npm; only to its parent where npm is not found. */
function linksToNpm(): Link[] {
  const links: Link[] = [{ child: process.pid, parent: process.ppid }];
  for (let depth = 0; depth < 5; depth++) {
    const { parent } = links[links.length - 1];
    const described = describe(parent);
    if (!described || parent <= 1) break;
    if (isNpm(described.command)) return links;
    links.push({ child: parent, parent: described.parent });
  }
  return links.slice(0, 1);
}

/** Its title is "npm run …"; other package managers name themselves in the environment. */
const isNpm = (command: string) =>
  /^npm\b|npm-cli\.js/.test(command) || command.includes(process.env.npm_execpath || "npm-cli.js");

/** Whether the parent is still there. */
function isWhole({ child, parent }: Link): boolean {
  if (child === process.pid && process.ppid !== parent) return false;
  // A process that has ended may still have a number, but no children.
  if (process.platform === "linux") return describe(child)?.parent === parent;
  return isRunning(parent);
}

/** The parent of a process and its command, or nothing when there is no such process, or it can't be told. */
function describe(pid: number): { readonly parent: number; readonly command: string } | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      // The name before it, in brackets, may hold anything.
      return { parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), command };
    }
    if (process.platform === "win32") return undefined;
    const text = execFileSync("ps", ["-o", "ppid=,args=", "-p", `${pid}`], { encoding: "utf8" }).trim();
    const [parent] = text.split(/\s/);
    return { parent: Number(parent), command: text.slice(parent.length).trim() };
  } catch {
    return undefined;
  }
}
