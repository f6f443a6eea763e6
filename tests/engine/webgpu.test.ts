import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { Graph } from "../../lib/engine/onnx/ir/graph";
import { writeModel } from "../../lib/engine/onnx/ir/writer";
import type { Part } from "./webgpu.child";

const folder = mkdtempSync(join(tmpdir(), "webgpu-"));
afterAll(() => rmSync(folder, { recursive: true }));

const graph = new Graph();
const copy = graph.node("Identity", [graph.input("x", "float32", [1])], "float32", [1]);
const identity = Buffer.from(writeModel("identity", graph.finish([{ name: "y", value: copy }])));

/** Whether onnxruntime, asked without the engine, finds something that WebGPU can run on. */
const adapter = spawnSync(process.execPath, [
  "-e",
  `require(${JSON.stringify(createRequire(__filename).resolve("onnxruntime-node"))})
     .InferenceSession
     .create(Buffer.from("${identity.toString("hex")}", "hex"), { executionProviders: ["webgpu"] })
     .then((session) => session.release());`,
]);
const there = adapter.status === 0;
if (!there) {
  console.log(
    "onnxruntime finds nothing for WebGPU to run on (Debian: mesa-vulkan-drivers, which has a driver in " +
      "software): ENGINE_PROVIDER=webgpu is left untested.",
  );
}

type Found = Readonly<Record<string, readonly number[]>>;

/** What the child computes, what it warns of, and on which of onnxruntime's providers each operator ran. */
function run(parts: readonly Part[], env: Readonly<Record<string, string>>, profile?: string) {
  const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
  const child = spawnSync(process.execPath, ["--import", tsx, join(__dirname, "webgpu.child.ts"), ...parts], {
    env: {
      ...process.env,
      ...{ ENGINE: "onnx", ENGINE_CACHE: "off", ENGINE_THREADS: "1", TRAINED_CACHE: "off" },
      ...(profile && { ENGINE_PROFILE: join(folder, profile) }),
      ...env,
    },
    encoding: "utf8",
  });
  const files = readdirSync(folder).filter((name) => profile && name.startsWith(profile));
  const events = files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  const ran = events.flatMap(({ name, args }) =>
    args?.provider && name.endsWith("_kernel_time") ? [`${args.op_name} ${args.provider}`] : [],
  );
  const { error, ...found } = JSON.parse(child.stdout) as { error?: string } & Record<string, unknown>;
  return { found: found as Found, error, warnings: child.stderr, ran };
}

const away = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - b[i])) / Math.hypot(...b);

/** A driver in software compiles its shaders on a processor that may have other work. */
const minutes = 60_000;
const timeout = 10 * minutes;

describe.skipIf(!there)("ENGINE_PROVIDER=webgpu", { timeout }, () => {
  test("trains and evaluates an MLP and a U-Net as the processor does, and leaves nothing to it", () => {
    const parts = ["plane", "images"] as const;
    const here = run(parts, { ENGINE_PROVIDER: "cpu" });
    const there = run(parts, { ENGINE_PROVIDER: "webgpu" }, "whole");
    expect(there.error).toBeUndefined();
    expect(Object.keys(there.found)).toEqual(["mlpLosses", "mlpVelocity", "unetLosses", "unetVelocity"]);
    for (const [name, values] of Object.entries(there.found)) {
      expect(values.length).toBe(here.found[name].length);
      expect(away(values, here.found[name]), name).toBeLessThan(1e-5);
    }
    expect(there.ran.length).toBeGreaterThan(1000);
    expect(there.ran.filter((text) => !text.endsWith(" WebGpuExecutionProvider"))).toEqual([]);
    expect(there.warnings).not.toContain("ProviderWarning");
  });

  test("names an operator that it fails at before anything runs", () => {
    const { error } = run(["largest"], { ENGINE_PROVIDER: "webgpu" });
    expect(error).toMatch(
      /^UsageError: Expected webgpu, .* to run MaxPool for program "largest", but .*Indices/,
    );
  });

  test("names what it leaves to the processor, and slices backwards from the right place", () => {
    const { found, warnings, ran } = run(["signs", "mirror"], { ENGINE_PROVIDER: "webgpu" }, "signs");
    expect(found).toEqual({ signs: [-1, 0, 1], mirror: [2, 1, 2, 3, 4, 3, 2] });
    expect(ran).toContain("Sign CPUExecutionProvider");
    expect(warnings).toContain(
      'ProviderWarning: program "signs": onnxruntime\'s webgpu has no Sign. 1 of 1 operators will run on ' +
        "the CPU, and their numbers be copied there and back.",
    );
  });
});

/** Vulkan's loader takes drivers from this list alone. */
const noDriver = { VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" };
const onLinux = process.platform === "linux" && process.arch === "x64";

test.skipIf(!onLinux)("ENGINE_PROVIDER=webgpu without a driver says what to do", { timeout }, () => {
  const { error } = run(["signs"], { ENGINE_PROVIDER: "webgpu", ...noDriver });
  expect(error).toMatch(/^UsageError: Expected onnxruntime to run on webgpu, as ENGINE_PROVIDER says, /);
  expect(error).toMatch(/ but received "[^/\n]*"\. It needs .* Vulkan driver .* Or unset ENGINE_PROVIDER\.$/);
});
