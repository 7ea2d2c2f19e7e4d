"""Change a cell in LibreOffice; for a Python that has its bridge (python3-uno).

    office_edit.py SOURCE OPENING TARGET SAVING SHEET CELL TEXT

OPENING and SAVING are a filter's name and its options, with "|" between.
"""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ATTEMPTS = 300


def filtered(text, **more):
    name, _bar, options = text.partition("|")
    values = {"FilterName": name, "FilterOptions": options} | more
    return tuple(PropertyValue(Name=n, Value=v) for n, v in values.items())


def connected(pipe):
    """The desktop of the office that listens there, which takes seconds to start."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    for _attempt in range(ATTEMPTS):
        try:
            there = resolver.resolve(address)
        except NoConnectException:
            threading.Event().wait(0.1)
        else:
            return there.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    raise SystemExit("LibreOffice does not answer.")


source, opening, target, saving, sheet, cell, text = sys.argv[1:]
with tempfile.TemporaryDirectory() as profile:
    pipe = Path(profile).name
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            f"--accept=pipe,name={pipe};urp",
        ],
        stderr=subprocess.DEVNULL,
    )
    desktop = connected(pipe)
    book = desktop.loadComponentFromURL(
        Path(source).as_uri(), "_blank", 0, filtered(opening, Hidden=True)
    )
    book.Sheets.getByIndex(int(sheet)).getCellRangeByName(cell).setFormula(text)
    book.storeToURL(Path(target).as_uri(), filtered(saving))
    book.close(True)
    desktop.terminate()
    office.wait(30)
