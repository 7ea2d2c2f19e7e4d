"""``ensure_admin`` makes a first administrator, once."""

from django.core.management import call_command

from registry.models import User


def made(capsys, **options):
    call_command("ensure_admin", **options)
    return capsys.readouterr().out


def test_an_empty_registry_gets_an_administrator(db, capsys):
    made(capsys)
    assert User.objects.get().is_superuser


def test_the_printed_password_signs_in(db, capsys, client):
    password = made(capsys).split()[-1]
    assert client.login(username="admin", password=password)


def test_the_name_can_be_chosen(db, capsys):
    made(capsys, username="li")
    assert User.objects.get().username == "li"


def test_where_somebody_can_sign_in_nothing_is_made(db, capsys):
    User.objects.create_user("li")
    assert made(capsys) == ""
    assert User.objects.count() == 1
