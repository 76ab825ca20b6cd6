"""Prints what CPython's random.Random gives, for PythonRandomTest. Any CPython from 3.11 gives the same.

python3 make_random_vectors.py > ../resources/random/cpython-3.11.json
"""

import json
import random
from hashlib import sha256


def vectors(seed):
    source = random.Random(seed)
    shuffled = list(range(20))
    return {
        "seed": seed,
        "random": [source.random() for _ in range(5)],
        "bits": [[count, str(source.getrandbits(count))] for count in (1, 7, 31, 32, 33, 63, 64)],
        "below": [[bound, source.randrange(bound)] for bound in (1, 2, 3, 10, 64, 65, 1000, 2**31 - 1)],
        "shuffled": [source.shuffle(shuffled), shuffled][1],
        "samples": [
            {"population": population, "sample": source.sample(range(population), size)}
            for population, size in (
                (5, 0), (5, 5), (21, 5), (22, 5), (85, 6), (86, 6), (1000, 10), (40, 30), (277, 22), (278, 22), (10000, 5)
            )
        ],
        "choicesOf37": source.choices(range(37), k=12),
        "sha256OfNext2000Words": sha256(
            ",".join(str(source.getrandbits(32)) for _ in range(2000)).encode()
        ).hexdigest(),
    }


SEEDS = (0, 1, 42, 1234, -42, 2**32 - 1, 2**32, 1234567890123456789, -(2**63))
print(json.dumps([vectors(seed) for seed in SEEDS], separators=(",", ":")))
