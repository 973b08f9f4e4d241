"""Refuses names of private modules and attributes of others outside of the upstream files; `make lint` calls it.

Ruff sees `x._name`; it does not see a module in a text, `getattr(x, "_name")`, nor anything in R.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOMES = {"bridge/upstream.py", "rpkg/R/upstream.R"}
PRIVATE = {
    ".py": re.compile(r"tensorflow\.python|keras\.src|__globals__|(?:get|has|set|del)attr\([^()]*, f?[\"']_(?!_|fields\b)"),
    ".R": re.compile(r"tensorflow[.]python|keras[.]src|:::|register_class_filter|\"py_object\"|py_object =|\$`?_(?!_)\w"),
}


def found() -> list[str]:
    """The lines, by file and number; generated files are their generator's business."""
    files = [*ROOT.glob("bridge/**/*.py"), *(path for path in ROOT.glob("rpkg/R/*.R") if not path.name.startswith("gen-"))]
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(files)
        if str(path.relative_to(ROOT)) not in HOMES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if PRIVATE[path.suffix].search(line)
    ]


if __name__ == "__main__":
    lines = found()
    for line in lines:
        print(line)
    sys.exit(f"{len(lines)} lines belong into bridge/upstream.py or rpkg/R/upstream.R." if lines else 0)
