"""Repaired texts for TextRepairTest, by ftfy 6.3.1 with its defaults and NFKC: python make_text_repairs.py SHARED_DATA OUT"""

import hashlib
import json
import sys

import ftfy

TEXTS = [
    "", "plain", "\u201cHere\u2019s\u201d a \u2018test\u2019 \u201f\u201b\u201a\u201e", "a\r\nb\rc\u2028d\u2029e",
    "what is \x85 this", "\x93quoted\x94 \x96 dash", "\x81\x8d\x8f\x90\x9d", "\ufb02u\ufb03e\ufb06 \ufb05 \u0132 \u0149",
    "\u01c6 \u01c4 \u01f1", "\uff2c\uff2f\uff35\uff24\u3000\uff2e\uff2f\uff29\uff33\uff25\uff33", "\uff35\uff80\uff70\uff9d",
    "\x1b[36;44mI'm blue\x1b[0m.", "\x1b[3", "tab\tform\x0cfeed\x0bvertical\x00\x07\x1b", "\ufeffbom \ufffc\ufff9x",
    "\u206aarabic\u206f", "\u200bzero\u200dwidth\u00adhyphen", "e\u0301 \u00e9 \u212b", "10\u00b3 \u00bd \u00b5 \u2122 \u2026",
    "no\u00a0break\u2003space", "\u0344\u1e9b\u0323", "\ud55c\uae00 \u1112\u1161\u11ab", "\U0001f600 \U0001d49c \U0002f800",
    "it\u02bcs", "a <b> &amp", "\u2460\u3300\ufdfa", "en \u2013 em \u2014 minus \u2212", "caf\u00e9 \u2615 \u6771\u4eac",
    "\u2033 \u2036 \u2057", "x\u0338 \u226f", "  spaced  \n\n  lines \n",
]
FILES = [
    "lambada_openai/lambada_test.jsonl", "winogrande/winogrande_xl_validation.jsonl",
    "hellaswag/hellaswag_olmo_subset1000.jsonl", "piqa/piqa_validation_hf.jsonl", "arc/arc_easy_test.jsonl",
    "arc/arc_challenge_test.jsonl", "boolq/boolq_superglue_validation.jsonl",
]


def repaired(text):
    return ftfy.fix_text(text, normalization="NFKC")


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key in value:
            yield from texts_of(value[key])
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def hash_of(file):
    """SHA-256 of all repaired texts of a file in its order, each with a line break after it."""
    digest = hashlib.sha256()
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            for text in texts_of(json.loads(line)):
                digest.update((repaired(text) + "\n").encode())
    return digest.hexdigest()


data, out = sys.argv[1:]
with open(out, "w", encoding="ascii") as file:
    json.dump(
        {
            "ftfy": ftfy.__version__,
            "texts": [{"text": text, "repaired": repaired(text)} for text in TEXTS],
            "files": {name: hash_of(f"{data}/{name}") for name in FILES},
        },
        file,
        indent=1,
    )
    file.write("\n")
