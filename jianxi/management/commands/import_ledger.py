"""`manage.py import_ledger FILE.xlsx --region SLUG [--dry-run] [--errors OUT.xlsx]`"""

import json
import os
import sys
import tempfile
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from jianxi.ledger.annotate import annotate
from jianxi.ledger.book import load
from jianxi.ledger.package import NotLoaded


class Command(BaseCommand):
    help = (
        "Load a ledger workbook into a region, all districts. Prints counts per sheet and every "
        "refused row as JSON; exit 1 when rows were refused, 2 when nothing could be loaded."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--region", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="judge, store nothing")
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help="write the file with remarks in it here"
        )

    def handle(self, *, file, region, dry_run, errors, **options):
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}", returncode=2)
        if errors and not errors.parent.is_dir():
            raise CommandError(f"没有这个文件夹：{errors.parent}", returncode=2)
        try:
            with file.open("rb") as source:
                outcome = load(
                    source,
                    region=_region(region),
                    actor="import_ledger",
                    name=file.name,
                    dry_run=dry_run,
                )
                if errors:
                    _write(errors, source, outcome)
        except OSError as fault:
            raise CommandError(f"{fault.filename}：{fault.strerror}", returncode=2) from None
        except NotLoaded as fault:
            raise CommandError(f"{file.name}：{fault}", returncode=2) from None
        told = {"region": region, "file": file.name, "dry_run": dry_run} | outcome.as_json()
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        if outcome.refused_rows:
            sys.exit(1)


def _region(slug):
    found = apps.get_model("regions", "Region").objects.filter(slug=slug).first()
    if not found:
        raise CommandError(f"没有统筹区“{slug}”，请先运行 load_regions", returncode=2)
    return found


def _write(path, source, outcome):
    """Whole or not at all; it may be the very file that was read."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        annotate(source, outcome, draft)
    os.replace(draft.name, path)
