"""The command's first step: say that nothing has changed if that is so, else go on to the command line."""

from __future__ import annotations

import sys
from typing import NoReturn

_MACHINE = 3
"""As cli.MACHINE, without importing it."""


def main() -> NoReturn:
    """Run the command that was typed, and end with its status."""
    if sys.platform == "win32":
        # There no file can be opened so that a link put in its place is not followed, which is how content is read.
        sys.stderr.write("portalgen: runs on Linux and macOS; on Windows, run it in WSL (`wsl --install`)\n")
        sys.exit(_MACHINE)
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
