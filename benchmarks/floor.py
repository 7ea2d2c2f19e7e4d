"""The floor: a bare WSGI callable with one hand-written SQL, psycopg and orjson.

Its rows are those of ``/api/v1/programs/?region=&kind=&ordering=-updated_at
&include=terms,roles``, byte for byte (the runner compares them before it measures).
Django is there at the start only, for the labels of codes and the database's address.
"""

import os
import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import django
import orjson
import psycopg
from psycopg.types.json import set_json_loads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.utils.translation import override  # noqa: E402

from programs.models import Program, ProgramRole, Term  # noqa: E402
from programs.models.instruments import INSTRUMENT_OF_KIND, Instrument  # noqa: E402

PAGE = """
WITH page AS (
  (SELECT code, updated_at FROM programs_program
   WHERE province = %(province)s AND region_id >= %(first)s AND region_id < %(end)s
     AND kind = %(kind)s AND publication = 'published'
   ORDER BY updated_at DESC, code DESC LIMIT 50)
  UNION
  (SELECT p.code, p.updated_at FROM programs_program_places AS l
   JOIN programs_program AS p ON p.code = l.program_id
   WHERE l.region_id >= %(first)s AND l.region_id < %(end)s
     AND p.kind = %(kind)s AND p.publication = 'published'
   ORDER BY p.updated_at DESC, p.code DESC LIMIT 50)
  ORDER BY updated_at DESC, code DESC LIMIT 50
)
SELECT p.code, p.name, p.name_en, p.kind, p.stip_instrument, p.lifecycle,
  p.fund_strategy, p.fund_vehicle, p.region_id, r.name, p.summary, p.eligibility,
  p.launched, p.ended, p.website, p.verified_on, p.updated_at,
  (SELECT json_agg(json_build_array(t.code, t.kind, t.applies_to, t.comparator,
      trim_scale(t.value)::text, trim_scale(t.value_to)::text,
      trim_scale(t.previous)::text, t.unit, t.per, t.base, t.frequency, t.condition,
      t.as_written, t.restates_id, s.code, s.document_id, s.locator, d.url,
      t.verified_on,
      to_char(t.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+08:00')
    ORDER BY t.passage_id, t."order", t.code)
   FROM programs_term AS t
   JOIN programs_passage AS s ON s.code = t.passage_id
   JOIN programs_document AS d ON d.code = s.document_id
   WHERE t.program_id = p.code AND t.publication = 'published'
     AND s.publication = 'published' AND d.publication = 'published'),
  (SELECT json_agg(json_build_array(o.role, a.code, a.name, o.as_written, o.since)
    ORDER BY o."order", o.code)
   FROM programs_programrole AS o LEFT JOIN programs_agency AS a ON a.code = o.agency_id
   WHERE o.program_id = p.code AND (a.code IS NULL OR a.publication = 'published'))
FROM page JOIN programs_program AS p ON p.code = page.code
JOIN programs_region AS r ON r.code = p.region_id
ORDER BY page.updated_at DESC, page.code DESC
"""


def labels(choices: Any) -> Callable[[str], dict[str, str] | None]:
    with override("zh-hans"):
        return {c.value: {"code": c.value, "label": str(c.label)} for c in choices}.get


kinds, lifecycles = labels(Program.Kind), labels(Program.Lifecycle)
strategies, vehicles = labels(Program.FundStrategy), labels(Program.FundVehicle)
instruments, roles = labels(Instrument), labels(ProgramRole.Role)
term_kinds, pers = labels(Term.Kind), labels(Term.Per)
frequencies = labels(Term.Frequency)


def amount(value: str | None, unit: str) -> str | None:
    if value is None or unit not in ("CNY", "USD", "HKD"):
        return value
    whole, _point, decimals = f"{Decimal(value):f}".partition(".")
    return f"{whole}.{decimals:0<2}"


def term(row: list[Any]) -> dict[str, Any]:
    (
        code, kind, applies_to, comparator, value, value_to, previous, unit, per, base,
        frequency, condition, as_written, restates, passage, document, locator, url,
        verified_on, updated_at,
    ) = row  # fmt: skip
    return {
        "code": code, "kind": term_kinds(kind), "applies_to": applies_to,
        "comparator": comparator, "value": amount(value, unit),
        "value_to": amount(value_to, unit), "previous": amount(previous, unit),
        "unit": unit, "per": pers(per), "base": base,
        "frequency": frequencies(frequency), "condition": condition,
        "as_written": as_written, "restates": restates,
        "passage": {
            "code": passage, "document": document, "locator": locator, "url": url,
        },
        "verified_on": verified_on, "updated_at": updated_at,
    }  # fmt: skip


def role(row: list[Any]) -> dict[str, Any]:
    played, agency, name, as_written, since = row
    of = {"code": agency, "label": name} if agency else None
    return {
        "role": roles(played),
        "agency": of,
        "as_written": as_written,
        "since": since,
    }


def program(row: tuple[Any, ...]) -> dict[str, Any]:
    (
        code, name, name_en, kind, instrument, lifecycle, strategy, vehicle, region,
        region_name, summary, eligibility, launched, ended, website, verified_on,
        updated_at, terms, played,
    ) = row  # fmt: skip
    return {
        "code": code, "name": name, "name_en": name_en, "kind": kinds(kind),
        "instrument": instruments(instrument or INSTRUMENT_OF_KIND[kind]),
        "lifecycle": lifecycles(lifecycle), "fund_strategy": strategies(strategy),
        "fund_vehicle": vehicles(vehicle),
        "region": {"code": region, "label": region_name}, "summary": summary,
        "eligibility": eligibility, "launched": launched, "ended": ended,
        "website": website, "verified_on": verified_on, "updated_at": updated_at,
        "terms": [term(one) for one in terms or ()],
        "roles": [role(one) for one in played or ()],
    }  # fmt: skip


kept = threading.local()


def connection() -> psycopg.Connection[Any]:
    """This thread's own, kept."""
    if not hasattr(kept, "connection"):
        given = settings.DATABASES["default"]
        kept.connection = psycopg.connect(
            host=given["HOST"], user=given["USER"], dbname=given["NAME"],
            autocommit=True, options="-c TimeZone=Asia/Shanghai",
        )  # fmt: skip
        set_json_loads(orjson.loads, kept.connection)
    found: psycopg.Connection[Any] = kept.connection
    return found


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    asked = parse_qs(environ["QUERY_STRING"])
    province = asked["region"][0][:2]
    found = connection().execute(
        PAGE,
        {
            "province": province, "first": province, "end": str(int(province) + 1),
            "kind": asked["kind"][0],
        },
    )  # fmt: skip
    body = orjson.dumps({"results": [program(row) for row in found]})
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
