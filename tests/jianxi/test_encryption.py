"""Personal data at rest: unreadable without the key, found by hash, rotated without a trace."""

import base64

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection

from jianxi.crypto import Undecipherable, decrypt, encrypt, key_id, keyed_hash
from tests.factories import in_region, make_trainee
from trainees.models import Trainee

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()
SM4 = "sm4-gcm:" + base64.b64encode(b"4" * 16).decode()


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.ENCRYPTION_KEYS = {"test-old": OLD, "test-new": NEW, "test-sm4": SM4}
    settings.ENCRYPTION_ACTIVE_KEY = "test-old"


@pytest.mark.parametrize("key", ["test-old", "test-sm4"])
def test_what_was_encrypted_is_read_back(settings, key):
    settings.ENCRYPTION_ACTIVE_KEY = key
    stored = encrypt("50010319990101123X", "trainee.document")
    assert decrypt(stored, "trainee.document") == "50010319990101123X"
    assert key_id(stored) == key
    assert b"1999" not in stored


def test_the_same_text_is_never_stored_alike():
    assert encrypt("13800000000") != encrypt("13800000000")


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(Undecipherable):
        decrypt(encrypt("13800000000", "trainee.phone"), "trainee.card")


def test_a_value_that_was_changed_does_not_open():
    stored = bytearray(encrypt("13800000000"))
    stored[-1] ^= 1
    with pytest.raises(Undecipherable):
        decrypt(bytes(stored))


def test_hashes_depend_on_kind_and_key(settings):
    before = keyed_hash("phone", "13800000000")
    assert before == keyed_hash("phone", " 13800000000 ")
    assert before != keyed_hash("card", "13800000000")
    settings.HASH_KEY = "another"
    assert before != keyed_hash("phone", "13800000000")


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched():
    with in_region("chongqing"), pytest.raises(FieldError):
        Trainee.objects.filter(phone="13800000000")


@pytest.mark.django_db
def test_rotation_covers_rows_and_history_and_leaves_no_trace(settings, capsys):
    with in_region("chongqing") as region:
        trainee = make_trainee(region, phone="13800000000")
        trainee.phone = "13900000000"
        trainee.save()
        settings.ENCRYPTION_ACTIVE_KEY = "test-new"
        call_command("rotate_keys")
        told = capsys.readouterr().out
        assert "trainees_trainee.phone: 1\n" in told
        assert "trainees_traineeevent.phone: 2\n" in told
        settings.ENCRYPTION_KEYS = {"test-new": NEW}
        phones = [event.phone for event in Trainee.pgh_event_model.objects.order_by("pgh_id")]
        assert phones == ["13800000000", "13900000000"]
        assert Trainee.objects.get().phone == "13900000000"
        call_command("rotate_keys")
        assert capsys.readouterr().out.endswith("test-new: 0\n")


@pytest.mark.django_db
def test_tables_hold_no_readable_number():
    with in_region("chongqing") as region:
        make_trainee(region, phone="13800000000", bank_card="6222020000000000000")
        with connection.cursor() as cursor:
            for table in ("trainees_trainee", "trainees_traineeevent"):
                cursor.execute(
                    f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", ["%1380000%"]
                )
                assert cursor.fetchone()[0] == 0
                cursor.execute(f"SELECT encode(phone, 'escape') FROM {table}")
                assert "13800000000" not in cursor.fetchone()[0]
