"""`python -m benchmarks [--scale city|nation] [--only PART]`: see docs/benchmarks.md.

It works in an installation of its own (`.local/bench`, or `JIANXI_BENCH_HOME`), on made-up records
that are loaded the first time and kept for the next.
"""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path

PARTS = ["compiling", "months", "importing", "exporting", "pages"]
REGIONS = {"city": "chongqing", "nation": "nation"}
ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 20)  # the made-up year ends here, whenever the benchmarks run
MONTH = "2026-10"


def main():
    arguments = _arguments()
    # never the records of an installation that is worked in
    for address in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(address, None)
    os.environ["JIANXI_HOME"] = os.environ.get("JIANXI_BENCH_HOME") or str(ROOT / ".local/bench")
    os.environ.setdefault("JIANXI_LOG_LEVEL", "WARNING")
    os.environ["DJANGO_SETTINGS_MODULE"] = "jianxi.settings"
    from jianxi.launch import services_for

    with services_for(["load_demo"]):
        from benchmarks import table

        measures = []
        for measure in _measures(arguments):
            measures.append(measure)
            _say("  ".join(filter(None, measure.cells())))
        print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f}")
        print(f"\n{table.as_text(measures)}\n\n{table.as_markdown(measures)}")


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--scale", choices=REGIONS, default="nation")
    parser.add_argument("--only", choices=PARTS, action="append", metavar="|".join(PARTS))
    return parser.parse_args()


def _measures(arguments):
    from django.core.management import call_command

    from accounts.models import User
    from benchmarks import compiling, exporting, importing, months, pages, waiting
    from regions.models import Region
    from reporting.periods import Period

    parts, slug = arguments.only or PARTS, REGIONS[arguments.scale]
    for scale in dict.fromkeys(["city", arguments.scale]):
        _say(f"records of a {scale}")
        call_command(
            "load_demo", region=REGIONS[scale], scale=scale, today=TODAY, stdout=sys.stderr
        )
    region = Region.objects.get(slug=slug)
    clerks = {
        "all districts": User.objects.get(username=f"{slug}-clerk"),
        "one district": User.objects.filter(
            username__startswith=f"{slug}-", username__endswith="-clerk"
        )
        .exclude(username=f"{slug}-clerk")
        .latest("pk"),
    }
    if "compiling" in parts:
        for each in dict.fromkeys(["chongqing", slug]):
            _say(f"compiling, {each}")
            yield from compiling.measure(
                Region.objects.get(slug=each), Period.parse(MONTH), promised=each == "nation"
            )
    if "months" in parts:
        _say("months, chongqing")
        yield from months.measure(Region.objects.get(slug="chongqing"), Period.parse(MONTH))
    if "importing" in parts:
        _say("importing")
        yield from importing.measure(Region.objects.get(slug="changsha"), TODAY)
    if "exporting" in parts:
        _say("exporting")
        yield from exporting.measure(region, clerks["all districts"])
    if "pages" in parts:
        _say("pages")
        waiting.make(region, _unit_of(region, clerks["one district"]), TODAY)
        yield from pages.measure(region, clerks)


def _unit_of(region, user):
    from accounts.access import Access
    from jianxi.tenancy import scope

    with scope(region=region):
        return Access(user).memberships[0].office_role.office.district


def _say(what: str):
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


main()
