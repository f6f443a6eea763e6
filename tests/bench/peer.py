"""The networks of lib/networks in PyTorch, trained and timed on request: the other side of the benchmark.

Reads one JSON command per line and answers each with one line of JSON. Weights and batches come as
safetensors files that the library wrote.
"""

import ctypes
import json
import math
import struct
import sys
import time

import torch
import torch.nn.functional as F
from learner import Learner
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


class Attend(nn.Module):
    """Softmax attention: by the operator of PyTorch, or by products, which can be far faster in bfloat16."""

    fused = True

    def forward(self, q, k, v):
        if self.fused:
            return F.scaled_dot_product_attention(q, k, v)
        return (q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2)).softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self, channels, heads, head_width):
        super().__init__()
        self.heads = heads
        self.attend = Attend()
        self.norm = nn.GroupNorm(1, channels)
        # Queries, keys and values in one are faster here.
        self.qkv = nn.Conv2d(channels, 3 * heads * head_width, 1, bias=False)
        self.out = nn.Conv2d(heads * head_width, channels, 1)

    def parts(self, x):
        n, _, h, w = x.shape
        return self.qkv(self.norm(x)).reshape(n, 3, self.heads, -1, h * w).unbind(1)

    def forward(self, x):
        n, _, h, w = x.shape
        q, k, v = (part.transpose(2, 3) for part in self.parts(x))
        mixed = self.attend(q, k, v).transpose(2, 3)
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


def shown_channels(condition):
    """Channels that the mask and the images of the condition ξ add to x."""
    return ("keep" in condition) + condition.get("image", {}).get("channels", 0)


class Unet(nn.Module):
    def __init__(self, o):
        super().__init__()
        dim, count, place = o["dim"], o["blocksPerLevel"], o["attention"]
        condition = o["condition"]
        widths = [dim] + [m * dim for m in o["mults"]]
        levels = len(o["mults"])
        width = 4 * dim
        embedding = 2 * width if "labels" in condition else width
        heads = (o["heads"], o["headWidth"])

        def block(start, end):
            return Block(start, end, embedding, o["groups"])

        def level_attention(size):
            return LinearAttention(size, *heads) if place == "levels" else None

        start = o["channels"] + shown_channels(condition)
        self.stem = nn.Conv2d(start, dim, o["stem"], padding=o["stem"] // 2)
        self.time = Time(o["timeFeatures"], width)
        self.classes = Classes(condition["labels"]["classes"], dim, width) if "labels" in condition else None
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


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, expansion):
        super().__init__()
        self.heads = heads
        self.attend = Attend()
        self.condition = nn.Linear(width, 6 * width)
        self.qkv = nn.Linear(width, 3 * width)
        self.mixed = nn.Linear(width, width)
        self.hidden = nn.Linear(width, expansion * width)
        self.out = nn.Linear(expansion * width, width)

    def forward(self, x, e):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.condition(e)[:, None].chunk(6, 2)
        n, tokens, width = x.shape
        qkv = self.qkv(layer_norm(x, scale1, shift1)).reshape(n, tokens, 3, self.heads, -1)
        mixed = self.attend(*qkv.permute(2, 0, 3, 1, 4)).transpose(1, 2)
        x = x + gate1 * self.mixed(mixed.reshape(n, tokens, width))
        hidden = F.gelu(self.hidden(layer_norm(x, scale2, shift2)), approximate="tanh")
        return x + gate2 * self.out(hidden)


def layer_norm(x, scale, shift):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


