#!/usr/bin/env python3
"""Generates recurrence rules and what python-dateutil and libical make of them.

    calendar_rules.py SEED COUNT

Writes a line for every rule, fields separated by tabs:

    DTSTART, rule, its zone, first instant asked for, last instant asked for, dateutil's starts, libical's starts

Instants are seconds since 1970, and those of the starts are found with Python's zoneinfo; lists have commas between.
At most LIMIT starts are given. libical is asked only about rules that are looked at from their start; otherwise its
field is `-`.
"""

import datetime
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import types
import zoneinfo

from dateutil import rrule

LIMIT = 24
LAST_YEAR = 2060
EPOCH = datetime.datetime(1970, 1, 1)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

# dateutil searches a rule without occurrences until the year 9999; nobody asks for anything after LAST_YEAR here.
rrule.datetime = types.SimpleNamespace(**{**vars(datetime), "MAXYEAR": LAST_YEAR})


ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Africa/Cairo"]


def seconds(time, zone="UTC"):
    """The instant of a wall-clock reading; in a fold the first, in a gap with the offset before it."""
    return int(time.replace(tzinfo=zoneinfo.ZoneInfo(zone)).timestamp())


def some(r, values, most):
    return sorted(r.sample(list(values), r.randint(1, min(most, len(values)))))


def signed(r, limit, most, least=1):
    return sorted({r.choice([1, 1, -1]) * r.randint(least, limit) for _ in range(r.randint(1, most))})


def text(values):
    return ",".join(str(v) for v in values)


def day_parts(r, frequency):
    """BY parts about days that RFC 5545 allows with this frequency."""
    parts = []
    odds = r.random
    if odds() < 0.25:
        parts.append("BYMONTH=" + text(some(r, range(1, 13), 4)))
    weeks = frequency == "YEARLY" and odds() < 0.12
    if weeks:
        parts.append("BYWEEKNO=" + text(signed(r, 53, 4)))
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY") and odds() < 0.1:
        parts.append("BYYEARDAY=" + text(signed(r, 366, 6)))
    if frequency != "WEEKLY" and odds() < 0.25:
        parts.append("BYMONTHDAY=" + text(signed(r, 31, 5)))
    if odds() < 0.5:
        if frequency in ("MONTHLY", "YEARLY") and not weeks and odds() < 0.6:
            limit = 5 if frequency == "MONTHLY" or any(p.startswith("BYMONTH=") for p in parts) else 53
            days = {f"{r.choice(['', '-'])}{r.randint(1, limit)}{r.choice(DAYS)}" for _ in range(r.randint(1, 3))}
            if odds() < 0.15:
                days.add(r.choice(DAYS))
            parts.append("BYDAY=" + text(sorted(days)))
        else:
            parts.append("BYDAY=" + text(r.sample(DAYS, r.randint(1, 5))))
    return parts


def time_parts(r, frequency):
    parts = []
    sub_daily = frequency in ("HOURLY", "MINUTELY", "SECONDLY")
    for name, limit, odds in (("BYHOUR", 23, 0.15), ("BYMINUTE", 59, 0.12), ("BYSECOND", 59, 0.08)):
        if r.random() < odds * (2 if sub_daily else 1):
            most = 24 if sub_daily and name == "BYHOUR" else 3
            parts.append(f"{name}=" + text(some(r, range(limit + 1), most)))
    return parts


def interval(r, frequency):
    if r.random() < 0.5:
        return 1
    if frequency in ("SECONDLY", "MINUTELY"):
        return r.choice([2, 5, 7, 10, 15, 30, 45, 90, 3601, 100_000])
    return r.choice([2, 2, 2, 3, 4, 5, 6, 7, 12, 13, 25])


