"""Log lines are JSON, carry the request's id, and hold no personal data."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.db import IntegrityError, connection, transaction

from jianxi import logs

ID_NUMBER = "510212199001011234"
PHONE = "13800138000"


@pytest.fixture
def lines():
    """What is logged from here on, read back."""
    written = io.StringIO()
    configuration = logs.config(level="INFO")
    configuration["handlers"]["lines"]["stream"] = written
    logging.config.dictConfig(configuration)

    def read() -> list[dict]:
        return [json.loads(line) for line in written.getvalue().splitlines()]

    read.text = written.getvalue
    yield read
    logging.config.dictConfig(logs.config(level="WARNING"))


def test_a_request_is_one_line_with_the_id_its_answer_tells(client, lines):
    response = client.get("/healthz", HTTP_USER_AGENT="browser")
    (line,) = lines()
    assert {key: line[key] for key in ("event", "request", "code", "level", "request_id")} == {
        "event": "request_finished",
        "request": "GET /healthz",
        "code": 200,
        "level": "info",
        "request_id": response["X-Request-ID"],
    }


def test_what_was_asked_for_is_not_logged(client, lines):
    client.get("/healthz", {"q": ID_NUMBER, "name": "张三"})
    assert ID_NUMBER not in lines.text()
    assert "张三" not in lines.text()
    assert lines()[0]["request"] == "GET /healthz"


def test_a_request_that_comes_with_a_message_does_not_show_its_query(lines, rf):
    request = rf.get("/people", {"name": "张三"})
    logging.getLogger("django.security.csrf").warning("refused", extra={"request": request})
    assert lines()[0]["request"] == "WSGIRequest"


@pytest.mark.parametrize("number", [ID_NUMBER, "51021219900101123X", PHONE, "6222021234567890123"])
def test_long_numbers_are_masked_wherever_they_turn_up(number, lines):
    logging.getLogger("any").warning("found %s in the file", number)
    structlog.get_logger("any").warning(f"found {number}", detail=f"row {number}")
    first, second = lines()
    assert first["event"] == "found … in the file"
    assert (second["event"], second["detail"]) == ("found …", "row …")


def test_identifiers_of_requests_and_jobs_stay_whole(lines):
    structlog.get_logger("any").info("done", task_id="00000000-0000-0000-0000-123456789012")
    assert lines()[0]["task_id"] == "00000000-0000-0000-0000-123456789012"


@pytest.mark.django_db
def test_a_fault_tells_what_broke_and_where_but_not_the_row(lines):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE people (name text CONSTRAINT one_name UNIQUE)")
        cursor.execute("INSERT INTO people VALUES ('张三')")
        try:
            with transaction.atomic():
                cursor.execute("INSERT INTO people VALUES ('张三')")
        except IntegrityError:
            logging.getLogger("any").exception("not stored")
    (line,) = lines()
    assert "张三" not in lines.text()
    outer, inner = line["faults"]
    assert outer["type"] == "django.db.utils.IntegrityError"
    assert inner["type"] == "psycopg.errors.UniqueViolation"
    assert (inner["sqlstate"], inner["constraint_name"]) == ("23505", "one_name")
    assert outer["at"][0].startswith("tests/jianxi/test_logs.py:")


def test_words_of_a_failed_job_are_left_out(lines):
    error = ValueError("张三")
    structlog.get_logger("any").error("task_failed", error=str(error), exception=error)
    assert lines()[0].keys() == {"event", "logger", "level", "timestamp"}


def test_a_fault_within_a_fault_does_not_repeat_itself_forever(lines):
    try:
        try:
            raise ValueError("inner")
        except ValueError as error:
            raise KeyError("outer") from error
    except KeyError:
        logging.getLogger("any").exception("both")
    assert [fault["type"] for fault in lines()[0]["faults"]] == [
        "builtins.KeyError",
        "builtins.ValueError",
    ]
