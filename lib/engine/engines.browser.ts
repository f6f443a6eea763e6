import { eager } from "./eager";
import type { AnyOptions, EngineName } from "./program";
import type { Runner } from "./runner";

/** The one engine of a page: tfjs's WebAssembly backend. */
export const engines: Readonly<Partial<Record<EngineName, (options: AnyOptions) => Runner>>> = {
  wasm: (options) => eager("wasm", options),
};

export const defaultEngine = (): string => "wasm";
