"""The child process of `Aws`: runs moto server on a free port until its parent is gone.

It prints its port, then reads standard input to the end. The parent holds the other end of that pipe and never
writes to it, so the end of input means that the parent has closed it or died, however it died.
"""

import sys

from moto.server import ThreadedMotoServer


def main() -> None:
    """Serve until standard input ends."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    print(port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
