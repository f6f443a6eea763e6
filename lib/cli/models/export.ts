import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { exportVelocity } from "../../experiments/models/velocity-program";
import { writeAtomically } from "../../files/atomic-write";
import { sha256 } from "../../files/sha256";
import { formatNumber } from "../../text";
import { quoted } from "../shell-word";
import type { Given } from "./command-options";
import { type Context, wrongUsage } from "./context";
import { drivingOf } from "./driving";
import { fileFor } from "./out";
import { shown } from "./shown";
import { batchOf, type exportSpecs } from "./specs";
import { openTrained } from "./trained";

/** Writes a model's velocity as ONNX, and a JSON of how to drive it. */
export async function exportModel(
  named: string,
  given: Given<typeof exportSpecs>,
  { line, root }: Context,
): Promise<number> {
  const trained = await openTrained(named);
  const { about, model, home, own, name } = trained;
  const path = given.out ? fileFor(given.out) : join(home, own ? "model.onnx" : `${name}.onnx`);
  const weights = about.file.sha256;
  if (existsSync(path) && !given.force && weightsOf(`${path}.json`) !== weights) {
    throw wrongUsage(`${shown(path)} is there already, of another model: choose --out, or add --force.`);
  }
  line.update(`exporting ${about.title}`);
  const { columns, image } = about;
  const sample = image ?? [columns![columns!.length - 1].span[1]];
  const exported = await exportVelocity({ model, sample, batch: batchOf(given) });
  const { bytes } = exported;
  const file = { name: basename(path), bytes: bytes.length, sha256: sha256(bytes) };
  const driving = { ...drivingOf(trained, exported, file), weights };
  writeAtomically(path, bytes);
  writeAtomically(`${path}.json`, `${JSON.stringify(driving, null, 2)}\n`);
  const inputs = exported.inputs.map((port) => `${port.name} [${port.shape.join(", ")}]`).join(", ");
  line.print(`${shown(path)}: ${formatNumber(bytes.length / 1e6, 3)} MB, ${inputs} → velocity`);
  line.print(`${shown(path)}.json says how to drive it.`);
  const program = join(root, "tests", "interop", "sample.py");
  // The installed package has no tests.
  if (existsSync(program)) {
    const model = quoted(shown(path));
    const needs = "needs: pip install onnxruntime numpy";
    line.print(
      image && about.task !== "classes"
        ? `Next: Flow("${shown(path)}").integrate of ${shown(program)}, from x0 as the JSON says; ${needs}`
        : `Next: python3 ${quoted(shown(program))} ${model}  (${needs})`,
    );
  }
  return 0;
}

function weightsOf(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { weights?: string }).weights;
  } catch {
    return undefined;
  }
}
