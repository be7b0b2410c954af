"""A relay to a server that is slow by connection: `python -m tests.s3_servers.slow_link URL` prints its port."""

from __future__ import annotations

import asyncio
import sys
import time

BYTES_PER_SECOND = 12_000_000
_CHUNK = 1 << 16


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
    due = time.monotonic()
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
            if slow:
                due = max(due, time.monotonic() - 0.02) + len(data) / BYTES_PER_SECOND
                await asyncio.sleep(max(0.0, due - time.monotonic()))
    except ConnectionError:
        pass
    finally:
        writer.close()


async def _run(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, up_writer, slow=False), _copy(up_reader, writer, slow=True))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))
