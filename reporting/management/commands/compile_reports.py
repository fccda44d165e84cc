import json

from django.core.management.base import BaseCommand

from jianxi.history import acting
from reporting.commands import add_month_arguments, month
from reporting.compiling import compile_month
from reporting.presenting import compiled_json


class Command(BaseCommand):
    help = "Compile a month for every unit of a region from its records."

    def add_arguments(self, parser):
        add_month_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, **options):
        with month(options) as (form, period), acting("compile_reports", "编制"):
            result = compiled_json(compile_month(form, period))
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(
                f"{form.region} {form.title} {period}：{len(result['districts'])} 个单位已编制，"
                f"{len(result['rules'])} 项规则未通过。"
            )
