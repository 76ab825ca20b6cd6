"""Makes the adapters beside it with PEFT (0.21.2 was used), and what it merges them to: python make.py

The base is ../torch/f32.
"""
import os, torch
from safetensors.torch import save_file
from transformers import AutoConfig, GPTJForCausalLM
from peft import LoraConfig, get_peft_model

BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "f32")


def adapter(name, seed, **options):
    torch.manual_seed(seed)
    model = GPTJForCausalLM(AutoConfig.from_pretrained(BASE))
    state = torch.load(BASE + "/pytorch_model.bin", weights_only=True)
    model.load_state_dict({n: v for n, v in state.items() if "attn.bias" not in n and "masked_bias" not in n})
    tuned = get_peft_model(model, LoraConfig(lora_dropout=0.0, **options))
    for n, p in tuned.named_parameters():
        if "lora_B" in n: torch.nn.init.normal_(p)
    tuned.peft_config["default"].base_model_name_or_path = "gptj"
    tuned.save_pretrained(name)
    os.remove(name + "/README.md")
    targets = options["target_modules"]
    merged = tuned.merge_and_unload().state_dict()
    save_file({n: v.contiguous() for n, v in merged.items() if any(t + ".weight" in n for t in targets)}, name + "/merged.safetensors")


adapter("attention", 5, r=2, lora_alpha=3, target_modules=["q_proj", "v_proj"])
adapter("rank-stabilised", 6, r=3, lora_alpha=8, use_rslora=True, target_modules=["out_proj", "fc_in", "fc_out"])
