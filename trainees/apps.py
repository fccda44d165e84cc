from django.apps import AppConfig


class TraineesConfig(AppConfig):
    name = "trainees"
    verbose_name = "见习人员"

    def ready(self):
        from accounts import messages, reveal
        from jianxi.worklist import EMPLOYER, YOUTH
        from trainees import (  # noqa: F401 what they register
            contract_worklist,
            exports,
            month_list,
            month_presenting,
            month_worklist,
            places,
            registering,
            signing,
            tasks,
            worklist,
            worklist_youth,
        )
        from trainees.applying import KIND
        from trainees.models import Agreement, Contract, Trainee

        messages.register(KIND, "报名办理", messages.SMS, sides=[EMPLOYER, YOUTH])
        messages.register(signing.KIND, "见习协议", messages.SMS, sides=[EMPLOYER, YOUTH])
        columns = {
            "name": "姓名",
            "document_number": "证件号码",
            "birth_date": "出生日期",
            "phone": "手机号",
            "bank_card": "银行卡号",
        }
        reveal.register("trainee", Trainee, columns, district_of=lambda row: row.lies_in)
        reveal.register(
            "agreement", Agreement, {"mentor": "带教老师"}, district_of=lambda row: row.lies_in
        )
        reveal.register(
            "contract",
            Contract,
            {"text": "协议正文", "mentor": "带教老师"},
            district_of=lambda row: row.lies_in,
        )
