"""docs/rights.md is what the code says."""

from pathlib import Path

from django.core.management import call_command

from accounts.models import Office, Role
from accounts.rights import FROM_ABOVE, RIGHTS, as_markdown
from regions.models import District

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = {"view_records", "edit_records", "import_ledger", "export_records", "void_records"}
PERSONAL |= {"reveal_personal_data"}


def test_the_document_is_drawn_from_the_table(capsys):
    call_command("rights_table")
    assert capsys.readouterr().out == as_markdown()
    assert (ROOT / "docs/rights.md").read_text(encoding="utf-8") == as_markdown()


def test_the_table_names_every_kind_and_role_and_only_rights_there_are():
    known = {codename for codename, _ in District._meta.permissions}
    assert set(RIGHTS) == set(Office.Kind)
    for roles in RIGHTS.values():
        assert set(roles) == set(Role)
        for rights in roles.values():
            assert len(rights) == len(set(rights))
            assert set(rights) - known == set()
    assert FROM_ABOVE - known == set()


def test_every_right_is_held_by_someone():
    held = {right for roles in RIGHTS.values() for rights in roles.values() for right in rights}
    assert held == {codename for codename, _ in District._meta.permissions}


def test_other_departments_never_reach_personal_data():
    narrow = {right for rights in RIGHTS[Office.Kind.DEPARTMENT].values() for right in rights}
    assert narrow & PERSONAL == set()


def test_a_viewer_and_an_admin_change_no_records():
    for role in (Role.VIEWER, Role.ADMIN):
        assert "edit_records" not in RIGHTS[Office.Kind.HUMAN_RESOURCES][role]
