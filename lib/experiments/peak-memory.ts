import { readFileSync } from "node:fs";

/** The most memory, in bytes, that this process has had in use. */
export function peakMemory(): number {
  // What Node reports may be the peak of the process that started this one.
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
