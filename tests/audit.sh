#!/usr/bin/env bash
# Ask whether a package that the registry runs on has a known weakness: fails if one has.
# Where nobody can be asked it says so, loudly, and fails only if AUDIT_REQUIRED is set.
#   tests/audit.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."

# In an environment of its own, since it brings twenty packages that nothing else needs.
version=2.10.1
tools=var/audit-$version
unknown() {
    echo "!! 未能核查依赖包的已知漏洞 · NOT AUDITED: $1" >&2
    [[ -z "${AUDIT_REQUIRED:-}" ]]
    exit
}
if [[ ! -e $tools/whole ]]; then
    rm -rf "$tools"
    "$1" -m venv "$tools"
    timeout 120 "$tools/bin/pip" install --quiet --disable-pip-version-check \
        --retries 0 "pip-audit==$version" >/dev/null 2>&1 ||
        unknown "pip-audit $version can't be installed"
    touch "$tools/whole"
fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT
timeout 120 "$tools/bin/pip-audit" --requirement requirements.txt --disable-pip --no-deps \
    --format json --progress-spinner off >"$said" 2>"$said.errors" || true
errors=$(tail -n 1 "$said.errors")
rm -f "$said.errors"
status=0
"$tools/bin/python" - "$said" <<'PYTHON' || status=$?
import json
import sys

try:
    with open(sys.argv[1]) as said:
        packages = json.load(said)["dependencies"]
except ValueError:
    # It said why among its errors.
    sys.exit(5)
found = [
    f"{package['name']} {package['version']}: {weakness['id']}, mended in"
    f" {', '.join(weakness['fix_versions']) or 'no release yet'}"
    for package in packages
    for weakness in package.get("vulns", [])
]
print("\n".join(found))
unasked = [package["name"] for package in packages if "skip_reason" in package]
if unasked:
    print(f"{len(unasked)} of {len(packages)} packages not known there:", *unasked[:5])
sys.exit(3 if found else 4 if unasked else 0)
PYTHON
case $status in
    0) echo "No known weakness in requirements.txt" ;;
    3) exit 1 ;;
    4) unknown "whoever was asked does not know these packages" ;;
    *) unknown "$errors" ;;
esac
