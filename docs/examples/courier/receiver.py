#!/usr/bin/env python3
"""A receiver of tact-courier's webhooks. Needs standardwebhooks (PyPI).

receiver.py SECRET       writes its port, then a line for each message"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[1])
seen = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            message = webhook.verify(body, dict(self.headers))["data"]
        except WebhookVerificationError:
            self.send_error(401)  # Not from us, or changed on the way, or more than five minutes old.
            return
        if message["id"] not in seen:  # Delivery is at least once.
            seen.add(message["id"])
            print("to", message["recipient"] + ":", message["content"]["title"], flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
