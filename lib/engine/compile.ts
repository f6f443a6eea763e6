import type * as tf from "@tensorflow/tfjs-core";
import { choose, expected } from "../errors";
import { checkKind, checkNames, checkValues } from "./check";
import { defaultEngine, engines } from "./engines";
import type { AnyOptions, Compiled, CompileOptions, EngineName, Named, Values } from "./program";
import { inTree } from "./runner";
import type { Arrays, Open, Tree, TreeOf } from "./tree";

/** The engine asked for: this one, that of the environment variable ENGINE, or onnx. @throws if unknown. */
export function engineNameOf(engine?: EngineName): EngineName {
  const name = engine ?? defaultEngine();
  choose("ENGINE", name, engines);
  return name as EngineName;
}

/**
 * Prepares a program to be run many times. Nothing is loaded or traced before the first `run`.
 *
 * For ENGINE=onnx, environment variables set how many threads it uses (ENGINE_THREADS; default: the
 * processor's cores, at most 8), where optimised models are kept from run to run (ENGINE_CACHE: a folder, or
 * "off"; default `.cache/models`), and what runs them (ENGINE_PROVIDER: "cpu", "cuda", "directml", "coreml"
 * or "webgpu"; default "cpu"; "webgpu" has been tried on a driver in software, the others have not). What a
 * provider leaves to the processor is named in a warning.
 *
 * Numbers are those of tfjs up to rounding, but for what onnxruntime cuts off: its sigmoid is 0 below −18,
 * where tfjs's is 1.5e-8 and less, and its elu and selu lose up to 1e-7 near 0. The logarithm of a sigmoid,
 * and that one's gradient, are right everywhere.
 *
 * The trees of state and constants are those of the arrays given here, the trees of outputs those of what the
 * program returns. Inputs are a flat record unless the program says what it takes:
 *
 * @example
 * import * as tf from "@tensorflow/tfjs-core";
 * type Given = { constants: { weights: { w: tf.Tensor } }; inputs: { x: tf.Tensor } };
 * const scaled = compile({
 *   name: "scaled",
 *   constants: { weights: { w: { shape: [2], data: Float32Array.of(3, 4) } } },
 *   program: ({ constants, inputs }: Given) => ({
 *     outputs: { y: tf.mul(inputs.x, constants.weights.w) },
 *   }),
 * });
 * const { y } = await scaled.run({ x: { shape: [2], data: Float32Array.of(1, 2) } }); // y.data: 3, 8
 *
 * @throws UsageError if the engine is unknown, or the state or constants aren't float32 or int32 arrays of
 * their shapes. `run` throws when an input is missing, unknown or of the wrong kind, when an operator isn't
 * supported, when a program with state is already running, and after `dispose`.
 */
export function compile<
  State extends TreeOf<State, Values> = Named<Values>,
  Constants extends TreeOf<Constants, Values> = Named<Values>,
  Inputs extends object = Named<tf.Tensor>,
  Outputs extends TreeOf<Outputs, tf.Tensor> = Named<tf.Tensor>,
>(
  options: CompileOptions<State, Constants, Inputs, Outputs>,
): Compiled<
  Arrays<NoInfer<Inputs>>,
  Open<Arrays<NoInfer<Outputs>>, Values>,
  Open<Arrays<NoInfer<State>>, Values>
> {
  // From here on the engine knows only the leaves of trees.
  const any = options as unknown as AnyOptions & Pick<CompileOptions, "engine">;
  return compileAny(any) as ReturnType<typeof compile<State, Constants, Inputs, Outputs>>;
}

function compileAny(
  options: AnyOptions & Pick<CompileOptions, "engine">,
): Compiled<Tree<Values>, Tree<Values>, Tree<Values>> {
  const owner = `program "${options.name}"`;
  const state = options.state ?? {};
  const initial = checkValues(owner, "state", state);
  checkValues(owner, "constant", options.constants ?? {});
  if (options.int8 && !(Array.isArray(options.int8) && options.int8.length > 0)) {
    const received = Array.isArray(options.int8) ? "none" : typeof options.int8;
    throw expected(`examples of inputs of ${owner} for int8`, received);
  }
  for (const inputs of options.int8 ?? []) checkValues(owner, "example input", inputs);
  const runner = choose("ENGINE", engineNameOf(options.engine), engines)(options);
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
        `one call at a time of ${owner}, which has state`,
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
    run: (inputs: Tree<Values>) =>
      use("run", async () => {
        const leaves = checkValues(owner, "input", inputs);
        const given = Object.keys(leaves);
        if (inputNames) checkNames(owner, "input", given, inputNames);
        const outputs = await runner.run(inputs, leaves);
        inputNames ??= given;
        return outputs;
      }),
    readState: () => use("readState", () => runner.readState()),
    writeState: (next: Tree<Values>) =>
      use("writeState", async () => {
        const given = checkValues(owner, "state", next);
        checkNames(owner, "state", Object.keys(given), Object.keys(initial));
        for (const key of Object.keys(initial)) checkKind(owner, "state", key, given[key], initial[key]);
        await runner.writeState(inTree(state, given));
      }),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      await present?.catch(() => {});
      await runner.dispose();
    },
  });
}
