"""Downloads argv[1] (max age argv[2], default 60) and prints the file's content."""

import json
import sys
from pathlib import Path

from lambda_cache import s3

path = s3.get_entry(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60)
print(json.dumps(Path(path).read_text()))
