#!/usr/bin/env bash
# Fail where a text lacks its Chinese, is fuzzy, is no longer in the code, or was not
# compiled: the catalogues are compared with what makemessages collects now.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v xgettext msgfmt >/dev/null; then
    echo "缺少 gettext · gettext is needed; on Debian: apt-get install gettext" >&2
    exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
complain() {
    echo "$1: $2" >&2
    failed=1
}

python=$PWD/.venv/bin/python
cp -r registry programs manage.py "$folder"
texts() { # of a catalogue: what is to be translated
    msgattrib --no-obsolete --no-wrap --sort-output "$1" | grep -E '^msg(ctxt|id|id_plural) '
}
for app in registry programs; do
    catalogue=$app/locale/zh_Hans/LC_MESSAGES/django
    (cd "$folder/$app" && "$python" ../manage.py makemessages --locale zh_Hans --no-location >/dev/null)
    if ! diff <(texts "$catalogue.po") <(texts "$folder/$catalogue.po"); then
        complain "$catalogue.po" "与代码不一致 · out of step with the code: make translations"
    fi
    if [[ -n $(msgattrib --untranslated --no-obsolete "$catalogue.po") ]]; then
        complain "$catalogue.po" "有未翻译文本 · lacks translations"
    fi
    if [[ -n $(msgattrib --only-fuzzy --no-obsolete "$catalogue.po") ]]; then
        complain "$catalogue.po" "有待核文本 · has fuzzy translations"
    fi
    if ! msgfmt --check --output-file=- "$catalogue.po" | cmp -s - "$catalogue.mo"; then
        complain "$catalogue.mo" "与 .po 不一致 · out of step with its .po: make translations"
    fi
done
exit "$failed"