class Sit(nn.Module):
    def __init__(self, o):
        super().__init__()
        condition, width, channels = o["condition"], o["width"], o["channels"]
        self.size = o["patch"]
        shown = channels + shown_channels(condition)
        self.patches = nn.Linear(self.size**2 * shown, width)
        self.time = Time(o["timeFeatures"], width)
        self.classes = nn.Embedding(condition["labels"]["classes"], width) if "labels" in condition else None
        self.blocks = nn.ModuleList(
            TransformerBlock(width, o["heads"], o["expansion"]) for _ in range(o["depth"])
        )
        self.last = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, self.size**2 * channels)
        self.width = width
        self.places = {}

    def positions(self, rows, columns):
        """Fixed vectors of the grid's cells, made once."""
        if (rows, columns) not in self.places:
            quarter = self.width // 4
            slopes = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64) / quarter)
            row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            angles = [place.flatten()[:, None] * slopes for place in (row, column)]
            parts = [wave(angle) for angle in angles for wave in (torch.sin, torch.cos)]
            self.places[rows, columns] = torch.cat(parts, 1).float()
        return self.places[rows, columns]

    def forward(self, x, t, labels=None, keep=None, image=None):
        e = self.time(t)
        if self.classes is not None:
            e = e + self.classes(labels)
        e = F.silu(e)
        parts = [part for part in (x, keep, image) if part is not None]
        shown = torch.cat(parts, 1) if len(parts) > 1 else x
        n, channels, height, width = shown.shape
        size = self.size
        rows, columns = height // size, width // size
        cut = shown.reshape(n, channels, rows, size, columns, size).permute(0, 2, 4, 3, 5, 1)
        tokens = self.patches(cut.reshape(n, rows * columns, -1)) + self.positions(rows, columns)
        for block in self.blocks:
            tokens = block(tokens, e)
        shift, scale = self.last(e)[:, None].chunk(2, 2)
        out = self.out(layer_norm(tokens, scale, shift))
        pixels = out.reshape(n, rows, columns, size, size, -1).permute(0, 5, 1, 3, 2, 4)
        out = pixels.reshape(n, -1, height, width)
        return out if keep is None else out * (1 - keep)


networks = {"unet": Unet, "sit": Sit, "mlp": Mlp}


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


formats = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


