import { expect, it } from "vitest";
import { processorUnits } from "./processor";

const cpuinfo = (flags: string) =>
  `processor\t: 0\nmodel name\t: Some Processor\nflags\t\t: ${flags}\nbugs\t\t: avx512f\n\nprocessor\t: 1\n`;

it.each([
  [
    "fpu sse avx2 avx512f avx512_bf16 avx512_vnni amx_bf16 amx_tile amx_int8",
    ["AVX2", "AVX-512", "AVX512-VNNI", "AVX-512-BF16", "AMX-INT8", "AMX-BF16"],
  ],
  ["fpu avx2 avx512f_like", ["AVX2"]],
  ["", []],
])("names the units behind the flags '%s'", (flags, names) => {
  expect(processorUnits(cpuinfo(flags))).toEqual(names);
});

it("reads the features of Arm's processors, and names none where nothing is listed", () => {
  expect(processorUnits("processor\t: 0\nFeatures\t: fp asimd i8mm bf16\n")).toEqual(["I8MM", "BF16"]);
  expect(processorUnits("processor\t: 0\n")).toEqual([]);
});
