import { choose, expected } from "../../../errors";

/** The values of ENGINE_PROVIDER, and onnxruntime's names for them. */
const providers = { cpu: "cpu", cuda: "cuda", directml: "dml", coreml: "coreml", webgpu: "webgpu" } as const;
export type Provider = keyof typeof providers;

/** What runs the models: the environment variable ENGINE_PROVIDER, else the processor. */
export function provider(): Provider {
  const name = process.env.ENGINE_PROVIDER || "cpu";
  choose("ENGINE_PROVIDER", name, providers);
  return name as Provider;
}

/** What onnxruntime calls it. */
export const onnxruntimeName = (name: Provider): string => providers[name];

const advice: Readonly<Record<Provider, string>> = {
  cpu: "Install onnxruntime-node again.",
  cuda:
    "It needs Linux x64, CUDA 12 and its part of onnxruntime: " +
    "npm rebuild onnxruntime-node --ignore-scripts=false.",
  directml: "It needs Windows.",
  coreml: "It needs macOS.",
  webgpu:
    "It needs Windows, macOS, or Linux x64 with a Vulkan driver for the graphics card " +
    "(Debian's mesa-vulkan-drivers also has one that computes on the CPU).",
};

/** The provider isn't there, or has nothing to run on. */
export const absent = (name: Provider, error: unknown): Error =>
  expected(
    `onnxruntime to run on ${name}, as ENGINE_PROVIDER says`,
    `"${reasonOf(error)}"`,
    `${advice[name]} Or unset ENGINE_PROVIDER.`,
  );

/** The provider can't do what a program asks of it. */
export const refused = (name: Provider, what: string, error: unknown): Error =>
  expected(`${name}, as ENGINE_PROVIDER says, to ${what}`, `"${reasonOf(error)}"`, "Unset ENGINE_PROVIDER.");

/** The reason in an error of onnxruntime's, without its places in source files. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : `${error}`;
  const [, node, said = text] = /while running (\S+ node).*?Status Message: (.*)/s.exec(text) ?? [];
  const [line] = said.trim().split("\n");
  const reason = line.replace(/^\S+\.(cc|h|cpp):\d+ .*? was false\. /, "");
  return node ? `${node}: ${reason}` : reason;
}
