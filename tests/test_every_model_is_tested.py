"""Every model has its tests of each kind, or it is said here why it has none."""

from pathlib import Path

import pytest
from django.apps import apps

from programs.bundles import BUNDLES
from programs.models import TABLES
from tests.programs import test_every_model as of_models
from tests.programs.admin import test_every_model as of_the_admin
from tests.programs.api import test_contracts as of_the_api
from tests.programs.api import test_filter_coverage as of_filters
from tests.programs.transfer import test_exporting as of_export

TESTS = Path(__file__).resolve().parent
# What belongs to a record stands in that record's form and answer.
OWNED = {
    "AgencyAlias", "DocumentRole", "Responsibility", "ProgramRole", "ProgramLink",
    "Citation",
}  # fmt: skip
# A standard and short lists, edited one by one and never in bulk.
FEW = {"Region", "Category", "Indicator"}
EXEMPT = {"admin": OWNED, "API": OWNED, "import and export": FEW}

# What each kind of test walks over, with a test that does.
WALKED = {
    "model": (of_models.REQUIRED, of_models.test_what_a_row_must_say),
    "journal": (
        of_models.JOURNALED,
        of_models.test_raw_sql_that_deletes_a_row_leaves_its_entry,
    ),
    "admin": (of_the_admin.MODELS, of_the_admin.test_its_list_opens_with_a_search),
    "filters": (TABLES, of_filters.test_every_column_has_a_filter_or_a_reason),
    "API": (
        {view.serializer_class.Meta.model for view in of_the_api.VIEWS.values()},
        of_the_api.test_a_list_is_as_agreed,
    ),
    "import and export": (
        {part.model for bundle in BUNDLES.values() for part in bundle.parts},
        of_export.test_all_that_ships_comes_back_unchanged,
    ),
}
# Of these, the module of the machinery's tests that tries the model.
MACHINERY = {
    "Change": "registry/test_journal.py",
    "Entry": "registry/test_journal.py",
    "PublicRevision": "registry/test_public_revisions.py",
    "Link": "programs/test_check_links.py",
    "User": "registry/test_users.py",
    "FailedSignIns": "registry/test_sign_in.py",
    "Proposal": "programs/admin/test_review.py",
    "Token": "registry/access/test_tokens.py",
    "Upload": "programs/transfer/test_import_pages.py",
}


def registered():
    """The models of what is registered, proxies too."""
    return list(apps.get_app_config("programs").get_models())


def names(models):
    return {model.__name__ for model in models}


@pytest.mark.parametrize("kind", WALKED)
@pytest.mark.parametrize("model", registered())
def test_a_model_of_what_is_registered(model, kind):
    walked = names(WALKED[kind][0])
    tables = {model.__name__, model._meta.concrete_model.__name__}
    proxies = {
        other.__name__
        for other in registered()
        if other._meta.proxy and other._meta.concrete_model is model
    }
    exempt = model.__name__ in EXEMPT.get(kind, set())
    assert bool(walked & (tables | proxies)) != exempt


def test_a_model_of_the_machinery():
    machinery = names(apps.get_app_config("registry").get_models())
    assert machinery == MACHINERY.keys()
    for name, module in MACHINERY.items():
        assert name in (TESTS / module).read_text("utf-8"), (name, module)
