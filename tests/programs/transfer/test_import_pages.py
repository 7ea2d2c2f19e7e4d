"""The pages of an import: files chosen, looked at, imported, by whom they may be."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from programs.bundles import BUNDLES
from programs.models import Program
from registry.admin import imports
from registry.models import Change, Entry, Upload, User
from registry.transfer.reading import read
from tests import builders

NEW = "code,name,kind,region\n310000-kejidai,科技贷,loan,310000\n"
PAGE = reverse("admin:programs_program_import")


def csv_file(text, name="programs.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text.encode(encoding))


@pytest.fixture
def send(admin_client):
    """Sends files; gives the dry run's page, its address with it."""

    def post(*files, client=admin_client):
        sent = client.post(PAGE, {"sent": files})
        assert sent.status_code == 302, sent.context["form"].errors
        page = client.get(sent["Location"])
        page.address = sent["Location"]
        return page

    return post


@pytest.fixture
def confirm(admin_client):
    """Confirms what a dry run showed, with a reason."""

    def post(page, reason="核对", client=admin_client):
        digest = page.context["outcome"].digest
        return client.post(page.address, {"digest": digest, "reason": reason})

    return post


def test_the_dry_run_tells_what_is_new(program, send):
    assert "科技贷" in send(csv_file(NEW)).content.decode()


def test_the_dry_run_tells_what_changes_field_by_field(program, send):
    page = send(csv_file(f"code,name\n{program.pk},新动力贷2.0\n"))
    assert "<del>新动力贷</del>" in page.content.decode()
    assert "<ins>新动力贷2.0</ins>" in page.content.decode()


def test_the_dry_run_counts_what_stays(program, send):
    page = send(csv_file(f"code,name\n{program.pk},新动力贷\n"))
    assert page.context["outcome"].total == {"unchanged": 1}


def test_the_dry_run_tells_what_is_wrong_by_row_and_column(program, send):
    page = send(csv_file(NEW + "310000-b,乙,lone,310000\n"))
    (problem,) = page.context["outcome"].problems
    assert (problem.table, problem.row, problem.column) == ("programs", 3, "kind")


def test_the_dry_run_writes_nothing(program, send):
    before = Entry.objects.count()
    send(csv_file(NEW))
    assert Entry.objects.count() == before


def test_confirmed_it_is_written(program, send, confirm):
    confirm(send(csv_file(NEW)))
    assert Program.objects.get(pk="310000-kejidai").name == "科技贷"


@pytest.mark.django_db(transaction=True)
def test_it_is_written_in_the_name_of_who_confirmed(program, send, confirm):
    confirm(send(csv_file(NEW)), reason="新表")
    change = Change.objects.order_by("id").last()
    assert (change.actor, change.reason, change.path) == ("admin", "新表", "import")


def test_after_somebody_elses_change_it_is_looked_at_again(program, send, confirm):
    page = send(csv_file(f"code,name\n{program.pk},新动力贷2.0\n"))
    Program.objects.update(name="别人的")
    answer = confirm(page)
    assert "<del>别人的</del>" in answer.content.decode()
    assert Program.objects.get().name == "别人的"


def test_without_what_was_looked_at_nothing_is_written(program, send, admin_client):
    page = send(csv_file(NEW))
    admin_client.post(page.address, {"reason": "核对"})
    assert not Program.objects.filter(pk="310000-kejidai").exists()


def test_a_change_of_what_is_published_asks_for_a_reason(program, send, confirm):
    page = send(csv_file(f"code,name\n{program.pk},新动力贷2.0\n"))
    assert confirm(page, reason="").context["notes"]
    assert Program.objects.get().name == "新动力贷"


def test_what_was_imported_is_kept_no_longer(program, send, confirm):
    confirm(send(csv_file(NEW)))
    assert not Upload.objects.exists()


def test_what_nobody_confirmed_is_kept_for_a_day(program, send):
    send(csv_file(NEW))
    Upload.objects.update(at=timezone.now() - timedelta(hours=25))
    send(csv_file(NEW))
    assert Upload.objects.count() == 1


def test_nobody_sees_anothers_upload(program, send, client):
    page = send(csv_file(NEW))
    other = User.objects.create_superuser("wang", password="x")
    client.force_login(other)
    assert client.get(page.address).status_code == 404


def test_gb18030_is_read(program, send):
    page = send(csv_file(NEW, encoding="gb18030"))
    assert "科技贷" in page.content.decode()


def test_several_files_are_one_import(program, send, confirm):
    roles = "program,role,order,as_written\n310000-kejidai,lead,1,科技处\n"
    confirm(send(csv_file(NEW), csv_file(roles, "roles.csv")))
    assert Program.objects.get(pk="310000-kejidai").roles.get().as_written == "科技处"


def test_more_rows_than_a_page_can_take_are_a_commands_work(program, send, monkeypatch):
    monkeypatch.setattr(imports, "MOST_ROWS", 1)
    page = send(csv_file(NEW + "310000-b,乙,loan,310000\n"))
    (problem,) = page.context["outcome"].problems
    assert "2" in str(problem.sentence)


def test_files_too_large_are_refused(program, admin_client, monkeypatch):
    monkeypatch.setattr(imports, "MOST_BYTES", 10)
    answer = admin_client.post(PAGE, {"sent": [csv_file(NEW)]})
    assert answer.context["form"].errors["sent"]


def test_readers_take_out_but_bring_nothing_back(program, signed_in):
    reader = signed_in("reader")
    assert reader.get(PAGE).context["form"] is None
    assert reader.post(PAGE, {"sent": [csv_file(NEW)]}).status_code == 403


def test_analysts_import_drafts(program, signed_in, send, confirm):
    analyst = signed_in("analyst")
    confirm(send(csv_file(NEW), client=analyst), client=analyst)
    assert Program.objects.filter(pk="310000-kejidai").exists()


def test_analysts_change_nothing_that_is_published(program, signed_in, send):
    text = f"code,name\n{program.pk},改\n"
    page = send(csv_file(text), client=signed_in("analyst"))
    (problem,) = page.context["outcome"].problems
    assert program.pk in str(problem.sentence)


def test_an_export_holds_what_the_list_shows(program, admin_client):
    builders.program(program.region, code="310000-kejidai", kind="insurance")
    address = reverse("admin:programs_program_export", args=["xlsx"])
    answer = admin_client.get(address, {"kind__exact": "insurance"})
    file = io.BytesIO(b"".join(answer.streaming_content))
    sheets = read([("programs.xlsx", file)], BUNDLES["programs"].tables)
    rows = [row.cells["code"] for row in sheets[0]]
    assert rows == ["310000-kejidai"]


def test_an_export_refuses_filters_that_it_does_not_know(program, admin_client):
    address = reverse("admin:programs_program_export", args=["xlsx"])
    assert admin_client.get(address, {"kin": "loan"}).status_code == 400


def test_an_export_of_another_kind_of_file_is_refused(program, admin_client):
    address = reverse("admin:programs_program_export", args=["pdf"])
    assert admin_client.get(address).status_code == 400


def test_the_template_reads_back_as_empty_tables(program, admin_client):
    answer = admin_client.get(reverse("admin:programs_program_template"))
    file = io.BytesIO(b"".join(answer.streaming_content))
    book = openpyxl.load_workbook(file)
    assert "programs" in book.sheetnames
    assert [cell.value for cell in book["programs"][1]][:2] == ["code", "name"]
