"""What the registry's snapshot holds and says of itself."""

from typing import Any

from django.db.models import Exists, OuterRef

from programs import rows
from programs.models import Document, Passage
from registry.snapshot.packing import Contents
from registry.snapshot.rows import public

NAME = "technology-finance-registry"
SAID: dict[str, Any] = {
    "title": "科技金融项目登记",
    "title@en": "Registry of technology-finance programs",
    "description": (
        "登记中已发布的全部内容:每表一个 CSV,以代码为主键和外键,空单元格即未载明。"
        "事实与数字取自公开文件(见 sources),摘要为本登记自撰;原文归各自的发布者。"
        "数据的许可未作声明,故不含 licenses;使用时请注明所据文件与本登记及其修订号。"
        "文本保持原样,未为电子表格软件作防公式处理。"
    ),
    "description@en": (
        "All that the registry has published: a CSV for each table, codes as primary"
        " and foreign keys, an empty cell where nothing is stated. Facts and figures"
        " were read from public documents (sources); summaries are the registry's own;"
        " the texts belong to their issuers. No licence of the data is stated"
        " anywhere, so there are no licenses here; name the documents, the registry"
        " and its revision where you use it. Texts are as they are, not made inert"
        " for spreadsheets."
    ),
}


def sources() -> list[dict[str, str]]:
    """The documents that something was read from: title, link if any, code."""
    read = Passage.objects.filter(public(Passage), document=OuterRef("pk"))
    documents = Document.objects.filter(public(Document), Exists(read)).order_by("pk")
    return [
        {"title": title, "code": code} | ({"path": url} if url else {})
        for code, title, url in documents.values_list("pk", "title", "url")
    ]


CONTENTS = Contents(NAME, SAID, rows.tables(), sources)
