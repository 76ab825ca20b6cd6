"""The stock OpenAI Python client against the gateway: every shape of request that it can make of /v1/completions."""

import concurrent.futures
import json
import math
import pathlib
import sys

import openai

base = sys.argv[1].rstrip("/")
client = openai.OpenAI(base_url=base + "/v1", api_key="none", max_retries=0)
model = "stories"
reference = json.loads((pathlib.Path(__file__).parents[2] / "models/stories/greedy_reference.json").read_text())
checks = 0


def check(what, holds, seen=None):
    global checks
    if not holds:
        sys.exit(f"openai client: {what}: {seen!r}")
    checks += 1


def refused(what, error, **arguments):
    try:
        client.completions.create(**{"model": model, "prompt": "Once", **arguments})
    except error as e:
        check(what + ": OpenAI error shape", e.body and e.body.get("message"), e)
        return
    sys.exit(f"openai client: {what} was accepted")


models = client.models.list().data
check("the model is listed", model in [m.id for m in models], models)
check("the model can be read", client.models.retrieve(model).id == model)

# Greedy ids equal those of transformers.
for case in reference["cases"]:
    answer = client.completions.create(
        model=model, prompt=case["prompt"], temperature=0, max_tokens=256 - len(case["prompt_ids"]) if case["ended"] else len(case["greedy_ids"]),
        extra_body={"return_token_ids": True})
    choice = answer.choices[0]
    ids = [i for i in choice.token_ids if i != 4095]
    check("greedy ids of " + case["prompt"], ids == case["greedy_ids"], ids)
    check("prompt ids of " + case["prompt"], choice.prompt_token_ids == case["prompt_ids"])
    check("greedy text of " + case["prompt"], choice.text == case["text"], choice.text)
    check("finish reason", choice.finish_reason == ("stop" if case["ended"] else "length"), choice.finish_reason)
    check("usage", answer.usage.prompt_tokens == len(case["prompt_ids"]), answer.usage)

# The same seed gives the same text, streamed or not.
arguments = dict(model=model, prompt="Once upon a time", max_tokens=40, seed=7, temperature=0.9, top_p=0.95)
whole = client.completions.create(**arguments)
chunks = list(client.completions.create(**arguments, stream=True, stream_options={"include_usage": True}))
streamed = "".join(c.choices[0].text for c in chunks if c.choices)
check("a stream gives the same text", streamed == whole.choices[0].text, (streamed, whole.choices[0].text))
check("the stream ends with usage", not chunks[-1].choices and chunks[-1].usage.completion_tokens == whole.usage.completion_tokens, chunks[-1])
check("the stream came in pieces", len(chunks) > 10, len(chunks))
other = client.completions.create(**{**arguments, "seed": 8})
check("another seed gives another text", other.choices[0].text != whole.choices[0].text)

# Lists of texts, of ids, and of lists of ids; n; best_of.
prompts = ["The cat", "A dog said", "Mom was"]
listed = client.completions.create(model=model, prompt=prompts, max_tokens=8, temperature=0)
single = [client.completions.create(model=model, prompt=p, max_tokens=8, temperature=0).choices[0].text for p in prompts]
check("a list of texts", [c.text for c in sorted(listed.choices, key=lambda c: c.index)] == single, listed)
ids = reference["cases"][0]["prompt_ids"]
of_ids = client.completions.create(model=model, prompt=ids, max_tokens=8, temperature=0)
of_lists = client.completions.create(model=model, prompt=[ids, ids], max_tokens=8, temperature=0)
check("ids", of_ids.choices[0].text == of_lists.choices[0].text == of_lists.choices[1].text)
several = client.completions.create(model=model, prompt="The cat", max_tokens=8, n=3, seed=1)
check("n choices", sorted(c.index for c in several.choices) == [0, 1, 2] and len({c.text for c in several.choices}) > 1, several)
best = client.completions.create(model=model, prompt="The cat", max_tokens=8, n=1, best_of=4, seed=1)
check("best_of", len(best.choices) == 1 and best.usage.completion_tokens > 8, best)

# Log-probabilities and echo.
detailed = client.completions.create(model=model, prompt="Once upon a", max_tokens=4, temperature=0, logprobs=3, echo=True)
logprobs = detailed.choices[0].logprobs
count = detailed.usage.prompt_tokens + detailed.usage.completion_tokens
check("echo gives the prompt back", detailed.choices[0].text.startswith("Once upon a"), detailed.choices[0].text)
check("one entry per token", len(logprobs.tokens) == len(logprobs.token_logprobs) == len(logprobs.top_logprobs) == len(logprobs.text_offset) == count, logprobs)
check("the first token has none", logprobs.token_logprobs[0] is None and logprobs.top_logprobs[0] is None, logprobs)
check("the tokens make the text", "".join(logprobs.tokens) == detailed.choices[0].text, logprobs.tokens)
check("greedy tokens are the likeliest", all(t == max(top.values()) for t, top in list(zip(logprobs.token_logprobs, logprobs.top_logprobs))[detailed.usage.prompt_tokens:]))
check("probabilities", all(0 <= sum(map(math.exp, top.values())) <= 1.0001 for top in logprobs.top_logprobs[1:]))
scored = client.completions.create(model=model, prompt="Once upon a time", max_tokens=0, echo=True, logprobs=0)
check("echo alone scores the prompt", scored.usage.completion_tokens == 0 and scored.choices[0].text == "Once upon a time", scored)

# Stop texts, penalties, bias.
text = client.completions.create(model=model, prompt="Once upon a time", max_tokens=60, temperature=0).choices[0].text
stopped = client.completions.create(model=model, prompt="Once upon a time", max_tokens=60, temperature=0, stop=["little", "."])
cut = min(text.index("little"), text.index("."))
check("stop texts", stopped.choices[0].text == text[:cut] and stopped.choices[0].finish_reason == "stop", stopped)
banned = client.completions.create(model=model, prompt="Once upon a", max_tokens=1, temperature=0, logit_bias={str(reference["cases"][0]["prompt_ids"][-1]): -100})
check("logit bias", banned.choices[0].text != client.completions.create(model=model, prompt="Once upon a", max_tokens=1, temperature=0).choices[0].text, banned)
client.completions.create(model=model, prompt="Once", max_tokens=5, presence_penalty=1, frequency_penalty=1, user="somebody",
                          extra_body={"top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1, "ignore_eos": True})

# Refusals are the client's own exceptions.
refused("an unknown model", openai.NotFoundError, model="gpt-4")
refused("max_tokens beyond the context", openai.BadRequestError, max_tokens=100000)
refused("negative max_tokens", openai.BadRequestError, max_tokens=-1)
refused("suffix", openai.BadRequestError, suffix="x")
refused("temperature below 0", openai.BadRequestError, temperature=-1)

# Many at once, none mixed up.
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    run = lambda i: client.completions.create(model=model, prompt=f"Number {i} said", max_tokens=12, seed=i).choices[0].text
    check("16 at once equal one after the other", list(pool.map(run, range(16))) == [run(i) for i in range(16)])

print(f"openai client {openai.__version__}: {checks} checks passed")
