"""Users, the bases of every table, the journal, proposals, uploads, links."""

from registry.models.journal import Action, Change, Entry, PublicRevision
from registry.models.links import Link
from registry.models.people import FailedSignIns, User
from registry.models.proposals import Proposal
from registry.models.records import (
    Coded,
    CodedQuerySet,
    CodedRecord,
    Conflict,
    Owned,
    OwnedRecord,
    Publication,
    Record,
    RecordQuerySet,
    public,
    states_seen,
    verified_within,
    visible,
)
from registry.models.tokens import Token
from registry.models.uploads import Upload

__all__ = [
    "Action",
    "Change",
    "Coded",
    "CodedQuerySet",
    "CodedRecord",
    "Conflict",
    "Entry",
    "FailedSignIns",
    "Link",
    "Owned",
    "OwnedRecord",
    "Proposal",
    "PublicRevision",
    "Publication",
    "Record",
    "RecordQuerySet",
    "Token",
    "Upload",
    "User",
    "public",
    "states_seen",
    "verified_within",
    "visible",
]
