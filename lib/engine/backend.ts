import type * as tfjs from "@tensorflow/tfjs-core";

export type TfjsBackend = "cpu" | "wasm" | "tensorflow";

/** What running programs operator by operator needs of tfjs. */
export type EagerTfjs = Pick<typeof tfjs, "getBackend" | "keep" | "setBackend" | "tensor" | "tidy">;

/** Runs `body` with another active backend, which must be ready, and restores the one before. */
export function withBackend<T>(
  tf: Pick<EagerTfjs, "getBackend" | "setBackend">,
  backend: string,
  body: () => T,
): T {
  const before = tf.getBackend();
  if (before === backend) return body();
  void tf.setBackend(backend); // takes effect at once for a backend that is ready
  try {
    return body();
  } finally {
    void tf.setBackend(before);
  }
}
