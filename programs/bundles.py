"""What can be exported and imported: each kind of record with the rows it owns.

A bundle is named as its list in the API; see `registry.transfer.bundles`.
"""

from programs.models import (
    Agency,
    AgencyAlias,
    Case,
    Citation,
    Document,
    DocumentRole,
    Fund,
    Measure,
    Observation,
    Passage,
    Platform,
    Program,
    ProgramLink,
    ProgramRole,
    Responsibility,
    SpecialistBranch,
    Target,
    Term,
)
from registry.transfer.bundles import Bundle, Part

OF_PROGRAMS = (
    Part("roles", ProgramRole, "program"),
    Part("links", ProgramLink, "program"),
    Part("citations", Citation, "program"),
    Part("terms", Term, "program"),
)
ALIASES = Part("aliases", AgencyAlias, "agency")

BUNDLES = {
    bundle.name: bundle
    for bundle in (
        Bundle((Part("programs", Program), *OF_PROGRAMS)),
        Bundle((Part("funds", Fund, given={"kind": "fund"}), *OF_PROGRAMS)),
        Bundle((Part("platforms", Platform, given={"kind": "platform"}), *OF_PROGRAMS)),
        Bundle((Part("agencies", Agency), ALIASES)),
        Bundle((Part("branches", SpecialistBranch), ALIASES)),
        Bundle((Part("documents", Document), Part("roles", DocumentRole, "document"))),
        Bundle((Part("passages", Passage),)),
        Bundle(
            (
                Part("measures", Measure, given={"kind": "measure"}),
                Part("responsibilities", Responsibility, "passage"),
            )
        ),
        Bundle((Part("terms", Term),)),
        Bundle((Part("observations", Observation),)),
        Bundle((Part("targets", Target, given={"nature": "target"}),)),
        Bundle((Part("cases", Case),)),
    )
}
