import { describe, expect, it } from "vitest";
import { nearestUp } from "../../../lib/couplings";
import { enlargedFor, featureNetwork } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

describe("enlargedFor", () => {
  it("sees each pixel repeated", async () => {
    const network = await featureNetwork("emoji");
    const small = enlargedFor(network, { factor: 2 });
    const images = rng(0).normals([3, 16, 16, 3]);
    const large = nearestUp({ factor: 2 })(images);
    expect(small.imageShape).toEqual([16, 16, 3]);
    expect(small.name).toContain(network.name);
    expect(await small.features(images)).toEqual(await network.features(large));
    expect(await small.classify(images, "style")).toEqual(await network.classify(large, "style"));
    expect(await small.activations?.(images)).toEqual(await network.activations?.(large));
  });

  it("needs a factor that divides", async () => {
    const network = await featureNetwork("mnist");
    expect(() => enlargedFor(network, { factor: 3 })).toThrow("Expected a factor that divides 32 × 32");
  });
});
