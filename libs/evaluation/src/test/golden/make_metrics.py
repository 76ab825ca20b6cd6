"""Prints what lm-evaluation-harness 0.4.13 makes of some documents, for HarnessMetricsTest.

python3 make_metrics.py > ../resources/metric/lm-eval-0.4.13.json
"""

import contextlib
import json
import random
import sys

from lm_eval.api import metrics

ITERATIONS = 100_000


def bootstrap(figure, items):
    with contextlib.redirect_stdout(sys.stderr):
        return metrics.bootstrap_stderr(figure, items, ITERATIONS)


def main():
    source = random.Random(2021)
    logprobs = [-source.expovariate(0.2) for _ in range(40)]
    words = [source.randrange(3, 60) for _ in logprobs]
    lengths = [word * 5 + source.randrange(20) for word in words]
    flags = [float(source.random() < 0.3) for _ in logprobs]
    per_word, per_byte = list(zip(logprobs, words)), list(zip(logprobs, lengths))
    texts = [
        ("Paris", ["Paris"]), ("paris", ["Paris"]), ("paris.", ["Paris", "City of Light"]), ("City-of-Light!", ["x", "cityoflight"]),
        (" Paris", ["Paris"]), ("ÉTÉ «42»", ["été «42»"]), ("ΟΔΟΣ", ["οδος"]), ("it's; a_b", ["its ab"]), ("", ["!?"]), ("4", ["5", "6"]),
        ("straße", ["STRASSE"]), ("a\u00a7b", ["ab"]), ("~`^|", [""]),
    ]
    print(json.dumps({
        "logprobs": logprobs, "words": words, "bytes": lengths, "flags": flags,
        "figures": {
            "acc": [metrics.mean(flags), metrics.mean_stderr(flags)],
            "perplexity": [metrics.perplexity(logprobs), bootstrap(metrics.perplexity, logprobs)],
            "word_perplexity": [metrics.weighted_perplexity(per_word), bootstrap(metrics.weighted_perplexity, per_word)],
            "byte_perplexity": [metrics.weighted_perplexity(per_byte), bootstrap(metrics.weighted_perplexity, per_byte)],
            "bits_per_byte": [metrics.bits_per_byte(per_byte), bootstrap(metrics.bits_per_byte, per_byte)],
        },
        "exactMatches": [
            {
                "text": text, "targets": targets, "ignoreCase": case, "ignorePunctuation": punctuation,
                "right": bool(metrics.exact_match_hf_evaluate(
                    predictions=[text] * len(targets), references=targets, ignore_case=case, ignore_punctuation=punctuation
                )["exact_match"] > 0),
            }
            for text, targets in texts for case in (False, True) for punctuation in (False, True)
        ],
    }, indent=None, separators=(",", ":")))


if __name__ == "__main__":
    main()
