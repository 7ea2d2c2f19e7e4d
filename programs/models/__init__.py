"""What is registered; ``TABLES`` is the order in which it loads."""

from programs.models.agencies import Agency, AgencyAlias, SpecialistBranch
from programs.models.cases import Case
from programs.models.documents import Document, DocumentRole
from programs.models.figures import Figure, Observation, Target
from programs.models.participation import Citation, ProgramLink, ProgramRole
from programs.models.passages import Measure, Passage, Responsibility
from programs.models.programs import Fund, Platform, Program
from programs.models.quantified import Comparator, Unit
from programs.models.regions import Region
from programs.models.terms import Term
from programs.models.vocabularies import Category, Indicator

# In this order every reference points backward, or through a nullable key.
TABLES = [
    Region,
    Category,
    Indicator,
    Agency,
    Document,
    Passage,
    AgencyAlias,
    DocumentRole,
    Responsibility,
    Program,
    ProgramRole,
    ProgramLink,
    Citation,
    Case,
    Term,
    Figure,
]

__all__ = [
    "TABLES",
    "Agency",
    "AgencyAlias",
    "Case",
    "Category",
    "Citation",
    "Comparator",
    "Document",
    "DocumentRole",
    "Figure",
    "Fund",
    "Indicator",
    "Measure",
    "Observation",
    "Passage",
    "Platform",
    "Program",
    "ProgramLink",
    "ProgramRole",
    "Region",
    "Responsibility",
    "SpecialistBranch",
    "Target",
    "Term",
    "Unit",
]
