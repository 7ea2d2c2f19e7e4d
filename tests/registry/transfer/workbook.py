"""Workbooks as Excel, WPS and others write them, put together from their parts."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def headings(*names):
    """The first row."""
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in names)
    return f'<row r="1">{cells}</row>'


def workbook(
    rows="",
    *,
    sheets=("terms",),
    formats=(),
    strings="",
    behind="",
    parts=None,
    before="",
    settings="",
):
    """The bytes of a workbook whose every sheet has these rows.

    ``formats`` are number formats, or their numbers, of the styles 1, 2 and on;
    ``behind`` follows the rows, ``before`` the XML declaration of each sheet; ``parts``
    are further files, or others in place of those made here.
    """
    own = "".join(
        f'<numFmt numFmtId="{200 + place}" formatCode="{format_}"/>'
        for place, format_ in enumerate(formats)
        if isinstance(format_, str)
    )
    styles = "".join(
        f'<xf numFmtId="{format_ if isinstance(format_, int) else 200 + place}"/>'
        for place, format_ in enumerate(formats)
    )
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"{settings}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}'
        f'<Relationship Id="s" Type="{OFFICE}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    } | (parts or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        for number in range(1, len(sheets) + 1):
            path = f"xl/worksheets/sheet{number}.xml"
            if path in files:
                continue
            with archive.open(path, "w") as sheet:
                opening = f'{DECLARED}{before}<worksheet xmlns="{MAIN}"><sheetData>'
                sheet.write(opening.encode())
                for piece in [rows] if isinstance(rows, str) else rows:
                    sheet.write(piece.encode())
                sheet.write(f"</sheetData>{behind}</worksheet>".encode())
    return buffer.getvalue()
