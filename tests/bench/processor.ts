import { readFileSync } from "node:fs";

/** What matters for products of matrices, by the names that Linux gives. */
const units: Readonly<Record<string, string>> = {
  avx2: "AVX2",
  avx512f: "AVX-512",
  avx_vnni: "AVX-VNNI",
  avx512_vnni: "AVX512-VNNI",
  avx512_bf16: "AVX-512-BF16",
  avx512_fp16: "AVX-512-FP16",
  amx_int8: "AMX-INT8",
  amx_bf16: "AMX-BF16",
  amx_fp16: "AMX-FP16",
  i8mm: "I8MM",
  bf16: "BF16",
};

/** The vector and matrix units of the first processor in a `/proc/cpuinfo`; none where it lists no flags. */
export function processorUnits(cpuinfo: string): string[] {
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1].trim().split(/\s+/));
  return Object.keys(units)
    .filter((flag) => flags.has(flag))
    .map((flag) => units[flag]);
}

/** Those of this machine; none where the system doesn't tell. */
export function unitsHere(): string[] {
  try {
    return processorUnits(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return [];
  }
}
