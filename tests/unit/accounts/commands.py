"""The command line, run in this process as an operator runs it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from countenance.cli.root import app


def run(folder: Path, *arguments: str) -> Result:
    """What a command does with the state in a folder."""
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(folder)])


def run_json(folder: Path, *arguments: str) -> Any:
    """What a command tells programs, which has to be all that it says."""
    result = run(folder, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
