import { expected } from "../errors";
import type { TfjsBackend } from "./backend";
import { eager } from "./eager";
import { onnx } from "./onnx/run/compiled";
import type { AnyOptions, EngineName } from "./program";
import type { Runner } from "./runner";

/** The engines there are; in a browser `engines.browser.ts` stands in for this file. */
export const engines: Readonly<Partial<Record<EngineName, (options: AnyOptions) => Runner>>> = {
  onnx,
  tensorflow: (options) => inFloat("tensorflow", options),
  wasm: (options) => inFloat("wasm", options),
  cpu: (options) => inFloat("cpu", options),
};

function inFloat(backend: TfjsBackend, options: AnyOptions): Runner {
  if (options.int8) {
    throw expected("ENGINE=onnx for int8", `ENGINE=${backend}`, "Leave the precision at float32.");
  }
  return eager(backend, options);
}

/** The engine that the environment variable ENGINE names, else onnx. */
export const defaultEngine = (): string => process.env.ENGINE || "onnx";
