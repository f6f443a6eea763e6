"""Samples from a model that `interpolants export` wrote, with numpy and onnxruntime alone.

    python3 sample.py MODEL.onnx [OUT.npy] [SEED]
    from sample import Flow; x = Flow("model.onnx").integrate(x0, keep=keep)
"""

import base64
import json
import sys

import numpy as np
import onnxruntime


class Flow:
    def __init__(self, path):
        self.about = json.load(open(path + ".json"))
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def integrate(self, x0, steps=20, **condition):
        """Solves dx/dt = velocity(x, t, condition) from t = 0 to 1 by the midpoint method."""
        x, h = x0.astype(np.float32), 1 / steps

        def velocity(x, t):
            return self.session.run(None, {"x": x, "t": np.full(len(x), t, np.float32), **condition})[0]

        for k in range(steps):
            half = x + np.float32(h / 2) * velocity(x, k * h)
            x = x + np.float32(h) * velocity(half, (k + 0.5) * h)
        return x

    def start(self, n, random):
        """Starts of the flow that need no data: images of all classes in turn, or whole rows of a table."""
        shape = [n, *self.about["inputs"][0]["shape"][1:]]
        noise = random.standard_normal(shape).astype(np.float32)
        if self.about["task"] == "table":
            return noise, {"keep": np.zeros_like(noise), "image": np.zeros_like(noise)}
        if self.about["task"] != "classes":
            sys.exit("This model needs images to start from: call integrate with x0 as its JSON says.")
        labels = np.arange(n, dtype=np.int32) % len(self.about["classes"])
        condition = {"labels": labels} if any(i["name"] == "labels" for i in self.about["inputs"]) else {}
        if "base" not in self.about:
            return noise, condition
        arrays = [self.about["base"][name] for name in ("means", "deviations")]
        means, deviations = [
            np.frombuffer(base64.b64decode(a["base64"]), "<f4").reshape(a["shape"])[labels] for a in arrays
        ]
        return means + deviations * noise, condition


if __name__ == "__main__":
    path, out, seed = (sys.argv[1:] + ["samples.npy", "0"][len(sys.argv) - 2 :])[:3]
    flow = Flow(path)
    x0, condition = flow.start(10, np.random.default_rng(int(seed)))
    np.save(out, flow.integrate(x0, **condition))
    print(f"{len(x0)} samples in {out}")
