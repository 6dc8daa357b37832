#!/usr/bin/env python3
"""Python's own http.client, on a Unix socket.

example.py SOCKET submit RECIPIENT
example.py SOCKET work CHANNEL COUNT
example.py SOCKET watch EVENT COUNT
"""

import http.client
import json
import socket
import sys
import time


class Refused(Exception):
    """The daemon says no, and why (RFC 9457)."""

    def __init__(self, problem):
        super().__init__(problem["title"])
        self.problem = problem


class Connection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60):
        super().__init__("tact", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def call(path, method, target, body=None):
    connection = Connection(path)
    try:
        connection.request(method, target, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    finally:
        connection.close()
    if response.status >= 400:
        raise Refused(answer)
    return answer


def submit(path, recipient):
    """An app: submits a message and reads its plan. With a key, it may be sent again by whoever did not see the answer."""
    message = {
        "recipient": recipient,
        "topic": "news",
        "content": {"title": "Half price"},
        "idempotency_key": f"campaign-7/{recipient}",
    }
    try:
        stored = call(path, "POST", "/v1/messages", message)
    except Refused as refused:
        for error in refused.problem.get("errors", []):
            print(error["pointer"], error["detail"])
        sys.exit(str(refused))
    print(stored["id"], stored["state"], (stored["plan"] or {}).get("at", "no plan"))
    for finding in stored["findings"]:
        print(finding["text"])


def work(path, channel, count):
    """A worker: leases, delivers, reports. This one ends after some messages; others go on for ever."""
    while count > 0:
        try:
            leased = call(
                path, "POST", "/v1/leases", {"channels": [channel], "max": 10, "lease": "60s", "wait": "30s"}
            )["messages"]
            if not leased:
                continue
            for message in leased:
                print(f"to {message['recipient']}: {message['content'].get('title')}")
            outcomes = [{"id": m["id"], "lease": m["lease"], "outcome": "delivered"} for m in leased]
            call(path, "POST", "/v1/leases/outcomes", {"outcomes": outcomes})
            count -= len(leased)
        except OSError:
            time.sleep(1)  # The daemon restarts. What was not reported comes again.


def watch(path, last, count):
    """An observer: every change, from where it left off, over restarts of the daemon too."""
    while True:
        connection = Connection(path)
        try:
            connection.request("GET", "/v1/watch", headers={"Last-Event-ID": last})
            event = None
            for line in connection.getresponse():
                line = line.decode().rstrip("\n")
                name, _, value = line.partition(": ")
                if name == "id":
                    event = value
                elif name == "event":
                    kind = value
                elif name == "data" and kind == "gap":
                    print("some changes are not known any more", file=sys.stderr, flush=True)
                elif name == "data":
                    change = json.loads(value)
                    print(event, change["id"], change["state"], flush=True)
                    count -= 1
                elif line == "":
                    last = event or last  # Only now the event is complete.
                if count == 0:
                    return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(1)


match sys.argv[1:]:
    case [path, "submit", recipient]:
        submit(path, recipient)
    case [path, "work", channel, count]:
        work(path, channel, int(count))
    case [path, "watch", event, count]:
        watch(path, event, int(count))
    case _:
        sys.exit(__doc__)
