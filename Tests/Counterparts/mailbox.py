"""A mail server for tests: aiosmtpd. Writes a JSON line for each mail, as Python's email package reads it, to its
standard output.

    mailbox.py PORT

Port 0 takes a free one; the first line of output tells it. A recipient that begins with "refused" is refused with 550,
one that begins with "busy" with 451.
"""
import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def part(message, kind):
    found = message.get_body(preferencelist=(kind,))
    return found.get_content() if found else None


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        if address.startswith("busy"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": {k: str(v) for k, v in message.items()},
            "type": message.get_content_type(), "plain": part(message, "plain"), "html": part(message, "html"),
            "defects": [str(defect) for piece in message.walk() for defect in piece.defects],
            "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
        }), flush=True)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailbox(), enable_SMTPUTF8=True, hostname="localhost"), "127.0.0.1", int(sys.argv[1]))
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
