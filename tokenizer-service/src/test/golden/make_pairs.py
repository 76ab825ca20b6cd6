"""Ids of context and continuation as lm-evaluation-harness pairs them, with the demo model's tokenizer.

usage: pip install tokenizers==0.23.3; python make_pairs.py <repository root>
Writes src/test/resources/golden/pairs.json. The rule is that of lm_eval 0.4.13 (api/model.py, loglikelihood and _encode_pair).
"""
import json
import os
import sys

import tokenizers

ROOT = sys.argv[1]
TOKENIZER = tokenizers.Tokenizer.from_file(os.path.join(ROOT, "models/stories/tokenizer.json"))
PREFIX = 4095
PAIRS = [
    ("Once upon a time", " there was"), ("Once upon a time ", "there was"), ("Once upon a time", "there"), ("Once upon a time \n", " x"), ("Once", "\u00a0x"), ("Once\u00a0", "x"),
    ("Once\u2003\u3000", "x"), ("Once\x1c\x1f", "x"), ("Once\x85", "x"), ("Once\u200b", "x"), ("Once\u2028\u2029", "x"), ("Once\x0b\x0c", "x"), ("Once\u180e", "x"), ("Once\u202f\u205f\u1680", "x"),
    ("The cat sat on the m", "at by the door"), ("Tom and Lil", "y went out"), ("", "Once upon"), ("", " the"), ("", "<|endoftext|>Once"), ("<|endoftext|>", "Once"), ("a<|endoftext|>b", " c"), ("a<|endof", "text|>b"),
    ("I don", "'t know"), ("I don'", "t know"), ("we'", "ll"), ("\u00e9", "\u0301 x"), ("word", "       z"), ("Caf\u00e9 \u2615 \u6771\u4eac", " \u00e9 \u2615"), ("x = [1, 2,", " 3]\n\n"), ("12", "34"), ("She said: \"", "Hi!\""),
]


def encode(text):
    return TOKENIZER.encode(text, add_special_tokens=False).ids


def pair(context, continuation):
    if context == "":
        ids = encode(continuation)
        return ([PREFIX], ids) if ids[0] != PREFIX else (ids[:1], ids[1:])
    spaces = len(context) - len(context.rstrip())
    if spaces > 0:
        continuation = context[-spaces:] + continuation
        context = context[:-spaces]
    whole = encode(context + continuation)
    before = encode(context)
    return before, whole[len(before):]


def main():
    rows = []
    for context, continuation in PAIRS:
        context_ids, continuation_ids = pair(context, continuation)
        rows.append(dict(context=context, continuation=continuation, context_ids=context_ids, continuation_ids=continuation_ids))
    with open(os.path.join(ROOT, "tokenizer-service/src/test/resources/golden/pairs.json"), "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=True, indent=0)
        file.write("\n")
    print([r for r in rows if not r["continuation_ids"]])


main()
