"""Logs: one JSON object a line, with the request's or job's id, and without personal data.

Addresses are logged without their query, faults without their words (a database quotes the row
it refuses), and any run of digits as long as a phone, document or card number is masked.
"""

import re
import sys
import traceback
from pathlib import Path

import structlog
from django_structlog.middlewares import RequestMiddleware

BASE_DIR = Path(__file__).resolve().parent.parent
LONG_NUMBER = re.compile(r"\d{11,}[Xx]?")
WORDS_OF_A_FAULT = {"error", "exception", "reason"}


class RequestLog(RequestMiddleware):
    """Logs each request and tells its id in the answer, so that a user can quote it."""

    @staticmethod
    def format_request(request) -> str:
        return f"{request.method} {request.path_info}"

    def handle_response(self, request, response):
        response["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
        super().handle_response(request, response)


def without_words(logger, method, event: dict) -> dict:
    """What broke and where, cause after cause; never what the exception says."""
    for key in WORDS_OF_A_FAULT & event.keys():
        del event[key]
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, tuple):
        fault = fault[1]
    chain = []
    while fault is not None:
        chain.append(_described(fault))
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return event | {"faults": chain} if chain else event


def _described(fault: BaseException) -> dict:
    told = {"type": f"{type(fault).__module__}.{type(fault).__qualname__}"}
    told["at"] = [
        f"{_shortened(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(fault.__traceback__)
    ]
    if diagnosis := getattr(fault, "diag", None):
        told |= {
            name: value
            for name in ("sqlstate", "table_name", "column_name", "constraint_name")
            if (value := getattr(diagnosis, name, None))
        }
    return told


def _shortened(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(BASE_DIR)) if path.is_relative_to(BASE_DIR) else filename


def without_numbers(logger, method, event: dict) -> dict:
    return {
        key: LONG_NUMBER.sub("…", value)
        if isinstance(value, str) and not key.endswith("_id")
        else value
        for key, value in event.items()
    }


def config(level: str, words: bool = False) -> dict:
    """For logging.config; structlog's own loggers go the same way.

    `words`: tell what exceptions say as well. For a developer's own machine only.
    """
    first = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *first,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": first,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info if words else without_words,
                    without_numbers,
                    structlog.processors.JSONRenderer(
                        ensure_ascii=False,
                        default=lambda value: type(value).__name__,  # a request shows its query
                    ),
                ],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},
            # told by RequestLog and by the jobs' own log, without arguments
            "django.request": {"level": "CRITICAL"},
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True},
        },
    }
