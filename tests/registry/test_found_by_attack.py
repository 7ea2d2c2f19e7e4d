"""What an attack on the finished registry found, and stays mended."""

import pickle
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache.backends.redis import RedisSerializer

from registry.admin import lists, paging, publishing
from registry.signed_values import NotOurs, SignedValues
from tests import builders

OWN = "/admin/password_change/"
CHOICES = (
    "/admin/autocomplete/?app_label=programs&model_name=programrole&field_name=agency"
)


class Runs:
    """Pickled by somebody who got into Redis."""

    def __reduce__(self):
        return pytest.fail, ("it ran",)


def test_what_others_wrote_into_redis_is_not_run():
    with pytest.raises(NotOurs):
        SignedValues().loads(pickle.dumps(Runs()))


@pytest.mark.parametrize("value", [({"ETag": '"1"'}, b"{}"), timedelta(1), True, -7])
def test_what_the_registry_wrote_is_read(value):
    serializer = SignedValues()
    written = serializer.dumps(value)
    sent = written if isinstance(written, bytes) else str(written).encode()
    assert serializer.loads(sent) == value


def test_a_key_that_gave_way_reads_what_it_wrote(settings):
    written = SignedValues().dumps(("kept", b"answer"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert SignedValues().loads(written) == ("kept", b"answer")
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotOurs):
        SignedValues().loads(written)


@pytest.mark.parametrize("name", ["default", "counters"])
def test_every_cache_in_redis_is_read_so(name):
    from registry import caches

    found = caches.configuration("redis://127.0.0.1:1/0")[name]
    assert found["OPTIONS"]["serializer"] == "registry.signed_values.SignedValues"
    assert issubclass(SignedValues, RedisSerializer)


@pytest.mark.django_db
def test_a_page_of_choices_that_no_database_reaches_is_none(admin_client):
    for page in ("99999999999999999999", str(2**62), "0", "-1"):
        assert admin_client.get(f"{CHOICES}&term=a&page={page}").status_code == 404


@pytest.mark.django_db
def test_the_present_password_is_not_guessed_without_end(client, settings):
    settings.SIGN_IN_ATTEMPTS = 3
    li = get_user_model().objects.create_superuser("li", password="right-and-long")
    client.force_login(li)
    new = {"new_password1": "another-long-one", "new_password2": "another-long-one"}
    for _time in range(3):
        client.post(OWN, {"old_password": "guess", **new})
    # Nor does the right one help before the pause is over.
    answer = client.post(OWN, {"old_password": "right-and-long", **new})
    li.refresh_from_db()
    assert li.check_password("right-and-long")
    assert answer.context["form"].errors.as_data()["old_password"][0].code == "too_many"


@pytest.mark.django_db
def test_a_new_password_may_be_refused_as_often_as_it_takes(client, settings):
    settings.SIGN_IN_ATTEMPTS = 3
    li = get_user_model().objects.create_superuser("li", password="right-and-long")
    client.force_login(li)
    for new in ("short", "12345678901234", "password1234", "li", "another-long-one"):
        client.post(
            OWN,
            {"old_password": "right-and-long", "new_password1": new,
             "new_password2": new},
        )  # fmt: skip
    li.refresh_from_db()
    assert li.check_password("another-long-one")


@pytest.mark.django_db
@pytest.mark.parametrize("page", [OWN, f"{OWN}done/", "/admin/"])
def test_no_page_of_the_admin_is_kept_by_browsers(admin_client, page):
    assert "no-store" in admin_client.get(page)["Cache-Control"]


@pytest.mark.django_db
def test_the_values_of_filters_are_not_counted_over_a_long_list(
    admin_client, monkeypatch
):
    place = builders.region()
    for number in range(4):
        builders.program(place, f"310000-dai{number}", name=f"贷{number}")
    here = "/admin/programs/program/?_facets=True"
    assert admin_client.get(here).context["cl"].add_facets
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    for query in ("", "&q=贷2"):
        assert not admin_client.get(here + query).context["cl"].add_facets


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["publish", "withdraw"])
def test_a_long_list_is_not_published_at_one_go(admin_client, monkeypatch, step):
    monkeypatch.setattr(publishing, "MOST", 2)
    place = builders.region()
    for number in range(3):
        builders.program(place, f"310000-dai{number}", name=f"贷{number}")
    sent = {"action": f"{step}_selected", "select_across": "1", "index": "0"}
    here = "/admin/programs/program/"
    one = sent | {"select_across": "0", "_selected_action": "310000-dai0"}
    assert admin_client.post(here, one).status_code == 200
    answer = admin_client.post(here, sent | one | {"select_across": "1"}, follow=True)
    assert [str(m) for m in answer.context["messages"]] == [
        "请减少所选:一次最多 2 条。"
    ]
