"""A task learned step by step by a recipe, and the flow by what has been learned."""

import re

import torch

# What Adam changes under Muon, too: first and last layers, and embeddings.
outer = re.compile(r"^(stem|patches|time|classes|vector|beside|out)\b")


def orthogonalised(matrices):
    """Matrices of one shape with their singular values moved to about 1, as the library does it."""
    wide = matrices.shape[1] <= matrices.shape[2]
    x = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-12)
    s = x @ x.mT if wide else x.mT @ x
    identity = 3.4445 * torch.eye(s.shape[1])
    product = None
    for i in range(5):
        p = 2.0315 * s @ s - 4.775 * s + identity
        product = p if product is None else p @ product
        if i < 4:
            s = p @ s @ p
    return product @ x if wide else x @ product


class Muon:
    """The library's `muon`: matrices move along their orthogonalised momentum, all else by Adam."""

    def __init__(self, named, rate, momentum):
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
        gradients = [p.grad for _, p in self.matrices]
        torch._foreach_mul_(self.momenta, self.momentum)
        torch._foreach_add_(self.momenta, gradients)
        ahead = torch._foreach_add(gradients, self.momenta, alpha=self.momentum)
        same = {}
        for (name, p), gradient in zip(self.matrices, ahead):
            # Queries, keys and values are three matrices in the library.
            for part, moved in zip(*(value.chunk(3 if ".qkv." in name else 1) for value in (gradient, p))):
                matrix = part.reshape(part.shape[0], -1)
                same.setdefault(matrix.shape, []).append((matrix, moved))
        for shape, parts in same.items():
            size = self.rate * 0.2 * max(shape) ** 0.5
            directions = orthogonalised(torch.stack([matrix for matrix, _ in parts]))
            for direction, (_, moved) in zip(directions, parts):
                moved.sub_(direction.reshape(moved.shape), alpha=size)


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


def cut_out(x1, labels, grid, hole):
    """Noise in tiles, by section 4.1 of the paper, and the mask of what is kept."""
    n, _, height, width = x1.shape
    tiles = (torch.rand(n, 1, grid, grid) >= hole).float()
    keep = tiles.repeat_interleave(height // grid, 2).repeat_interleave(width // grid, 3)
    return torch.where(keep == 1, x1, torch.randn(x1.shape)), {"keep": keep}


def independent(x1, labels):
    """Noise, and the labels of the images."""
    return torch.randn(x1.shape), {"labels": labels}


couplings = {"inpainting": cut_out, "independent": independent}


class Learner:
    """Draws its own pairs by a coupling, and trains a replica on them."""

    def __init__(self, replica, data, moments, draws, batch, rate, momentum, ema, seed):
        torch.manual_seed(seed)
        self.replica = replica
        self.pictures = replica.laid(data["images"].permute(0, 3, 1, 2))
        self.labels = data.get("labels")
        self.affine = Affine(moments) if moments else None
        self.options = dict(draws)
        self.couple = couplings[self.options.pop("coupling")]
        self.batch, self.ema = batch, ema
        self.steps = 0
        if momentum is not None:
            replica.optimizer = Muon(replica.model.named_parameters(), rate, momentum)

    def draw(self):
        rows = torch.randint(len(self.pictures), (self.batch,))
        x1 = self.pictures[rows]
        labels = None if self.labels is None else self.labels[rows]
        x0, xi = self.couple(x1, labels, **self.options)
        return self.replica.laid(x0), x1, {name: self.replica.laid(part) for name, part in xi.items()}

    def learn(self, steps):
        for _ in range(steps):
            x0, x1, xi = self.draw()
            t = 0.001 + 0.998 * (torch.arange(self.batch) + torch.rand(self.batch)) / self.batch
            x = torch.lerp(x0, x1, t[:, None, None, None])
            target = x1 - x0
            if self.affine:
                slope, offset, rest = self.affine(t)
                target = (target - slope * x - offset) / rest
            weight = 1 - min(self.ema, (1 + self.steps) / (10 + self.steps))
            self.replica.update(dict(x=x, t=t, **xi, target=target), weight)
            self.steps += 1

    @torch.no_grad()
    def flow(self, x, xi, steps):
        """From x0 by the midpoint method in float32, with the moving average of the weights."""
        trained = [p.detach().clone() for p in self.replica.parameters]
        self.put(self.replica.average)
        for k in range(steps):
            half = x + 0.5 / steps * self.velocity(k / steps, x, xi)
            x = x + self.velocity((k + 0.5) / steps, half, xi) / steps
        self.put(trained)
        return x

    def put(self, values):
        for p, value in zip(self.replica.parameters, values):
            p.copy_(value)

    def velocity(self, t, x, xi, most=64):
        inputs = dict(x=x, t=torch.full((len(x),), float(t)), **xi)
        parts = zip(*(value.split(most) for value in inputs.values()))
        b = torch.cat([self.replica.model(**dict(zip(inputs, part))) for part in parts])
        if not self.affine:
            return b
        slope, offset, rest = self.affine(inputs["t"][:1])
        moved = slope * x + offset + rest * b
        return moved * (1 - xi["keep"]) if "keep" in xi else moved