class Replica:
    """A network with weights, an optimizer and batches of its own, that computes in one way."""

    def __init__(self, model, batches, rate, layout, precision, attention):
        self.format = formats[layout]
        self.precision = precision
        self.model = model.to(memory_format=self.format)
        for module in model.modules():
            if isinstance(module, Attend):
                module.fused = attention == "fused"
        self.batches = [{name: self.laid(value) for name, value in batch.items()} for batch in batches]
        self.parameters = list(self.model.parameters())
        self.average = [p.detach().clone() for p in self.parameters]
        self.optimizer = torch.optim.Adam(self.parameters, lr=rate, fused=True)
        self.calls = 0

    def laid(self, value):
        """An image in this replica's memory layout; anything else as it is."""
        return value.contiguous(memory_format=self.format) if value.dim() == 4 else value

    def __call__(self, **inputs):
        """The network's values in float32, whatever it computes in."""
        if self.precision == "float32":
            return self.model(**inputs)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            values = self.model(**inputs)
        return values.float()

    def next_batch(self):
        self.calls += 1
        return dict(self.batches[(self.calls - 1) % len(self.batches)])

    def train(self):
        """One step on the next batch; its loss."""
        return self.update(self.next_batch())

    def update(self, inputs, weight=1e-3):
        target = inputs.pop("target")
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(self(**inputs), target)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 10_000)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, weight)
        return loss.item()

    def velocity(self):
        inputs = self.next_batch()
        inputs.pop("target")
        with torch.inference_mode():
            self(**inputs)

    def job(self, images, steps, batch, grid, hole, seed):
        """Trains an in-painting model on its own draws, which are the same for a seed in every setting."""
        torch.manual_seed(seed)
        pictures = self.laid(read_safetensors(images)["images"].permute(0, 3, 1, 2))
        n, _, height, width = pictures.shape

        def draw(count):
            x1 = pictures[torch.randint(n, (count,))]
            tiles = (torch.rand(count, 1, grid, grid) >= hole).float()
            keep = tiles.repeat_interleave(height // grid, 2).repeat_interleave(width // grid, 3)
            x0 = self.laid(torch.where(keep == 1, x1, torch.randn(x1.shape)))
            return x0, x1, self.laid(keep)

        losses = []
        begin = time.perf_counter()
        for step in range(steps):
            x0, x1, keep = draw(batch)
            t = 0.001 + 0.998 * (torch.arange(batch) + torch.rand(batch)) / batch
            x = torch.lerp(x0, x1, t[:, None, None, None])
            weight = 1 - min(0.999, (1 + step) / (10 + step))
            losses.append(self.update(dict(x=x, t=t, keep=keep, target=x1 - x0), weight))
        return {"train": time.perf_counter() - begin, "losses": losses}

    def sample(self, start, rtol, atol, values):
        """The flow from the `start` of a file with the mask `keep`; its end only if `values`."""
        given = read_safetensors(start)
        x0, keep = (self.laid(given[name].permute(0, 3, 1, 2)) for name in ("start", "keep"))
        begin = time.perf_counter()
        x, evaluations = dopri5(chunked(self, keep), x0, keep, rtol, atol)
        reply = {"seconds": time.perf_counter() - begin, "evaluations": evaluations}
        return {**reply, "values": x.permute(0, 2, 3, 1).flatten().tolist()} if values else reply


class Session:
    """A network's weights and batches, a replica for each setting that was asked for, and what learns."""

    learner = None

    def __init__(self, network, weights, batches, rate):
        self.make = networks[network["name"]]
        self.options = network["options"]
        self.weights = read_safetensors(weights)
        self.batches = [self.batch(i) for i in self.split(read_safetensors(batches))]
        self.rate = rate
        self.replicas = {}

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

    def model(self):
        model = self.make(self.options)
        load(model, self.weights)
        return model

    def replica(self, threads, products, **how):
        set_threads(threads, products)
        key = (threads, products, *sorted(how.items()))
        if key not in self.replicas:
            self.replicas[key] = Replica(self.model(), self.batches, self.rate, **how)
        return self.replicas[key]


def chunked(model, keep, most=64):
    """The model as a function of t and x, at most 64 samples at once."""

    def field(t, x):
        parts = zip(x.split(most), keep.split(most))
        return torch.cat([model(x=a, t=torch.full((len(a),), t), keep=k) for a, k in parts])

    return field


def dopri5(field, x, keep, rtol, atol):
    """Dormand and Prince's method from time 0 to 1 with the library's control of steps."""
    c = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
    a = [
        [],
        [1 / 5],
        [3 / 40, 9 / 40],
        [44 / 45, -56 / 15, 32 / 9],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
    error = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
    hole = (1 - keep).expand_as(x)
    count = hole.sum().clamp(min=1)

    def norm(value, scale):
        return (((value / scale) ** 2 * hole).sum() / count).sqrt().item()

    with torch.inference_mode():
        first = field(0.0, x)
        scale = atol + rtol * x.abs()
        d0, d1 = norm(x, scale), norm(first, scale)
        h0 = min(1e-6 if d0 < 1e-5 or d1 < 1e-5 else 0.01 * d0 / d1, 1)
        steepest = max(d1, norm(field(h0, x + h0 * first) - first, scale) / h0)
        h = max(1e-6, h0 * 1e-3) if steepest <= 1e-15 else (0.01 / steepest) ** (1 / 5)
        h = min(100 * h0, h, 1)
        t, evaluations, previous, rejected = 0.0, 2, 1e-4, False
        while t < 1:
            h = 1 - t if h * 1.001 >= 1 - t else h
            k = [first]
            for i in range(1, 7):
                y = x.clone()
                for weight, stage in zip(a[i], k):
                    if weight:
                        y.add_(stage, alpha=h * weight)
                k.append(field(t + c[i] * h, y))
            evaluations += 6
            difference = sum(weight * stage for weight, stage in zip(error, k) if weight)
            size = norm(h * difference, atol + rtol * torch.maximum(x.abs(), y.abs()))
            slow = size**0.17
            if size <= 1:
                x, first, t = y, k[6], (1 if h == 1 - t else t + h)
                grown = h / min(max(slow / previous**0.04 / 0.9, 0.1), 5)
                h, previous, rejected = (min(grown, h) if rejected else grown), max(size, 1e-4), False
            else:
                h, rejected = h / (slow / 0.9 if slow < 4.5 else 5), True
    return x, evaluations


def matrix_product(n, precision):
    """GFLOP/s of a product of two n × n matrices."""
    a, b = (torch.randn(n, n, dtype=getattr(torch, precision)) for _ in range(2))
    start = time.perf_counter()
    a @ b
    return 2 * n**3 / (time.perf_counter() - start) / 1e9


def openblas():
    """OpenBLAS, as PyTorch has loaded it, or None."""
    try:
        with open("/proc/self/maps") as file:
            paths = sorted({line.split()[-1] for line in file if "libopenblas" in line})
    except OSError:
        return None
    return ctypes.CDLL(paths[0]) if paths else None


def set_threads(threads, products):
    """PyTorch's threads, and those of its matrix products where OpenBLAS has threads of its own."""
    torch.set_num_threads(threads)
    library = openblas()
    if library:
        library.openblas_set_num_threads(products)


def blas():
    library = openblas()
    if not library:
        return "no OpenBLAS"
    kinds = ["no threads", "threads of its own", "OpenMP's threads"]
    return f"OpenBLAS with {kinds[library.openblas_get_parallel()]}"


def about():
    return {
        "torch": torch.__version__,
        "blas": blas(),
        "python": sys.version.split()[0],
        # Elsewhere it computes in bfloat16 as well, many times more slowly than in float32.
        "bfloat16": torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported(),
    }


def peak_memory():
    """Bytes that this process has had in use at most."""
    try:
        with open("/proc/self/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def timed(call, runs):
    """Times of single calls, and what they gave."""
    seconds, cpu, values = [], [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        values.append(call())
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return {"seconds": seconds, "cpu": cpu, "peak": peak_memory()}, values


def learn(session, steps):
    start, used = time.perf_counter(), time.process_time()
    session.learner.learn(steps)
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - used}


def flow(session, start, steps):
    given = session.batch(read_safetensors(start))
    x = session.learner.flow(given.pop("start"), given, steps)
    return {"values": x.permute(0, 2, 3, 1).flatten().tolist()}


def draw(session):
    x0, x1, xi = session.learner.draw()
    return {name: value.flatten().tolist() for name, value in dict(x0=x0, x1=x1, **xi).items()}


def answer(session, do, setting=None, **command):
    if do == "about":
        return about()
    if do == "gemm":
        set_threads(command["threads"], command["threads"])
        products = (matrix_product(1024, command["precision"]) for _ in range(command["runs"]))
        return {"gflops": max(products)}
    if do == "learn":
        return learn(session, **command)
    if do == "flow":
        return flow(session, **command)
    if do == "draw":
        return draw(session)
    if do == "steps":
        return {"losses": [session.learner.replica.train() for _ in range(command["steps"])]}
    if do == "learner":
        data, moments = (read_safetensors(path) if path else None for path in command.pop("files"))
        how = dict(setting)
        set_threads(how.pop("threads"), how.pop("products"))
        replica = Replica(session.model(), session.batches, command["rate"], **how)
        session.learner = Learner(replica, data, moments, **command)
        return {}
    replica = session.replica(**setting)
    if do == "losses":
        return {"losses": [replica.train() for _ in range(command["steps"])]}
    if do == "job":
        return replica.job(**command)
    if do == "sample":
        return replica.sample(**command)
    if do == "velocity":
        return timed(replica.velocity, **command)[0]
    if do == "train":
        times, losses = timed(replica.train, **command)
        return {**times, "losses": losses}
    raise ValueError(f"unknown command {do}")


def main():
    session = None
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "load":
            del command["do"]
            session = Session(**command)
            reply = {"parameters": sum(p.numel() for p in session.model().parameters())}
        else:
            reply = answer(session, **command)
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
