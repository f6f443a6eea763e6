import { describe, expect, it } from "vitest";
import { fastest, finalists, type Probe, type Setting, settingsFor } from "./settings";

const probe = (precision: Setting["precision"], threads: number, milliseconds: number): Probe => ({
  setting: { layout: "nchw", threads, products: 1, precision, attention: "fused" },
  milliseconds,
});

describe("settings of PyTorch", () => {
  it("are every layout, number of threads and precision that the network can have", () => {
    const both = settingsFor({ network: "unet", threads: 3, precisions: ["float32", "bfloat16"] });
    const float32 = { threads: 3, precision: "float32", attention: "fused" };
    const bfloat16 = { threads: 3, precision: "bfloat16", attention: "products" };
    expect(both).toEqual([
      { layout: "nchw", products: 1, ...float32 },
      { layout: "nchw", products: 3, ...float32 },
      { layout: "channels_last", products: 1, ...float32 },
      { layout: "channels_last", products: 3, ...float32 },
      { layout: "nchw", products: 1, ...bfloat16 },
      { layout: "nchw", products: 3, ...bfloat16 },
      { layout: "channels_last", products: 1, ...bfloat16 },
      { layout: "channels_last", products: 3, ...bfloat16 },
    ]);
    const [one] = settingsFor({ network: "mlp", threads: 1, precisions: ["float32"] });
    expect(one).toEqual({
      layout: "nchw",
      threads: 1,
      products: 1,
      precision: "float32",
      attention: "fused",
    });
  });

  it("go on to the careful measurement by precision, and with the next one only where it is close", () => {
    const probes = [
      probe("float32", 1, 20),
      probe("float32", 2, 10),
      probe("bfloat16", 1, 5.4),
      probe("bfloat16", 2, 5),
      probe("bfloat16", 3, 5.2),
    ];
    expect(finalists(probes).map(({ precision, threads }) => [precision, threads])).toEqual([
      ["float32", 2],
      ["bfloat16", 2],
      ["bfloat16", 3],
    ]);
  });

  it("are compared by their times", () => {
    const probes = [probe("float32", 1, 7), probe("float32", 2, 6), probe("bfloat16", 2, 8)];
    expect(fastest(probes)?.milliseconds).toBe(6);
    expect(fastest(probes, "bfloat16")?.milliseconds).toBe(8);
    expect(fastest(probes.slice(0, 2), "bfloat16")).toBeUndefined();
  });
});
