#!/usr/bin/env python3
"""Facts about every zone of the system's tz database, as Python's zoneinfo sees them.

usage: zones.py DIRECTORY

Lines, all numbers in seconds:
  Z name                        facts about this zone follow
  T instant before after        the offset east of UTC changes at this instant (or, before = after, does not)
  L reading offset0 offset1     the offset of a wall-clock reading with fold=0 and with fold=1 (PEP 495)

Names whose files have the same bytes are told once. Instants: every transition stored in the file, and all
that the footer brings until 2100.
"""

import os
import struct
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1)
LAST = 4102444800 + 400 * 86400  # in 2101
WEEK = 7 * 86400


def stored_transitions(data):
    """The transition times of the 64-bit block."""

    def counts(at):
        return struct.unpack(">6l", data[at + 20 : at + 44])

    ut, std, leap, times, types, chars = counts(0)
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + std + ut
    times = counts(at)[3]
    return list(struct.unpack(f">{times}q", data[at + 44 : at + 44 + 8 * times]))


def offset(zone, instant):
    local = (EPOCH + timedelta(seconds=instant)).replace(tzinfo=timezone.utc).astimezone(zone)
    return int(local.utcoffset().total_seconds())


def reading(zone, seconds, fold):
    local = (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=zone, fold=fold)
    return int(local.utcoffset().total_seconds())


def changes(zone, stored):
    """All transitions, the footer's found by weekly steps and halving."""
    for t in stored[1:]:
        if -62000000000 < t < LAST:
            yield t
    low = max(stored[-1] if stored else 0, 0)
    before = offset(zone, low)
    while low < LAST:
        high = low + WEEK
        after = offset(zone, high)
        if after != before:
            a, b = low, high
            while b - a > 1:
                middle = (a + b) // 2
                if offset(zone, middle) == before:
                    a = middle
                else:
                    b = middle
            yield b
        low, before = high, after


def main(directory):
    zoneinfo.reset_tzpath(to=[directory])
    seen = set()
    out = []
    for folder, folders, files in os.walk(directory):
        if folder == directory:
            folders[:] = [f for f in folders if f not in ("posix", "right")]
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            with open(path, "rb") as f:
                data = f.read()
            if not data.startswith(b"TZif") or data in seen:
                continue
            seen.add(data)
            name = os.path.relpath(path, directory)
            zone = zoneinfo.ZoneInfo(name)
            out.append(f"Z {name}")
            for t in changes(zone, stored_transitions(data)):
                before, after = offset(zone, t - 1), offset(zone, t)
                out.append(f"T {t} {before} {after}")
                edges = {t + o + d for o in (before, after) for d in (-3600, -1, 0, 1, 3600)}
                edges.add(t + (before + after) // 2)
                for local in sorted(edges):
                    out.append(f"L {local} {reading(zone, local, 0)} {reading(zone, local, 1)}")
    print("\n".join(out))


main(sys.argv[1])
