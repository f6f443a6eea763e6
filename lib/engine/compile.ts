import { choose, expected } from "../errors";
import { checkKind, checkNames, checkValues } from "./check";
import { eager } from "./eager";
import { onnx } from "./onnx/compiled";
import type { Compiled, CompileOptions, EngineName, Named, Values } from "./program";
import type { Runner } from "./runner";

const engines: Readonly<Record<EngineName, (options: CompileOptions) => Runner>> = {
  onnx,
  tensorflow: (options) => eager("tensorflow", options),
  wasm: (options) => eager("wasm", options),
  cpu: (options) => eager("cpu", options),
};

/**
 * Prepares a program to be run many times. Nothing is loaded or traced before the first `run`.
 *
 * For ENGINE=onnx, environment variables set how many threads it uses (ENGINE_THREADS; default: the processor's
 * cores, at most 8), where optimised models are kept from run to run (ENGINE_CACHE: a folder, or "off"; default
 * `.cache/models`), and what runs them (ENGINE_PROVIDER: "cpu", "cuda", "directml", "coreml" or "webgpu"; default
 * "cpu", the only one that has been tried).
 *
 * @throws UsageError if the engine is unknown, or the state or constants aren't float32 or int32 arrays of
 * their shapes. `run` throws when an input is missing, unknown or of the wrong kind, when an operator isn't
 * supported, when a program with state is already running, and after `dispose`.
 */
export function compile(options: CompileOptions): Compiled {
  const owner = `program "${options.name}"`;
  const initial = options.state ?? {};
  checkValues(owner, "state", initial);
  checkValues(owner, "constant", options.constants ?? {});
  const name = options.engine ?? (process.env.ENGINE || "onnx");
  const runner = choose("ENGINE", name, engines)(options);
  const hasState = Object.keys(initial).length > 0;

  let disposed = false;
  let present: Promise<unknown> | undefined;
  let inputNames: readonly string[] | undefined;

  async function use<T>(action: string, body: () => Promise<T>): Promise<T> {
    if (disposed) {
      throw expected(`${owner} to be in use for ${action}`, "one that was disposed", "Compile it again.");
    }
    if (present && hasState) {
      throw expected(
        `one thing at a time of ${owner}, which has state`,
        `${action} while another was under way`,
        "Await each before the next.",
      );
    }
    const work = body();
    present = work;
    try {
      return await work;
    } finally {
      if (present === work) present = undefined;
    }
  }

  return Object.freeze({
    run: (inputs: Named<Values>) =>
      use("run", async () => {
        checkValues(owner, "input", inputs);
        if (inputNames) checkNames(owner, "input", Object.keys(inputs), inputNames);
        const outputs = await runner.run(inputs);
        inputNames ??= Object.keys(inputs);
        return outputs;
      }),
    readState: () => use("readState", () => runner.readState()),
    writeState: (state: Named<Values>) =>
      use("writeState", async () => {
        checkValues(owner, "state", state);
        checkNames(owner, "state", Object.keys(state), Object.keys(initial));
        for (const key of Object.keys(initial)) checkKind(owner, "state", key, state[key], initial[key]);
        await runner.writeState(state);
      }),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await present?.catch(() => {});
      await runner.dispose();
    },
  });
}
