"""The sheets of a workbook that are no tables: what they explain is not read."""

EXPLANATION = "说明"
CHOICES = "选项"
# Before the name of the table whose codes are listed.
CODES_OF = "代码 "


def explains(name: str) -> bool:
    """Whether a sheet of that name belongs to the template and holds no rows."""
    return name in (EXPLANATION, CHOICES) or name.startswith(CODES_OF)
