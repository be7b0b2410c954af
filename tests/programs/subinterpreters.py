"""Imports lambda_cache into each kind of sub-interpreter that there is, and prints what each says.

argv[1] is a file for their words.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import lambda_cache

IMPORT = """
import sys
try:
    import lambda_cache
    said = "imported"
except ImportError as error:
    said = str(error)
open({place!r}, "w").write(said)
"""

# A module of Python that has no public face before 3.14.
_interpreters: Any
if sys.version_info >= (3, 13):
    _interpreters = importlib.import_module("_interpreters")
    isolated, sharing_the_gil = _interpreters.create("isolated"), _interpreters.create("legacy")
else:
    _interpreters = importlib.import_module("_xxsubinterpreters")
    isolated, sharing_the_gil = _interpreters.create(isolated=True), _interpreters.create(isolated=False)

said: list[str] = []
for interpreter in (isolated, sharing_the_gil):
    _interpreters.run_string(interpreter, IMPORT.format(place=sys.argv[1]))
    said.append(Path(sys.argv[1]).read_text())
    _interpreters.destroy(interpreter)
json.dump({"said": said, "version": lambda_cache.__version__}, sys.stdout)
