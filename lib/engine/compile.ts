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
 * Prepares a program to be run many times. Nothing is traced, loaded or checked against shapes before the
 * first `run`.
 *
 * @throws UsageError if the engine is unknown, or the state or constants aren't float32 or int32 arrays of
 * their shapes. `run` throws when an input is missing, unknown or of the wrong kind, when a program with
 * state is already running, and after `dispose`.
 */
export function compile(options: CompileOptions): Compiled {
  const name = options.engine ?? process.env.ENGINE ?? "onnx";
  const runner = choose("ENGINE", name, engines)(options);
  const owner = `program "${options.name}"`;
  const initial = options.state ?? {};
  const hasState = Object.keys(initial).length > 0;
  checkValues(owner, "state", initial);
  checkValues(owner, "constant", options.constants ?? {});

  let disposed = false;
  let running = false;
  let inputNames: readonly string[] | undefined;

  const alive = (action: string) => {
    if (disposed) {
      throw expected(`${owner} to be in use for ${action}`, "one that was disposed", "Compile it again.");
    }
  };
  const alone = async <T>(action: string, body: () => Promise<T>): Promise<T> => {
    alive(action);
    if (running && hasState) {
      throw expected(
        `one thing at a time from ${owner}, which has state`,
        `${action} while another run was under way`,
        "Await each run before the next.",
      );
    }
    running = true;
    try {
      return await body();
    } finally {
      running = false;
    }
  };

  return Object.freeze({
    run: (inputs: Named<Values>) =>
      alone("run", async () => {
        checkValues(owner, "input", inputs);
        if (inputNames) checkNames(owner, "input", Object.keys(inputs), inputNames);
        const outputs = await runner.run(inputs);
        inputNames ??= Object.keys(inputs);
        return outputs;
      }),
    readState: () => alone("readState", () => runner.readState()),
    writeState: (state: Named<Values>) =>
      alone("writeState", async () => {
        checkValues(owner, "state", state);
        checkNames(owner, "state", Object.keys(state), Object.keys(initial));
        for (const key of Object.keys(initial)) checkKind(owner, "state", key, state[key], initial[key]);
        await runner.writeState(state);
      }),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await runner.dispose();
    },
  });
}
