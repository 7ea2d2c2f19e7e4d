"""A copy of the registry that follows it: what is published, row for row.

    python mirror.py https://registry.example/api/v1/ mirror.json

Run it as often as you like: it reads only what changed since the last time. The file
has "records", kind → code → {"row", "parts"}, and "next", where to go on. Needs nothing
but Python.
"""

import json
import os
import sys
import urllib.error
import urllib.request


def follow(api: str, mirror: dict) -> int:
    """Bring the mirror up to date; gives the number of states read."""
    read = 0
    address = mirror.get("next") or f"{api}changes/?page_size=200"
    while True:
        with urllib.request.urlopen(address) as answer:
            page = json.load(answer)
        for item in page["results"]:
            records = mirror["records"].setdefault(item["kind"], {})
            if item["state"] == "published":
                records[item["code"]] = {"row": item["row"], "parts": item["parts"]}
            else:  # withdrawn, merged or deleted
                records.pop(item["code"], None)
        read += len(page["results"])
        address = mirror["next"] = page["next"]
        if not page["more"]:
            return read


def main(api: str, path: str) -> None:
    mirror: dict = {"next": None, "records": {}}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            mirror = json.load(file)
    try:
        read = follow(api, mirror)
    except urllib.error.HTTPError as error:
        # 400 after the registry was restored from an older backup: begin anew.
        sys.exit(f"{error.code}: {error.read().decode()}")
    # Written beside and moved, so that a copy is never half of one.
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(mirror, file, ensure_ascii=False)
    os.replace(f"{path}.new", path)
    print(f"{read} states read, {sum(map(len, mirror['records'].values()))} records")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
