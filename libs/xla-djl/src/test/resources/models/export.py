"""Writes the models of this folder with JAX 0.10.2: python export.py"""

import json
import os

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))


def export(name, function, parameters, inputs):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    weights = {jax.tree_util.keystr(key, simple=True, separator="."): np.asarray(leaf)
               for key, leaf in jax.tree_util.tree_leaves_with_path(parameters)}
    text = jax.jit(function, keep_unused=True).lower(parameters, *inputs.values()).as_text()
    open(f"{path}.mlir", "w").write(text)
    save_file(weights, f"{path}.safetensors")
    json.dump({"arguments": [*weights, *inputs]}, open(f"{path}.json", "w"))

    # What must come out: computed without the compiler.
    with jax.disable_jit():
        results = function(parameters, *inputs.values())
    expected = {key: np.asarray(leaf.astype(jnp.float32) if leaf.dtype == jnp.bfloat16 else leaf)
                for key, leaf in results.items()}
    save_file({**{f"in.{key}": np.asarray(value) for key, value in inputs.items()},
               **{f"out.{key}": value for key, value in expected.items()}}, os.path.join(folder, "expected.safetensors"))


def mlp(params, x):
    hidden = jax.nn.gelu(x @ params["in"]["w"] + params["in"]["b"])
    logits = hidden @ params["out"]["w"] + params["out"]["b"]
    return {"logits": logits, "probabilities": jax.nn.softmax(logits), "choice": jnp.argmax(logits, -1)}


def attention(params, tokens, scale):
    x = params["embedding"][tokens]
    q, k, v = (jnp.einsum("btd,dhk->bthk", x, params[name]) for name in "qkv")
    scores = jnp.einsum("bqhk,bthk->bhqt", q, k, preferred_element_type=jnp.float32) * scale
    length = tokens.shape[1]
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    mixed = jnp.einsum("bhqt,bthk->bqhk", jax.nn.softmax(scores).astype(jnp.bfloat16), v)
    return {"hidden": mixed.reshape(*tokens.shape, -1), "scores": scores}


random = np.random.default_rng(1)


def normal(*shape, dtype=jnp.float32):
    return jnp.asarray(random.normal(size=shape, scale=0.5), dtype)


export("mlp", mlp,
       {"in": {"w": normal(16, 32), "b": normal(32)}, "out": {"w": normal(32, 8), "b": normal(8)}},
       {"x": normal(4, 16)})
export("attention", attention,
       {"embedding": normal(50, 16, dtype=jnp.bfloat16),
        **{name: normal(16, 2, 8, dtype=jnp.bfloat16) for name in "qkv"}},
       {"tokens": jnp.asarray(random.integers(0, 50, (2, 6)), jnp.int32), "scale": jnp.float32(0.35)})
