"""`python -m lambda_cache`: what a function's role must allow, and whether its entries can be fetched."""

import sys

from lambda_cache._cli import main

if __name__ == "__main__":
    sys.exit(main())
