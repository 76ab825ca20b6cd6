"""lm-evaluation-harness, unchanged, with its `local-completions` model against the gateway, on 20 documents of lambada_openai."""

import json
import pathlib
import sys

import lm_eval
from lm_eval.tasks import TaskManager

base = sys.argv[1].rstrip("/")
here = pathlib.Path(__file__).parent
expected = json.loads((here / "lambada_openai_20_expected.json").read_text())
task = "lambada_openai_20"


def run(**arguments):
    model = dict(base_url=base + "/v1/completions", model="stories", max_length=256, **arguments)
    result = lm_eval.simple_evaluate(
        model="local-completions", model_args=",".join(f"{k}={v}" for k, v in model.items()), tasks=[task],
        task_manager=TaskManager(include_path=str(here)), log_samples=True, bootstrap_iters=0)
    documents = [sample["filtered_resps"][0] for sample in sorted(result["samples"][task], key=lambda s: s["doc_id"])]
    worst = max(abs(logprob - e["logprob"]) for (logprob, _), e in zip(documents, expected["documents"], strict=True))
    flags = [bool(greedy) for _, greedy in documents] == [e["is_greedy"] for e in expected["documents"]]
    perplexity = result["results"][task]["perplexity,none"]
    if worst > 1e-3 or not flags or abs(perplexity / expected["perplexity"] - 1) > 1e-3 or result["results"][task]["acc,none"] != expected["acc"]:
        sys.exit(f"lm-evaluation-harness ({arguments}): log-likelihoods differ by up to {worst}, greedy flags equal: {flags}, perplexity {perplexity}")
    print(f"lm-evaluation-harness {lm_eval.__version__} ({arguments}): {len(documents)} documents, log-likelihoods within {worst:.1e}, perplexity {perplexity:.6g}")


run(tokenizer_backend="remote")
run(tokenizer_backend="remote", num_concurrent=4, batch_size=4)
