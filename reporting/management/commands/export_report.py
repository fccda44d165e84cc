from django.core.management.base import BaseCommand, CommandError

from reporting.commands import add_month_arguments, month
from reporting.official import write_official
from reporting.units import Units


class Command(BaseCommand):
    help = "Write the official xlsx of a month, for the region or for one unit."

    def add_arguments(self, parser):
        add_month_arguments(parser)
        parser.add_argument("--district", metavar="NAME", help="the whole region unless named")
        parser.add_argument("--out", required=True, metavar="FILE.xlsx")

    def handle(self, **options):
        with month(options) as (form, period):
            unit = self.unit(Units(period.end), options["district"])
            try:
                write_official(form, period, unit, options["out"])
            except OSError as error:
                raise CommandError(f"写不了 {options['out']}：{error.strerror}") from error
        self.stdout.write(options["out"])

    def unit(self, units, name):
        if name is None:
            return units.root
        for unit in units.valid:
            if name in (unit.name, unit.official_name):
                return unit
        raise CommandError(f"{units.root.name}在{units.day}没有名为“{name}”的单位。")
