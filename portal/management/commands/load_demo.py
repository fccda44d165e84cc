from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.demo import nation, offices
from portal.demo.loading import NotEmpty, load_demo
from portal.demo.scales import SCALES
from regions.loading import load
from regions.models import Region


class Command(BaseCommand):
    help = "Fill an empty region with a made-up year of records; a second time changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--region", required=True, metavar="SLUG")
        parser.add_argument("--scale", choices=SCALES, default="small")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same records")
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            default=timezone.localdate,
            metavar="YYYY-MM-DD",
            help="the day the year ends on",
        )

    def handle(self, *, region, scale, seed, today, **options):
        today = today() if callable(today) else today
        with transaction.atomic():  # a made-up country stays only with its records
            region = self.region(region, scale)
            try:
                loaded = load_demo(region, SCALES[scale], seed, today)
            except NotEmpty:
                raise CommandError(f"{region}已有真实记录，演示数据不能混在里面。") from None
        if not loaded.counts:
            self.stdout.write(f"{region}已有演示数据，没有改动。")
        for table, count in loaded.counts.items():
            self.stdout.write(f"{table}: {count}")
        for line in offices.keep(loaded.accounts):
            self.stdout.write(line, ending="")

    def region(self, slug: str, scale: str) -> Region:
        """A country is made up where there is none; it takes no real region's place."""
        found = Region.objects.filter(slug=slug).first()
        if scale == "nation":
            if found is None:
                return load(nation.facts(slug))
            if not found.is_demonstration:
                raise CommandError(f"{found}不是演示统筹区，装不下全国规模的演示数据。")
        if found is None:
            known = "、".join(Region.objects.values_list("slug", flat=True))
            raise CommandError(f"没有统筹区 {slug}；已有：{known or '无，先运行 load_regions'}")
        return found