def generate(r):
    frequency = r.choices(
        ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"], [25, 25, 20, 14, 8, 5, 3])[0]
    start = datetime.datetime(r.randint(1995, 2030), 1, 1) + datetime.timedelta(
        days=r.randint(0, 365), hours=r.randint(0, 23), minutes=r.choice([0, 0, 15, 30, 59]), seconds=r.choice([0, 0, 0, 59]))
    parts = ["FREQ=" + frequency]
    n = interval(r, frequency)
    if n > 1:
        parts.append(f"INTERVAL={n}")
    by = day_parts(r, frequency) + time_parts(r, frequency)
    if frequency == "SECONDLY":  # dateutil looks at every second of every month and hour that it passes over
        by = [part for part in by if part.split("=")[0] not in ("BYMONTH", "BYYEARDAY", "BYHOUR")]
    if by and r.random() < 0.15:
        if frequency in ("DAILY", "HOURLY", "MINUTELY", "SECONDLY"):
            positions = sorted({r.choice([1, -1]), r.choice([1, -1, 2])})  # never empty: dateutil would search for years
        else:
            positions = signed(r, 6 if r.random() < 0.8 else 366, 3)
        by.append("BYSETPOS=" + text(positions))
    parts += by
    if r.random() < 0.3:
        parts.append("WKST=" + r.choice(DAYS))
    end = r.random()
    if end < 0.2:
        parts.append(f"COUNT={r.randint(1, 20)}")
    elif end < 0.4:
        until = start + datetime.timedelta(days=r.choice([0, 1, 10, 100, 1000, 5000]), seconds=r.randint(0, 86400))
        parts.append("UNTIL=" + until.strftime("%Y%m%dT%H%M%S"))
    r.shuffle(parts)
    return start, ";".join(parts), frequency


def window(r, start, frequency):
    """From where to where starts are asked for; a third of the rules is entered long after its start."""
    last = datetime.datetime(LAST_YEAR - 1, 12, 31)
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY"):  # of which most hours of the year are looked at, one by one
        last = min(last, start + datetime.timedelta(days=1500))
    if r.random() < 0.67:
        return start, last
    reach = {"SECONDLY": 0.01, "MINUTELY": 0.5, "HOURLY": 30, "DAILY": 2000, "WEEKLY": 9000}.get(frequency, 10_000)
    first = start + datetime.timedelta(days=r.random() * reach)
    return first.replace(microsecond=0), last


def zone_for(r, rule, frequency):
    """Where readings and instants go in the same order, so that the first of the ones are the first of the others."""
    if frequency in ("HOURLY", "MINUTELY", "SECONDLY") or "BYHOUR" in rule or r.random() < 0.4:
        return "UTC"
    return r.choice(ZONES)


def dateutil_starts(start, rule, zone, first, last):
    found = []
    try:
        for time in rrule.rrulestr(rule, dtstart=start):
            if time > last:
                break
            if time >= first:
                found.append(seconds(time, zone))
                if len(found) == LIMIT:
                    break
    except ValueError:  # INTERVAL never meets BYHOUR, BYMINUTE or BYSECOND: no start at all
        pass
    return found


def libical_starts(lines):
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "calendar_libical")
        built = subprocess.run(["cc", "-O1", "-o", program, os.path.join(here, "calendar_libical.c"), "-lical"])
        if built.returncode != 0:
            sys.exit("calendar_libical.c does not compile; install libical-dev and a C compiler (make oracles)")
        source = "".join(f"{start:%Y%m%dT%H%M%S}\t{rule}\t{LIMIT}\t{seconds(last)}\n" for start, rule, last in lines)
        return subprocess.run([program], input=source, capture_output=True, text=True, check=True).stdout.splitlines()


def main():
    r = random.Random(int(sys.argv[1]))
    cases = []
    for _ in range(int(sys.argv[2])):
        start, rule, frequency = generate(r)
        cases.append((start, rule, zone_for(r, rule, frequency), *window(r, start, frequency)))
    pool = multiprocessing.Pool()
    dateutil = pool.starmap(dateutil_starts, cases, chunksize=500)
    pool.close()  # not terminated: whoever started this may have blocked the signal for it
    pool.join()
    libical = libical_starts([(start, rule, last) for start, rule, _, _, last in cases])
    assert len(libical) == len(cases)
    for (start, rule, zone, first, last), found, other in zip(cases, dateutil, libical):
        if other not in ("!", "?"):
            times = [EPOCH + datetime.timedelta(seconds=int(time)) for time in other.split(",") if time]
            other = text(seconds(time, zone) for time in times)
        bounds = [seconds(first, zone), seconds(last, zone)]
        fields = [f"{start:%Y%m%dT%H%M%S}", rule, zone, *bounds, text(found), other if first == start else "-"]
        print("\t".join(str(field) for field in fields))


if __name__ == "__main__":
    main()
