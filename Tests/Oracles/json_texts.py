"""Reads base64 lines, each of one JSON text; writes for each its compact form with sorted keys, or nothing if it is
refused. Stricter than Python alone where RFC 8259 is: no NaN, no names twice, no lone surrogates, no infinite numbers."""

import base64
import json
import math
import sys


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a name comes twice")
    return dict(pairs)


def number(text):
    value = float(text)
    if math.isinf(value):
        raise ValueError("too large")
    return value


def integer(text):
    value = int(text)
    return value if -(2**63) <= value < 2**63 else number(text)


def refuse(_):
    raise ValueError("not a number of JSON")


for line in sys.stdin:
    try:
        text = base64.b64decode(line).decode("utf-8", "strict")
        value = json.loads(
            text, object_pairs_hook=unique, parse_float=number, parse_int=integer, parse_constant=refuse)
        answer = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        answer.encode("utf-8", "strict")
        if text.startswith("\ufeff"):
            raise ValueError("byte order mark")
    except (ValueError, RecursionError):
        answer = ""
    sys.stdout.buffer.write(answer.encode("utf-8") + b"\n")
