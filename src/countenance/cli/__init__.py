"""The command line: one module per command group, each loaded only when it is asked for."""

import sys


def main() -> None:
    """Run `countenance`; errors a person can act on end in one line and status 2."""
    from countenance.cli.root import app

    app(prog_name="countenance", args=sys.argv[1:])
