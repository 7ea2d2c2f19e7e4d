"""Names of files to download, in Chinese too (RFC 6266)."""

from urllib.parse import quote


def attachment(name: str, plain: str = "") -> str:
    """The header ``Content-Disposition`` of a download under that name.

    ``plain`` is what programs take that read only ASCII; without it the name, with
    whatever they can't read left out.
    """
    ascii_name = (plain or name).encode("ascii", "ignore").decode()
    shown = ascii_name.replace("\\", "").replace('"', "")
    said = f'attachment; filename="{shown}"'
    if name == shown:
        return said
    return f"{said}; filename*=UTF-8''{quote(name, safe='')}"
