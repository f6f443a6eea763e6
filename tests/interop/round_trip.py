"""Reads a .safetensors and a .npz file with numpy alone and writes both anew: `round_trip.py FOLDER`."""

import json
import sys

import numpy as np

folder = sys.argv[1]
data = open(f"{folder}/model.safetensors", "rb").read()
length = int.from_bytes(data[:8], "little")
header = json.loads(data[8 : 8 + length])
types = {"F32": "<f4", "F16": "<f2", "I32": "<i4"}
out = bytearray(len(data))
out[: 8 + length] = data[: 8 + length]
for name, entry in header.items():
    if name != "__metadata__":
        start, end = entry["data_offsets"]
        array = np.frombuffer(data[8 + length + start : 8 + length + end], types[entry["dtype"]])
        array = array.reshape(entry["shape"])
        out[8 + length + start : 8 + length + end] = array.tobytes()
open(f"{folder}/model-again.safetensors", "wb").write(out)

with np.load(f"{folder}/arrays.npz") as arrays:
    np.savez(f"{folder}/arrays-again.npz", **arrays)
    print(json.dumps({name: [str(a.dtype), list(a.shape), float(a.sum())] for name, a in arrays.items()}))
