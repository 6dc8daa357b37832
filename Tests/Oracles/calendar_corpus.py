#!/usr/bin/env python3
"""Busy time in 2026 of every calendar of a folder, as icalendar and recurring-ical-events see it.

    calendar_corpus.py FOLDER

Writes `F name` for every file and then a line for each busy interval, `I start end type`, in seconds since 1970 and
the words of RFC 5545; `E message` where the library gives up; `N` where it has no opinion (VAVAILABILITY). Floating
times and dates are those of Europe/Paris.
"""

import datetime
import pathlib
import sys
import zoneinfo

import icalendar
import recurring_ical_events

HOME = zoneinfo.ZoneInfo("Europe/Paris")
UTC = datetime.timezone.utc
YEAR = (datetime.datetime(2026, 1, 1, tzinfo=UTC), datetime.datetime(2027, 1, 1, tzinfo=UTC))


def instant(time):
    if not isinstance(time, datetime.datetime):
        time = datetime.datetime.combine(time, datetime.time())
    if time.tzinfo is None:
        time = time.replace(tzinfo=HOME)
    return int(time.timestamp())


def event_type(event, method):
    """None for what does not block."""
    status = str(event.get("STATUS", "")).upper()
    exchange = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if status == "CANCELLED" or method == "CANCEL" or exchange == "FREE":
        return None
    named = {"TENTATIVE": "BUSY-TENTATIVE", "BUSY": "BUSY", "OOF": "BUSY-UNAVAILABLE"}.get(exchange)
    if named:
        return named
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    return "BUSY-TENTATIVE" if status == "TENTATIVE" else "BUSY"


def event_intervals(calendar):
    method = str(calendar.get("METHOD", "")).upper()
    for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(*YEAR):
        kind = event_type(event, method)
        if kind:
            yield instant(event.start), instant(event.end), kind


def free_busy_intervals(calendar):
    for component in calendar.walk("VFREEBUSY"):
        lists = component.get("FREEBUSY", [])
        for entry in lists if isinstance(lists, list) else [lists]:
            kind = entry.params.get("FBTYPE", "BUSY").upper()
            kind = kind if kind in ("FREE", "BUSY-TENTATIVE", "BUSY-UNAVAILABLE") else "BUSY"
            if kind != "FREE":
                yield instant(entry.start), instant(entry.end), kind


def main():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.ics")):
        print("F", path.stem)
        source = path.read_bytes()
        if b"BEGIN:VAVAILABILITY" in source:
            print("N")
            continue
        try:
            found = []
            for calendar in icalendar.Calendar.from_ical(source, multiple=True):
                found += event_intervals(calendar)
                found += free_busy_intervals(calendar)
        except Exception as error:
            print("E", type(error).__name__, str(error).replace("\n", " ")[:200])
            continue
        for start, end, kind in sorted(found):
            if start < end and start < instant(YEAR[1]) and end > instant(YEAR[0]):
                print("I", start, end, kind)


if __name__ == "__main__":
    main()
