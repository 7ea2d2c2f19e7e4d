#!/usr/bin/env bash
# Bring .venv up to the pinned requirements; instant where it is:
#   tests/installed.sh run|develop PYTHON
# A note of what is installed is written last, so an interrupted call is taken up again.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ $1 == develop ]]; then
    requirements=requirements-dev.txt
else
    requirements=requirements.txt
fi

# The folder belongs to it: what pip installs does not survive a move.
wanted() {
    pwd
    cat requirements.txt
    [[ $1 == run ]] || cat requirements-dev.txt
}

current() {
    [[ -x .venv/bin/python ]] && wanted "$1" | cmp -s - ".venv/installed-$1"
}

if current "$1"; then
    exit
fi

if ! "$2" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "需要 Python 3.11 或更新版本:make PYTHON=…" >&2
    echo "Python 3.11 or newer is needed, found as python3: make PYTHON=…" >&2
    exit 1
fi
if ! "$2" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "缺少 venv 模块:apt-get install python3-venv" >&2
    echo "This Python lacks venv; on Debian: apt-get install python3-venv" >&2
    exit 1
fi
# A link leads to the .venv of another folder, which is none of ours to clear.
[[ ! -L .venv ]] || rm .venv
# Half made, its Python gone, or copied from elsewhere: made anew.
if [[ "$(.venv/bin/pip --version 2>/dev/null)" != *" $PWD/.venv/"* ]]; then
    "$2" -m venv --clear .venv
fi
echo "安装依赖 · Installing $requirements"
rm -f .venv/installed-*
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
wanted run >.venv/installed-run
[[ $1 == run ]] || wanted develop >.venv/installed-develop
