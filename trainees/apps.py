from django.apps import AppConfig


class TraineesConfig(AppConfig):
    name = "trainees"
    verbose_name = "见习人员"

    def ready(self):
        from accounts import reveal
        from trainees import exports, places  # noqa: F401 its lists; what takes a place
        from trainees.models import Agreement, Trainee

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
