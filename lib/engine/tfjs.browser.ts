import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { env, getBackend, keep, type Platform, ready, setBackend, tensor, tidy } from "@tensorflow/tfjs-core";
import { expected } from "../errors";
import type { EagerTfjs, TfjsBackend } from "./backend";

let started: Promise<EagerTfjs> | undefined;

/**
 * Starts tfjs's WebAssembly backend in a page or a worker, from bytes that the page carries: nothing is
 * fetched. On one thread, since pages from a file have no memory that threads share.
 * @param binary tfjs-backend-wasm-simd.wasm
 * @throws where the browser has no WebAssembly with SIMD.
 */
export function startWasm(binary: Uint8Array<ArrayBuffer>): Promise<EagerTfjs> {
  started ??= (async () => {
    env().set("PROD", true); // no checks of every value
    env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    if (!(await env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
      throw expected("a browser with WebAssembly's SIMD operations", "an older one", "Update the browser.");
    }
    const file = "tfjs-backend-wasm-simd.wasm";
    // tfjs asks its platform for the file, and is given the bytes.
    Object.assign(env().platform, {
      fetch: async () => new Response(binary, { headers: { "Content-Type": "application/wasm" } }),
    } satisfies Pick<Platform, "fetch">);
    setWasmPaths(
      { [file]: file, "tfjs-backend-wasm.wasm": file, "tfjs-backend-wasm-threaded-simd.wasm": file },
      true,
    );
    if (!(await setBackend("wasm"))) throw expected("the browser to start WebAssembly", "a failure");
    await ready();
    return { getBackend, keep, setBackend, tensor, tidy };
  })();
  return started;
}

/** tfjs with its WebAssembly backend, which `startWasm` must have started. */
export function loadTfjs(_backend: TfjsBackend): Promise<EagerTfjs> {
  if (started) return started;
  throw expected("startWasm to be called first", "a program that runs without it");
}
