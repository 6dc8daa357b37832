"""A webhook receiver for tests, well-behaved and not. Writes a JSON line for each request to its standard output.

    receiver.py PORT [--secret whsec_…]... [--tls CERTIFICATE KEY] [--host ADDRESS]

Port 0 takes a free one; the first line of output tells it. How a request is answered is its path's first word:

    /ok         200                         /status/503/7   503, with Retry-After: 7
    /flaky      503 for a message's first attempt, 200 afterwards
    /redirect/URL   302 to it               /hang           never answers
    /drip       a byte of the answer every 50 ms      /slow   200 after a second
    /reset      resets the connection       /close          closes it without an answer
    /short      says 100 bytes, sends 5     /flood          200 and a body without end
    /garbage    no HTTP                     /head           a header without end
"""
import argparse
import asyncio
import json
import socket
import ssl
import struct

from standardwebhooks import Webhook

arguments = argparse.ArgumentParser()
arguments.add_argument("port", type=int)
arguments.add_argument("--host", default="127.0.0.1")
arguments.add_argument("--secret", action="append", default=[])
arguments.add_argument("--tls", nargs=2)
options = arguments.parse_args()
verifiers = [Webhook(secret) for secret in options.secret]
connections = 0
attempts = {}


def tell(**facts):
    print(json.dumps(facts), flush=True)


def verified(body, headers):
    """Which of the secrets accept the signature."""
    accepted = []
    for number, verifier in enumerate(verifiers):
        try:
            verifier.verify(body, headers)
            accepted.append(number)
        except Exception:
            pass
    return accepted


async def answer(writer, status, headers="", body=b""):
    writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)
    await writer.drain()


async def handle(path, message, writer):
    """Answers a request. True: the connection may go on."""
    words = path.lstrip("/").split("/", 1)
    if words[0] == "ok":
        await answer(writer, 200)
        return True
    if words[0] == "status":
        status, _, wait = words[1].partition("/")
        await answer(writer, int(status), f"Retry-After: {wait}\r\n" if wait else "")
        return True
    if words[0] == "flaky":
        attempts[message] = attempts.get(message, 0) + 1
        await answer(writer, 503 if attempts[message] == 1 else 200, "Retry-After: 1\r\n")
        return True
    if words[0] == "redirect":
        await answer(writer, 302, f"Location: {words[1]}\r\n")
        return True
    if words[0] == "slow":
        await asyncio.sleep(1)
        await answer(writer, 200)
        return True
    if words[0] == "hang":
        await asyncio.sleep(3600)
    if words[0] == "drip":
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 10000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)
    if words[0] == "reset":
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    if words[0] == "short":
        writer.write(b"HTTP/1.1 500 x\r\nContent-Length: 100\r\n\r\nshort")
        await writer.drain()
    if words[0] == "flood":
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()
    if words[0] == "garbage":
        writer.write(b"\x00\xff this is not HTTP \r\n\r\n")
        await writer.drain()
    if words[0] == "head":
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Endless: " + b"x" * 4000 + b"\r\n")
            await writer.drain()
    return False


async def serve(reader, writer):
    global connections
    connections += 1
    number = connections
    tell(connection=number)
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = head[0].split(" ")[1]
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            message = headers.get("webhook-id")
            tell(path=path, connection_number=number, id=message, accepted=verified(body, headers),
                 signatures=len(headers.get("webhook-signature", "").split()), host=headers.get("host"),
                 agent=headers.get("user-agent"), body=json.loads(body))
            if not await handle(path, message, writer):
                break
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    server = await asyncio.start_server(serve, options.host, options.port, ssl=context)
    tell(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
