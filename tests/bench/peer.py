"""The networks of lib/networks in PyTorch, trained and timed on request: the other side of the benchmark.

Reads one JSON command per line and answers each with one line of JSON. Weights and batches come as
safetensors files that the library wrote.
"""

import json
import math
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "I32": torch.int32}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            count = (end - begin) // 4
            flat = torch.frombuffer(data, dtype=types[entry["dtype"]], offset=begin, count=count)
            tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


class Waves(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(features // 2)) if features else None

    def forward(self, t):
        column = t[:, None]
        if self.frequencies is None:
            return column
        angle = column * self.frequencies[None] * 2 * math.pi
        return torch.cat([column, angle.sin(), angle.cos()], 1)


class Time(nn.Module):
    def __init__(self, features, width):
        super().__init__()
        self.waves = Waves(features)
        self.hidden = nn.Linear(features + 1, width)
        self.out = nn.Linear(width, width)

    def forward(self, t):
        return self.out(F.silu(self.hidden(self.waves(t))))


class Classes(nn.Module):
    def __init__(self, classes, dim, width):
        super().__init__()
        self.table = nn.Embedding(classes, dim)
        self.hidden = nn.Linear(dim, width)
        self.out = nn.Linear(width, width)

    def forward(self, labels):
        return self.out(F.silu(self.hidden(self.table(labels))))


class Block(nn.Module):
    def __init__(self, start, end, embedding, groups):
        super().__init__()
        self.condition = nn.Linear(embedding, 2 * end)
        self.conv1 = nn.Conv2d(start, end, 3, padding=1)
        self.norm1 = nn.GroupNorm(groups, end)
        self.conv2 = nn.Conv2d(end, end, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, end)
        self.skip = nn.Identity() if start == end else nn.Conv2d(start, end, 1)

    def forward(self, x, e):
        scale, shift = self.condition(e)[:, :, None, None].chunk(2, 1)
        hidden = F.silu(self.norm1(self.conv1(x)) * (1 + scale) + shift)
        return F.silu(self.norm2(self.conv2(hidden))) + self.skip(x)


class Attention(nn.Module):
    def __init__(self, channels, heads, head_width):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(1, channels)
        self.qkv = nn.Conv2d(channels, 3 * heads * head_width, 1, bias=False)  # q, k and v in one is faster here
        self.out = nn.Conv2d(heads * head_width, channels, 1)

    def parts(self, x):
        n, _, h, w = x.shape
        return self.qkv(self.norm(x)).reshape(n, 3, self.heads, -1, h * w).unbind(1)

    def forward(self, x):
        n, _, h, w = x.shape
        q, k, v = (part.transpose(2, 3) for part in self.parts(x))
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(2, 3)
        return self.out(mixed.reshape(n, -1, h, w)) + x


class LinearAttention(Attention):
    def __init__(self, channels, heads, head_width):
        super().__init__(channels, heads, head_width)
        self.outNorm = nn.GroupNorm(1, channels)

    def forward(self, x):
        n, _, h, w = x.shape
        q, k, v = self.parts(x)
        q = q.softmax(2) * q.shape[2] ** -0.5
        context = k.softmax(3) @ v.transpose(2, 3)
        mixed = context.transpose(2, 3) @ q
        return self.outNorm(self.out(mixed.reshape(n, -1, h, w))) + x


class Upsample(nn.Module):
    def __init__(self, start, end):
        super().__init__()
        self.conv = nn.Conv2d(start, end, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class Level(nn.Module):
    def __init__(self, blocks, attention, out):
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.attention = attention
        self.out = out


class Unet(nn.Module):
    def __init__(self, o):
        super().__init__()
        dim, count, place = o["dim"], o["blocksPerLevel"], o["attention"]
        condition = o["condition"]
        widths = [dim] + [m * dim for m in o["mults"]]
        levels = len(o["mults"])
        width = 4 * dim
        embedding = 2 * width if "classes" in condition else width
        heads = (o["heads"], o["headWidth"])

        def block(start, end):
            return Block(start, end, embedding, o["groups"])

        def level_attention(size):
            return LinearAttention(size, *heads) if place == "levels" else None

        start = o["channels"] + bool(condition.get("keep")) + condition.get("imageChannels", 0)
        self.stem = nn.Conv2d(start, dim, o["stem"], padding=o["stem"] // 2)
        self.time = Time(o["timeFeatures"], width)
        self.classes = Classes(condition["classes"], dim, width) if "classes" in condition else None
        self.down = nn.ModuleList()
        self.up = nn.ModuleList()
        for a, b in zip(widths[:-1], widths[1:]):
            last = len(self.down) == levels - 1
            out = nn.Conv2d(a, b, 3, padding=1) if last else nn.Conv2d(a, b, 4, stride=2, padding=1)
            self.down.append(Level([block(a, a) for _ in range(count)], level_attention(a), out))
        for i in reversed(range(levels)):
            a, b = widths[i + 1], widths[i]
            out = Upsample(a, b) if i > 0 else nn.Conv2d(a, b, 3, padding=1)
            self.up.append(Level([block(a + b, a) for _ in range(count)], level_attention(a), out))
        self.middle = nn.ModuleDict(
            {"before": block(widths[-1], widths[-1]), "after": block(widths[-1], widths[-1])}
        )
        if place != "none":
            self.middle["attention"] = Attention(widths[-1], *heads)
        self.last = block(2 * dim, dim)
        self.out = nn.Conv2d(dim, o["channels"], 1)

    def forward(self, x, t, labels=None, keep=None, image=None):
        e = self.time(t)
        if self.classes is not None:
            e = torch.cat([e, self.classes(labels)], 1)
        e = F.silu(e)
        parts = [part for part in (x, keep, image) if part is not None]
        x = first = self.stem(torch.cat(parts, 1) if len(parts) > 1 else x)
        skips = []
        for level in self.down:
            for k, block in enumerate(level.blocks):
                x = block(x, e)
                if level.attention is not None and k == len(level.blocks) - 1:
                    x = level.attention(x)
                skips.append(x)
            x = level.out(x)
        x = self.middle["before"](x, e)
        if "attention" in self.middle:
            x = self.middle["attention"](x)
        x = self.middle["after"](x, e)
        for level in self.up:
            for block in level.blocks:
                x = block(torch.cat([x, skips.pop()], 1), e)
            if level.attention is not None:
                x = level.attention(x)
            x = level.out(x)
        out = self.out(self.last(torch.cat([x, first], 1), e))
        return out if keep is None else out * (1 - keep)


class Mlp(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.waves = Waves(o["timeFeatures"])
        sizes = [o["dim"] + o["timeFeatures"] + 1] + [o["width"]] * o["depth"]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:]))
        self.out = nn.Linear(o["width"], o["dim"])

    def forward(self, x, t):
        x = torch.cat([x, self.waves(t)], 1)
        for layer in self.hidden:
            x = F.silu(layer(x))
        return self.out(x)


def parameter_name(name, values):
    """The name in PyTorch of one of the library's parameters; the bias before a norm is the convolution's."""
    *path, layer, kind = name.split(".")
    if layer.startswith("norm") and kind == "bias":
        return ".".join([*path, layer.replace("norm", "conv"), "bias"])
    norm = f"{'.'.join([*path, layer])}.scale" in values
    names = {"kernel": "weight", "table": "weight", "scale": "weight", "shift": "bias" if norm else "shift"}
    return ".".join([*path, layer, names.get(kind, kind)])


def load(model, values):
    state = {}
    for name, value in values.items():
        if name.endswith("kernel"):
            value = value.permute(3, 2, 0, 1) if value.dim() == 4 else value.T
        state[parameter_name(name, values)] = value
    for name in [name for name in state if name.endswith(".q.weight")]:
        parts = [state.pop(name.replace(".q.", f".{part}.")) for part in "qkv"]
        state[name.replace(".q.", ".qkv.")] = torch.cat(parts)
    for name, value in model.state_dict().items():
        state[name] = state[name].reshape(value.shape)  # 1×1 convolutions are matrices in the library
    model.load_state_dict(state)


class Session:
    """A network, its batches, and copies of it in each memory layout."""

    def __init__(self, network, weights, batches, rate):
        self.make = Unet if network["name"] == "unet" else Mlp
        self.options = network["options"]
        self.weights = read_safetensors(weights)
        self.batches = [self.batch(i) for i in self.split(read_safetensors(batches))]
        self.rate = rate
        self.variants = {}

    @staticmethod
    def split(tensors):
        count = next(iter(tensors.values())).shape[0]
        return [{name: value[i] for name, value in tensors.items()} for i in range(count)]

    @staticmethod
    def batch(named):
        return {
            name: value.permute(0, 3, 1, 2).contiguous() if value.dim() == 4 else value
            for name, value in named.items()
        }

    def variant(self, layout):
        if layout not in self.variants:
            model = self.make(self.options)
            load(model, self.weights)
            batches = self.batches
            if layout == "channels_last":
                model = model.to(memory_format=torch.channels_last)
                batches = [
                    {
                        name: v.contiguous(memory_format=torch.channels_last) if v.dim() == 4 else v
                        for name, v in batch.items()
                    }
                    for batch in batches
                ]
            parameters = list(model.parameters())
            average = [p.detach().clone() for p in parameters]
            optimizer = torch.optim.Adam(parameters, lr=self.rate, fused=True)
            self.variants[layout] = (model, batches, parameters, average, optimizer)
        return self.variants[layout]

    def train(self, layout, step):
        model, batches, parameters, average, optimizer = self.variant(layout)
        inputs = dict(batches[step % len(batches)])
        target = inputs.pop("target")
        optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(model(**inputs), target)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 10_000)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, 1e-3)
        return loss.item()

    def velocity(self, layout, step):
        model, batches, *_ = self.variant(layout)
        inputs = {name: v for name, v in batches[step % len(batches)].items() if name != "target"}
        with torch.inference_mode():
            return model(**inputs)


def main():
    session = None
    for line in sys.stdin:
        command = json.loads(line)
        do = command.pop("do")
        if do == "about":
            reply = {"torch": torch.__version__, "python": sys.version.split()[0]}
        elif do == "load":
            session = Session(**command)
            reply = {"parameters": sum(p.numel() for p in session.variant("nchw")[2])}
        elif do == "losses":
            reply = {"losses": [session.train("nchw", step) for step in range(command["steps"])]}
        else:
            torch.set_num_threads(command["threads"])
            work = session.train if do == "train" else session.velocity
            times = []
            for step in range(command["runs"]):
                start = time.perf_counter()
                work(command["layout"], step)
                times.append(time.perf_counter() - start)
            reply = {"seconds": times}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
