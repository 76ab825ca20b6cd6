"""Ids that Hugging Face's tokenizers give, for the tests of libs/tokenizer.

usage: pip install tokenizers==0.23.3; python make_golden.py <repository root>
Writes src/test/resources/golden/{stories,variants}.json from models/stories/tokenizer.json and golden/odd_strings.json.
"""
import json
import os
import sys

import tokenizers

ROOT = sys.argv[1]
GOLDEN = os.path.join(ROOT, "libs/tokenizer/src/test/resources/golden")
STORIES = json.load(open(os.path.join(ROOT, "models/stories/tokenizer.json"), encoding="utf-8"))
ODD = [v["text"] for v in json.load(open(os.path.join(GOLDEN, "odd_strings.json"), encoding="utf-8"))["vectors"]]

WORDS = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def token(id, content, special=False, normalized=False, lstrip=False, rstrip=False, single_word=False):
    return dict(id=id, content=content, single_word=single_word, lstrip=lstrip, rstrip=rstrip, normalized=normalized, special=special)


EOT = token(4095, "<|endoftext|>", special=True)
TOKENS = [
    EOT,
    token(4096, "<a>"),
    token(4097, "<a><b>"),
    token(4098, "<l>", lstrip=True),
    token(4099, "<r>", rstrip=True),
    token(4100, "<lr>", lstrip=True, rstrip=True, special=True),
    token(4101, "cat", single_word=True),
    token(4102, "dog", single_word=True, lstrip=True, normalized=True),
    token(4103, "<a>x", normalized=True),
    token(4104, "|end", normalized=True),
    token(4105, " two words"),
    token(4106, "ж"),
    token(4107, "🙂"),
    token(4108, "   "),
]
BYTE_LEVEL = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
VARIANTS = {
    "added tokens with flags": dict(added_tokens=TOKENS),
    "space before a text": dict(added_tokens=TOKENS, pre_tokenizer=dict(BYTE_LEVEL, add_prefix_space=True)),
    "split, then bytes": dict(pre_tokenizer=dict(type="Sequence", pretokenizers=[
        dict(type="Split", pattern=dict(Regex=WORDS), behavior="Isolated", invert=False), dict(BYTE_LEVEL, use_regex=False)])),
    "split by removing what does not match": dict(pre_tokenizer=dict(type="Sequence", pretokenizers=[
        dict(type="Split", pattern=dict(Regex=WORDS), behavior="Removed", invert=True), dict(BYTE_LEVEL, use_regex=True)])),
    "no split": dict(pre_tokenizer=dict(BYTE_LEVEL, use_regex=False)),
    "no split, space before a text": dict(pre_tokenizer=dict(BYTE_LEVEL, use_regex=False, add_prefix_space=True)),
    "template": dict(added_tokens=[EOT, token(4096, "<s>", special=True)], post_processor=dict(
        type="Sequence", processors=[dict(BYTE_LEVEL, trim_offsets=False), dict(
            type="TemplateProcessing",
            single=[dict(SpecialToken=dict(id="<s>", type_id=0)), dict(Sequence=dict(id="A", type_id=0)), dict(SpecialToken=dict(id="<|endoftext|>", type_id=0))],
            pair=[dict(Sequence=dict(id="A", type_id=0)), dict(Sequence=dict(id="B", type_id=1))],
            special_tokens={"<s>": dict(id="<s>", ids=[4096], tokens=["<s>"]), "<|endoftext|>": dict(id="<|endoftext|>", ids=[4095], tokens=["<|endoftext|>"])})])),
}
TEXTS = [
    "", " ", "Once upon a time", "Once <a> upon", "<a><b>", "<a><a><b><b>", "<a>x", "x<a>xx", "a  <l>  b", "a \n<r>\t\n b", "  <lr>  <lr>  ", "<lr><l>", "<r>  <l>", "<r>   x",
    "cat", "a cat sat", "concat", "cats", "cat's", "_cat", "cat_", "1cat", "écat", "cat中", "(cat)", "cat<a>cat", "catcat", "a  dog", "dog.dogs  dog", "<a>dog", "<a> dog",
    "<|endoftext|>", "<|end", "<|endoftext", "<|endoftext|><|endoftext|>", "say two words now", "café", "é", "жж", "aжb", "🙂🙂 🙂", "    x", "   ", "      ", " <a>", "<a> ", "\u00a0<l>\u3000", "\u2028<lr>\u0085x",
    "They didn't\n\n  stop.   ", "don't 'S 12th x²", "\ufeffhi", "long" * 200, " " * 300 + "x",
] + ODD[::7]


def main():
    stories = tokenizers.Tokenizer.from_str(json.dumps(STORIES))
    write("stories.json", dict(
        how=f"tokenizers {tokenizers.__version__} with models/stories/tokenizer.json on the texts of odd_strings.json, in order",
        ids=[stories.encode(text).ids for text in ODD]))
    variants = []
    for name, changes in VARIANTS.items():
        variant = tokenizers.Tokenizer.from_str(json.dumps({**STORIES, **changes}))
        variants.append(dict(name=name, changes=changes, ids=[variant.encode(text).ids for text in TEXTS]))
    write("variants.json", dict(
        how=f"tokenizers {tokenizers.__version__} with models/stories/tokenizer.json, some of its fields replaced; special tokens of a template included",
        texts=TEXTS, variants=variants))


def write(name, content):
    with open(os.path.join(GOLDEN, name), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main()
