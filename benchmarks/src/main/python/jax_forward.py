"""The forward pass that XlaForward runs, written in JAX and compiled by its own jit. For each line on standard input it
runs once and prints how many nanoseconds that took.

Needs jax and numpy; JAX's CPU backend is used whatever else there is.
"""
import os
import sys
import time

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy as np

WIDTH, HEADS, LAYERS, VOCABULARY, ROTARY, SEQUENCE = 4096, 16, 4, 8192, 64, 512
HEAD_WIDTH = WIDTH // HEADS


def weight(*shape):
    line = (np.arange(1 << 20) % 251 - 125).astype(np.float32) * 1e-4
    return jnp.asarray(np.resize(line, shape))


def layer_norm(x, scale, offset):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * scale + offset


def rotate(x, sines, cosines):
    turned, passed = x[..., :ROTARY], x[..., ROTARY:]
    even, odd = turned[..., ::2], turned[..., 1::2]
    turned = jnp.stack((even * cosines - odd * sines, odd * cosines + even * sines), -1).reshape(turned.shape)
    return jnp.concatenate((turned, passed), -1)


def forward(weights, ids):
    frequencies = 10000.0 ** (-jnp.arange(0, ROTARY, 2) / ROTARY)
    angles = jnp.arange(SEQUENCE)[:, None] * frequencies
    sines, cosines = jnp.sin(angles)[None, :, None], jnp.cos(angles)[None, :, None]
    mask = jnp.where(jnp.tril(jnp.ones((SEQUENCE, SEQUENCE), bool)), 0, -1e10)

    def block(x, layer):
        normal = layer_norm(x, layer["scale"], layer["offset"])
        split = lambda y: y.reshape(*y.shape[:2], HEADS, HEAD_WIDTH)
        queries = rotate(split(normal @ layer["q"]), sines, cosines)
        keys = rotate(split(normal @ layer["k"]), sines, cosines)
        values = split(normal @ layer["v"])
        scores = jnp.einsum("bqhd,bkhd->bhqk", queries, keys) / HEAD_WIDTH**0.5 + mask
        attended = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), values).reshape(x.shape)
        inner = jax.nn.gelu(normal @ layer["in"] + layer["in_bias"], approximate=True)
        return x + attended @ layer["out"] + inner @ layer["back"] + layer["back_bias"], None

    x, _ = jax.lax.scan(block, weights["embedding"][ids], weights["layers"])
    return layer_norm(x, weights["scale"], weights["offset"]) @ weights["head"] + weights["head_bias"]


square = (LAYERS, WIDTH, WIDTH)
layers = {
    "scale": weight(LAYERS, WIDTH), "offset": weight(LAYERS, WIDTH),
    "q": weight(*square), "k": weight(*square), "v": weight(*square), "out": weight(*square),
    "in": weight(LAYERS, WIDTH, 4 * WIDTH), "in_bias": weight(LAYERS, 4 * WIDTH),
    "back": weight(LAYERS, 4 * WIDTH, WIDTH), "back_bias": weight(LAYERS, WIDTH),
}
weights = {
    "layers": layers, "embedding": weight(VOCABULARY, WIDTH), "scale": weight(WIDTH), "offset": weight(WIDTH),
    "head": weight(WIDTH, VOCABULARY), "head_bias": weight(VOCABULARY),
}
ids = jnp.zeros((1, SEQUENCE), jnp.int32)
run = jax.jit(forward)
run(weights, ids).block_until_ready()
print(jax.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter_ns()
    run(weights, ids).block_until_ready()
    print(time.perf_counter_ns() - start, flush=True)
