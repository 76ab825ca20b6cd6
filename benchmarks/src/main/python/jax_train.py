"""The training step that XlaTrain takes, written in JAX and compiled by its own jit: the `stories` configuration, fp32,
batch 16 x 256, clip, Adam and decay by optax, state donated. For each line on standard input it takes one step and prints
how many nanoseconds that took.

Layers are unrolled and nothing is computed twice, which is the fastest way here; `scan` as an argument scans over them.
Needs jax, optax and numpy; JAX's CPU backend is used whatever else there is.
"""
import os
import sys
import time

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy as np
import optax

WIDTH, HEADS, LAYERS, VOCABULARY, ROTARY, SEQUENCE, BATCH = 256, 8, 6, 4096, 16, 256, 16
HEAD_WIDTH = WIDTH // HEADS
SCAN = "scan" in sys.argv
generator = np.random.default_rng(1)


def weight(*shape):
    return jnp.asarray(generator.normal(0, 0.02, shape).astype(np.float32))


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

    x = weights["embedding"][ids]
    if SCAN:
        x, _ = jax.lax.scan(block, x, weights["layers"])
    else:
        for layer in weights["layers"]:
            x, _ = block(x, layer)
    return layer_norm(x, weights["scale"], weights["offset"]) @ weights["head"] + weights["head_bias"]


def loss(weights, windows):
    logits = forward(weights, windows[:, :-1])
    logits -= jax.lax.stop_gradient(logits.max(-1, keepdims=True))
    target = jnp.take_along_axis(logits, windows[:, 1:, None], -1)[..., 0]
    log_sum = jnp.log(jnp.exp(logits).sum(-1))
    return (log_sum - target).mean() + 1e-4 * jnp.square(log_sum).mean(), (target == 0).mean()


def layer():
    return {
        "scale": jnp.ones(WIDTH), "offset": weight(WIDTH),
        "q": weight(WIDTH, WIDTH), "k": weight(WIDTH, WIDTH), "v": weight(WIDTH, WIDTH), "out": weight(WIDTH, WIDTH),
        "in": weight(WIDTH, 4 * WIDTH), "in_bias": weight(4 * WIDTH),
        "back": weight(4 * WIDTH, WIDTH), "back_bias": weight(WIDTH),
    }


layers = [layer() for _ in range(LAYERS)]
weights = {
    "layers": jax.tree.map(lambda *all: jnp.stack(all), *layers) if SCAN else layers,
    "embedding": weight(VOCABULARY, WIDTH), "scale": jnp.ones(WIDTH), "offset": weight(WIDTH),
    "head": weight(WIDTH, VOCABULARY), "head_bias": weight(VOCABULARY),
}
optimiser = optax.chain(
    optax.clip_by_global_norm(1.0),
    optax.scale_by_adam(0.9, 0.999, 1e-8),
    optax.add_decayed_weights(0.1, lambda tree: jax.tree.map(lambda x: x.ndim > 1, tree)),
    optax.scale(-1e-3),
)


def step(weights, state, windows):
    (value, correct), gradients = jax.value_and_grad(loss, has_aux=True)(weights, windows)
    updates, state = optimiser.update(gradients, state, weights)
    return optax.apply_updates(weights, updates), state, (value, correct, optax.global_norm(gradients))


run = jax.jit(step, donate_argnums=(0, 1))
state = optimiser.init(weights)
windows = jnp.asarray(generator.integers(0, VOCABULARY, (BATCH, SEQUENCE + 1)), jnp.int32)
weights, state, report = run(weights, state, windows)
jax.block_until_ready((weights, report))
print(jax.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter_ns()
    weights, state, report = run(weights, state, windows)
    jax.block_until_ready((weights, report))
    print(time.perf_counter_ns() - start, flush=True)
