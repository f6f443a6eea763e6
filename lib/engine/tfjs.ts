import { createRequire } from "node:module";
import { dirname } from "node:path";
import type * as tfjs from "@tensorflow/tfjs-core";
import { expected } from "../errors";
import { installCommand, optionalPackage } from "../files/project";
import type { TfjsBackend } from "./backend";
import { addTensorMethods } from "./tensor-methods";

export type Tfjs = typeof tfjs;

/** Loads tfjs with the backend ready; the active backend stays as it was. */
export async function loadTfjs(backend?: TfjsBackend): Promise<Tfjs> {
  const tf = plain(await import("@tensorflow/tfjs-core"));
  await import("@tensorflow/tfjs-backend-cpu");
  await import("@tensorflow/tfjs-layers"); // for the gradients, which it registers and tfjs-core doesn't
  addTensorMethods(tf);
  await tf.ready();
  const cpu = tf.findBackend("cpu") as { firstUse?: boolean } | null;
  if (cpu) cpu.firstUse = false; // its greeting on the console recommends another package
  if (backend && !tf.engine().registry[backend]) {
    const before = tf.getBackend();
    try {
      await prepare[backend](tf);
      if (!(await tf.setBackend(backend)))
        throw expected(`tfjs to start its ${backend} backend`, "a failure");
    } finally {
      await tf.setBackend(before);
    }
  }
  return tf;
}

const prepare: Readonly<Record<TfjsBackend, (tf: Tfjs) => Promise<void>>> = {
  cpu: async () => {},
  wasm: async (tf) => {
    const wasm = plain(
      await optionalPackage(
        "@tensorflow/tfjs-backend-wasm",
        "ENGINE=wasm",
        () => import("@tensorflow/tfjs-backend-wasm"),
      ),
    );
    const from = createRequire(__filename).resolve("@tensorflow/tfjs-backend-wasm/package.json");
    wasm.setWasmPaths(`${dirname(from)}/wasm-out/`);
    lendKernels(tf, "cpu", "wasm");
  },
  tensorflow: async () => {
    restoreUtil();
    try {
      // Not a literal, so that type checks pass where the optional package isn't installed.
      await import("tfjs-node-native" as string);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim().split("\n")[0] : `${error}`;
      throw expected(
        "TensorFlow's native library for ENGINE=tensorflow",
        `"${reason}"`,
        "Get it (a download from storage.googleapis.com) with: " +
          `${installCommand("tfjs-node-native")} && npm rebuild tfjs-node-native --ignore-scripts=false`,
      );
    }
  },
};

/**
 * Lets a backend borrow another's kernels for operators that it lacks: the wasm backend has no weight
 * gradient of a convolution, nor a gradient of a look-up. Slower, but the same program runs.
 */
function lendKernels(tf: Tfjs, lender: string, borrower: string): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(lender)) {
    if (tf.getKernel(kernelName, borrower)) continue;
    tf.registerKernel({
      kernelName,
      backendName: borrower,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const from = tf.findBackend(lender);
        const to = backend as tfjs.KernelBackend;
        // The lender fetches its inputs by itself; results are carried back.
        const result = kernelFunc({ inputs, attrs, backend: from });
        const carry = ({ dataId, shape, dtype }: tfjs.TensorInfo): tfjs.TensorInfo => {
          const values = from.readSync(dataId);
          from.disposeData(dataId);
          return { dataId: to.write(values, shape, dtype), shape, dtype };
        };
        return Array.isArray(result) ? result.map(carry) : carry(result);
      },
    });
  }
}

/** The functions of node:util that tfjs-node 4.22 calls and Node 23 removed. */
function restoreUtil(): void {
  const util = createRequire(__filename)("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

/** A CommonJS module imported from an ES module may come wrapped in `default`. */
function plain<T extends object>(module: T): T {
  return "default" in module && module.default && typeof module.default === "object"
    ? (module.default as T)
    : module;
}
