"""`python -m portalgen` is the command `portalgen`."""

from portalgen.start import main

main()
