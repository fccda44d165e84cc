from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions.folders import DATA, InvalidRegion, read_region, region_slugs
from regions.loading import load


class Command(BaseCommand):
    help = "Bring in regions, districts, policies, forms and calendar from the project's data."

    def add_arguments(self, parser):
        parser.add_argument("--region", action="append", metavar="SLUG")
        parser.add_argument(
            "--data",
            type=Path,
            default=DATA,
            metavar="DIR",
            help="a folder of region folders, instead of those that come with the product",
        )

    def handle(self, *, region=None, data=DATA, **options):
        known = region_slugs(data)
        if not known:
            raise CommandError(f"{data} 里没有统筹区的数据（<标识>/region.toml）")
        if unknown := set(region or ()) - set(known):
            raise CommandError(
                f"{data} 里没有 {'、'.join(sorted(unknown))}；可用的有：{'、'.join(known)}"
            )
        for slug in region or known:
            try:
                loaded = load(read_region(slug, data))
            except InvalidRegion as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{loaded.slug}: {loaded.name}")
