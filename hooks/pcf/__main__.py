"""``python -m pcf`` is the ``pcf`` command."""

from .cli import main

main(prog_name="pcf")
