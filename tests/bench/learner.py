"""In-painting learned step by step by a recipe, and holes filled by what has been learned."""

import re

import torch

# What Adam changes under Muon, too: first and last layers, and embeddings.
outer = re.compile(r"^(stem|patches|time|classes|vector|beside|out)\b")


def orthogonalised(matrix):
    """The matrix with its singular values moved to about 1, by five Newton-Schulz iterations."""
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-12)
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (2.0315 * square @ square - 4.775 * square) @ x
    return x if wide else x.T


class Muon:
    """The library's `muon`: matrices move along their orthogonalised momentum, all else by Adam."""

    def __init__(self, named, rate, momentum=0.95):
        named = list(named)
        self.matrices = [(name, p) for name, p in named if p.dim() >= 2 and not outer.match(name)]
        chosen = {name for name, _ in self.matrices}
        self.adam = torch.optim.Adam([p for name, p in named if name not in chosen], lr=rate, fused=True)
        self.momenta = [torch.zeros_like(p) for _, p in self.matrices]
        self.rate, self.momentum = rate, momentum

    def zero_grad(self, set_to_none):
        self.adam.zero_grad(set_to_none=set_to_none)
        for _, p in self.matrices:
            p.grad = None

    @torch.no_grad()
    def step(self):
        self.adam.step()
        for (name, p), m in zip(self.matrices, self.momenta):
            m.mul_(self.momentum).add_(p.grad)
            ahead = p.grad + self.momentum * m
            # Queries, keys and values are three matrices in the library.
            for part, moved in zip(*(value.chunk(3 if ".qkv." in name else 1) for value in (ahead, p))):
                direction = orthogonalised(part.reshape(part.shape[0], -1))
                size = self.rate * 0.2 * max(direction.shape) ** 0.5
                moved.sub_(direction.reshape(part.shape), alpha=size)


class Affine:
    """The library's `affineVelocity` of the linear interpolant, from the moments of (x0, x1)."""

    def __init__(self, moments):
        self.moments = [moments[name].permute(2, 0, 1)[None] for name in ("mean0", "mean1")]
        self.spreads = [
            moments[name].permute(2, 0, 1)[None] for name in ("variance0", "variance1", "covariance")
        ]

    def __call__(self, t):
        """Slope, offset and the size of the rest, at one time a sample."""
        b = t[:, None, None, None]
        a = 1 - b
        (m0, m1), (v0, v1, c) = self.moments, self.spreads
        position = a**2 * v0 + 2 * a * b * c + b**2 * v1
        both = -a * v0 + (a - b) * c + b * v1
        slope = torch.where(position > 1e-12, both / position, torch.zeros(()))
        offset = m1 - m0 - slope * (a * m0 + b * m1)
        left = (v0 - 2 * c + v1 - slope * both).clamp(min=0).mean((1, 2, 3), keepdim=True)
        return slope, offset, left.clamp(min=1e-12).sqrt()


class Learner:
    """Draws its own pairs, by section 4.1 of the paper, and trains a replica on them."""

    def __init__(self, replica, images, moments, batch, grid, hole, rate, optimizer, ema, seed):
        torch.manual_seed(seed)
        self.replica = replica
        self.pictures = replica.laid(images["images"].permute(0, 3, 1, 2))
        self.affine = Affine(moments) if moments else None
        self.batch, self.grid, self.hole, self.ema = batch, grid, hole, ema
        self.steps = 0
        if optimizer == "muon":
            replica.optimizer = Muon(replica.model.named_parameters(), rate)

    def draw(self):
        n, _, height, width = self.pictures.shape
        x1 = self.pictures[torch.randint(n, (self.batch,))]
        tiles = (torch.rand(self.batch, 1, self.grid, self.grid) >= self.hole).float()
        keep = tiles.repeat_interleave(height // self.grid, 2).repeat_interleave(width // self.grid, 3)
        x0 = torch.where(keep == 1, x1, torch.randn(x1.shape))
        return self.replica.laid(x0), x1, self.replica.laid(keep)

    def learn(self, steps):
        for _ in range(steps):
            x0, x1, keep = self.draw()
            t = 0.001 + 0.998 * (torch.arange(self.batch) + torch.rand(self.batch)) / self.batch
            x = torch.lerp(x0, x1, t[:, None, None, None])
            target = x1 - x0
            if self.affine:
                slope, offset, rest = self.affine(t)
                target = (target - slope * x - offset) / rest
            weight = 1 - min(self.ema, (1 + self.steps) / (10 + self.steps))
            self.replica.update(dict(x=x, t=t, keep=keep, target=target), weight)
            self.steps += 1

    @torch.no_grad()
    def fill(self, start, keep, steps):
        """The flow from x0 by the midpoint method in float32, with the moving average of the weights."""
        trained = [p.detach().clone() for p in self.replica.parameters]
        self.put(self.replica.average)
        x = start
        for k in range(steps):
            half = x + 0.5 / steps * self.velocity(k / steps, x, keep)
            x = x + self.velocity((k + 0.5) / steps, half, keep) / steps
        self.put(trained)
        return x

    def put(self, values):
        for p, value in zip(self.replica.parameters, values):
            p.copy_(value)

    def velocity(self, t, x, keep, most=64):
        times = torch.full((len(x),), float(t))
        parts = zip(x.split(most), times.split(most), keep.split(most))
        b = torch.cat([self.replica.model(x=a, t=at, keep=k) for a, at, k in parts])
        if not self.affine:
            return b
        slope, offset, rest = self.affine(times[:1])
        return (slope * x + offset + rest * b) * (1 - keep)
