from django.core.management.base import BaseCommand, CommandError

from reporting.commands import add_month_arguments, month
from reporting.models import Version
from reporting.recomputing import NoMoment, recompute

SHOWN = 10  # records named of a cell that differs


class Command(BaseCommand):
    help = "Compute submitted versions again from history; fails where a cell comes out otherwise."

    def add_arguments(self, parser):
        add_month_arguments(parser)
        parser.add_argument("--unit", metavar="NAME", help="every unit unless named")
        parser.add_argument("--number", type=int, metavar="N", help="every version unless named")

    def handle(self, **options):
        with month(options) as (form, period):
            versions = Version.objects.filter(
                report__form_key=form.key, report__period=period.start
            ).select_related("report__district")
            if options["unit"]:
                versions = versions.filter(report__district__name=options["unit"])
            if options["number"]:
                versions = versions.filter(number=options["number"])
            found = list(versions.order_by("report__district__order", "number"))
            if not found:
                raise CommandError("没有这样的报送版本。")
            wrong = sum([self.differs(version) for version in found])
        if wrong:
            raise CommandError(f"{len(found)} 个版本中有 {wrong} 个与报送时不一致。")

    def differs(self, version) -> bool:
        try:
            cells = recompute(version)
        except NoMoment as error:
            raise CommandError(str(error)) from error
        other = [cell for cell in cells if not cell.is_same]
        if not other:
            self.stdout.write(f"{version}：{len(cells)} 项的数字和记录都与报送时一致。")
        for cell in other:
            records = "、".join(map(str, cell.records[:SHOWN]))
            self.stdout.write(
                f"{version} [{cell.code}]：报送时 {cell.then}，重算 {cell.again}；"
                f"不同的记录 {len(cell.records)} 条：{records or '无'}"
            )
        return bool(other)
