"""`python -m memsync.mcp_server`: for clients that are given an interpreter and no script."""

import sys

from memsync.mcp_server import main

sys.exit(main())
