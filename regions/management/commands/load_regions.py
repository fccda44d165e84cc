from django.core.management.base import BaseCommand, CommandError

from regions.folders import InvalidRegion, read_region, region_slugs
from regions.loading import load


class Command(BaseCommand):
    help = "Bring in regions, districts, policies, forms and calendar from the project's data."

    def add_arguments(self, parser):
        parser.add_argument("--region", action="append", choices=region_slugs(), metavar="SLUG")

    def handle(self, *, region=None, **options):
        for slug in region or region_slugs():
            try:
                loaded = load(read_region(slug))
            except InvalidRegion as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{loaded.slug}: {loaded.name}")
