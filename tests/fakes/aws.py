"""A stand-in for AWS: moto server in a child process."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from tests.fakes.environment import ACCESS_KEY, SECRET_KEY, environment, without_aws
from tests.fakes.environment import REGION as REGION


class Aws:
    """A context manager: SSM, Secrets Manager, S3 and the rest of moto over HTTP, empty at the start."""

    url: str
    """Where it listens, `http://127.0.0.1:PORT`."""

    def __init__(self) -> None:
        """Nothing runs until the `with` block begins."""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Aws:
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.moto_process"],
                cwd=Path(__file__).parents[2],  # where `tests.fakes` is importable
                env=without_aws(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for us alone: the child ends when we close its standard input
            )
            self._process = process
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port:
                self.__exit__()
                log.seek(0)
                raise RuntimeError(f"moto server did not start:\n{log.read()}")
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # nothing in it is worth keeping
        process.communicate()

    def environment(self, url: str | None = None) -> dict[str, str]:
        """The whole environment for a process whose AWS is this one, reached at `url` (say, a proxy's) if given.

        It is ours without proxies and without any AWS_ variable, so a developer's own set-up has no say.
        """
        return environment(url or self.url)

    def client(self, service: str) -> Any:
        """A boto3 client that talks straight to moto, to put values there and to change them."""
        # Looked up at run time because neither package is typed; and this process alone may import them.
        boto3: Any = importlib.import_module("boto3")
        botocore_session: Any = importlib.import_module("botocore.session")
        botocore_config: Any = importlib.import_module("botocore.config")
        # The developer's own profile and files must not matter: no environment variable, no file is asked for these.
        unset = (None, None, None, None)
        core = botocore_session.Session(
            {
                "profile": unset,
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            }
        )
        return boto3.Session(botocore_session=core).client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=botocore_config.Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def reset(self) -> None:
        """Forget every parameter, secret, bucket and object."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")):
            pass
