"""Makes the tiny files beside it with PyTorch (2.15.0 was used): python make.py

Tensor t of the model, in the order of GptjTensors, has the values ((31 t + i) mod 257 - 128) / 64 at element i, which every type holds.
"""
import collections, json, os, torch

CONFIG = dict(model_type="gptj", activation_function="gelu_new", vocab_size=6, n_positions=8, n_embd=4, n_layer=1, n_head=2, rotary_dim=2,
              n_inner=None, layer_norm_epsilon=1e-5, bos_token_id=5, eos_token_id=5, tie_word_embeddings=False)
V, D = 6, 4
h = "transformer.h.0."
SHAPES = {"transformer.wte.weight": (V, D), h + "ln_1.weight": (D,), h + "ln_1.bias": (D,), h + "attn.q_proj.weight": (D, D), h + "attn.k_proj.weight": (D, D),
          h + "attn.v_proj.weight": (D, D), h + "attn.out_proj.weight": (D, D), h + "mlp.fc_in.weight": (4 * D, D), h + "mlp.fc_in.bias": (4 * D,),
          h + "mlp.fc_out.weight": (D, 4 * D), h + "mlp.fc_out.bias": (D,), "transformer.ln_f.weight": (D,), "transformer.ln_f.bias": (D,),
          "lm_head.weight": (V, D), "lm_head.bias": (V,)}


def values(t, shape):
    n = torch.Size(shape).numel()
    return (((31 * t + torch.arange(n)) % 257 - 128) / 64).reshape(shape)


def directory(name):
    os.makedirs(name, exist_ok=True)
    json.dump(CONFIG, open(name + "/config.json", "w"))
    return name + "/"


T = {n: values(t, s) for t, (n, s) in enumerate(SHAPES.items())}

# As Hugging Face's: an ordered dictionary with metadata of its modules, parameters, the masks of older versions.
d = collections.OrderedDict((n, torch.nn.Parameter(v)) for n, v in T.items())
d[h + "attn.bias"] = torch.tril(torch.ones(1, 1, 8, 8, dtype=torch.bool))
d[h + "attn.masked_bias"] = torch.tensor(-1e9)
d._metadata = collections.OrderedDict({"": {"version": 1}})
torch.save(d, directory("f32") + "pytorch_model.bin")

# Two shards; one matrix lies the other way round, two share a storage.
names = list(T)
shared = torch.cat([T[h + "attn.q_proj.weight"], T[h + "attn.k_proj.weight"]]).bfloat16()
b = {n: v.bfloat16() for n, v in T.items()}
b[h + "attn.q_proj.weight"], b[h + "attn.k_proj.weight"] = shared[:D], shared[D:]
b[h + "mlp.fc_out.weight"] = b[h + "mlp.fc_out.weight"].t().contiguous().t()
out = directory("bf16-sharded")
files = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]
torch.save({n: b[n] for n in names[:8]}, out + files[0], pickle_protocol=4)
torch.save({n: b[n] for n in names[8:]}, out + files[1])
json.dump({"metadata": {}, "weight_map": {n: files[i >= 8] for i, n in enumerate(names)}}, open(out + "pytorch_model.bin.index.json", "w"))

torch.save({n: v.half() for n, v in T.items()}, directory("f16") + "pytorch_model.bin")
torch.save(T, directory("legacy") + "pytorch_model.bin", _use_new_zipfile_serialization=False)
torch.save({**T, h + "attn.q_proj.weight": torch.zeros(2 * D, D)[::2]}, directory("strided") + "pytorch_model.bin")
torch.save({"epoch": 3, "state_dict": T}, directory("nested") + "pytorch_model.bin")
