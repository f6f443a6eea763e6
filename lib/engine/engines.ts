import { eager } from "./eager";
import { onnx } from "./onnx/run/compiled";
import type { AnyOptions, EngineName } from "./program";
import type { Runner } from "./runner";

/** The engines there are; in a browser `engines.browser.ts` stands in for this file. */
export const engines: Readonly<Partial<Record<EngineName, (options: AnyOptions) => Runner>>> = {
  onnx,
  tensorflow: (options) => eager("tensorflow", options),
  wasm: (options) => eager("wasm", options),
  cpu: (options) => eager("cpu", options),
};

/** The engine that the environment variable ENGINE names, else onnx. */
export const defaultEngine = (): string => process.env.ENGINE || "onnx";
