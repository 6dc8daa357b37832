#!/usr/bin/env python3
"""A program for tact-courier's mode "lines": it stays, reads a message a line and answers a line each, in any order.
Needs a folder OUTBOX in the place of a gateway."""

import json
import os
import sys

for line in sys.stdin:
    message = json.loads(line)
    answer = {"id": message["id"], "outcome": "delivered"}
    if not message["address"]:
        answer |= {"outcome": "failed", "detail": "no address"}
    else:
        try:
            with open(os.path.join(os.environ["OUTBOX"], message["id"]), "w") as file:
                print(message["address"], message["content"]["title"], file=file)
        except OSError as error:
            answer |= {"outcome": "retry", "detail": error.strerror, "retry_after": "30s"}
    print(json.dumps(answer), flush=True)
