"""The command's first step: say that nothing has changed if that is so, else go on to the command line."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that was typed, and end with its status."""
    try:
        from portalgen.build.unchanged import repeat

        status = repeat(sys.argv[1:])
        if status is not None:
            sys.stdout.flush()
            sys.exit(status)
        from portalgen.cli import main as command

        command()
    except KeyboardInterrupt:
        # Elsewhere click says it; this is for the moments before it began and after it ended.
        sys.stderr.write("Stopped. What was not finished is as it was.\n")
        sys.exit(130)
