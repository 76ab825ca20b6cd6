"""Writes small TFRecord files by the formats' own descriptions, with nothing shared with the Java code:

  records.tfrecords        three records of 5 ids, packed
  unpacked.tfrecords       one record whose ids are not packed, with another feature before and a field nobody knows
  records-zlib.tfrecords   the first file through zlib
  records-gzip.tfrecords   the first file through gzip
  text.jsonl.zst           two lines of JSON through zstd (needs zstandard)

usage: make_tfrecords.py FOLDER
"""
import gzip
import json
import pathlib
import struct
import sys
import zlib

import zstandard

TABLE = []
for i in range(256):
    for _ in range(8):
        i = i >> 1 ^ 0x82F63B78 if i & 1 else i >> 1
    TABLE.append(i)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def example(features):
    entries = b"".join(field(1, field(1, name.encode()) + field(2, value)) for name, value in features)
    return field(1, entries)


def packed(ids):
    return field(3, field(1, b"".join(map(varint, ids))))


def unpacked(ids):
    return field(3, b"".join(varint(1 << 3) + varint(i) for i in ids))


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


assert crc32c(b"123456789") == 0xE3069283
folder = pathlib.Path(sys.argv[1])
windows = [[1, 2, 3, 127, 128], [0, 255, 256, 16383, 16384], [50256, 7, 65535, 65536, 2147483647]]
records = b"".join(record(example([("text", packed(ids))])) for ids in windows)
(folder / "records.tfrecords").write_bytes(records)
other = example([("name", field(1, field(1, b"x"))), ("text", unpacked([5, 300, 70000]))])
(folder / "unpacked.tfrecords").write_bytes(record(other + varint(9 << 3 | 5) + b"\1\2\3\4"))
(folder / "records-zlib.tfrecords").write_bytes(zlib.compress(records))
(folder / "records-gzip.tfrecords").write_bytes(gzip.compress(records, mtime=0))
lines = [{"meta": {"set": "a", "n": [1, 2]}, "text": "One day, a dog"}, {"text": "Héllo <|endoftext|> world"}]
text = "".join(json.dumps(line) + "\n" for line in lines).encode()
(folder / "text.jsonl.zst").write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(text))
