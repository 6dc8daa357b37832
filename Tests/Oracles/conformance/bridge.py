"""Offers a Unix socket on a free TCP port of the loopback, for programs that only speak TCP. Writes the port, then
passes bytes to and fro until its standard input ends.

    bridge.py /run/tact/tact.sock"""

import asyncio
import sys

PIECE = 64 * 1024


async def pass_on(reader, writer):
    try:
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


async def serve(path):
    async def connect(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer))
        writer.close()
        far_writer.close()

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(serve(sys.argv[1]))
