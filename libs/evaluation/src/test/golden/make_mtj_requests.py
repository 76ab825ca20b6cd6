"""What tasks/eval_harness.py of mesh-transformer-jax makes of some texts, for Mtj2021EncodingTest:

python make_mtj_requests.py TOKENIZER_JSON EXCERPTS OUT

Its ids are those of the repaired texts (ftfy 6.3.1, NFKC), apart, with end-of-text before the context; the last ones
count, and of these as many as the continuation has.
"""

import json
import sys

import ftfy
from tokenizers import Tokenizer

tokenizer_file, excerpts, out = sys.argv[1:]
tokenizer = Tokenizer.from_file(tokenizer_file)


def ids_of(text):
    return tokenizer.encode(text, add_special_tokens=False).ids


def request(context, continuation, length):
    before = ids_of("<|endoftext|>" + ftfy.fix_text(context, normalization="NFKC"))
    after = ids_of(ftfy.fix_text(continuation, normalization="NFKC"))
    kept = (before + after)[-length:]
    counted = min(len(after), len(kept) - 1)
    return {
        "context": context,
        "continuation": continuation,
        "length": length,
        "context_ids": kept[: len(kept) - counted],
        "continuation_ids": kept[len(kept) - counted :],
    }


def pairs():
    yield from [
        ("", " the"), ("Hello ", "world"), ("Hello\n", "world"), ("\u201cIt\u2019s", " \ufb01ne\u201d"), ("a<|endoftext|>b", " c"),
        ("The cat sat on the m", "at by the door"), ("x" * 300, " y z" * 60), ("caf\u00e9\u00a0\u2026", " 10\u00b3"),
    ]
    with open(f"{excerpts}/lambada_openai.jsonl", encoding="utf-8") as lines:
        for line in list(lines)[:12]:
            context, word = json.loads(line)["text"].rsplit(" ", 1)
            yield context, " " + word


with open(out, "w", encoding="ascii") as file:
    requests = [request(*pair, length) for pair in pairs() for length in (2048, 96)]
    file.write("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in requests) + "\n]\n")
