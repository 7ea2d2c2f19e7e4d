"""Whole answers as files, so that a change of what was agreed is seen in review."""

import json
import os
from pathlib import Path

FOLDER = Path(__file__).parent / "contracts"


def check_answer(name, answer):
    """Compare with the file of that name; REWRITE_CONTRACTS=1 writes it anew."""
    text = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    file = FOLDER / f"{name}.json"
    if os.environ.get("REWRITE_CONTRACTS") == "1":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")
