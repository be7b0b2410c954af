"""`python -m lambda_cache` prints the permissions of a function's role, and checks that its entries can be fetched."""

import sys

from lambda_cache._cli import main

if __name__ == "__main__":
    sys.exit(main())
