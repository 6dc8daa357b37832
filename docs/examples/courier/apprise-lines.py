#!/usr/bin/python3
"""Delivers messages by any of the services that Apprise knows (https://github.com/caronc/apprise): a program that stays,
for tact-courier's mode = "lines".

APPRISE_URL names a file with one Apprise URL, such as tgram://TOKEN/{address}; {address} stands for the recipient's
address. A file, because such URLs hold secrets.
"""
import json
import os
import sys
import urllib.parse

from apprise import Apprise

with open(os.environ["APPRISE_URL"]) as file:
    template = file.read().strip()


def deliver(message):
    address = urllib.parse.quote(message["address"] or "", safe="")
    service = Apprise()
    if not service.add(template.replace("{address}", address)):
        return {"outcome": "failed", "detail": "Apprise does not understand the URL"}
    content = message["content"]
    if service.notify(title=content.get("title", ""), body=content.get("body", "")):
        return {"outcome": "delivered"}
    return {"outcome": "retry", "detail": "the service did not take it"}


for line in sys.stdin:
    message = json.loads(line)
    print(json.dumps({"id": message["id"], **deliver(message)}), flush=True)
