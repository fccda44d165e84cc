from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表"

    def ready(self):
        from accounts import messages
        from jianxi.worklist import OFFICE
        from regions.signals import calendar_changed
        from reporting import closing, corrections, loading, tasks, telling, worklist  # noqa: F401  receivers, kinds of job, sources
        from reporting.deadlines import settle_provisional
        from reporting.year import bulletin, lists  # noqa: F401  its job, the key enterprises' list
        from reporting.year import worklist as of_the_year  # noqa: F401  sources

        messages.register(bulletin.KIND, "通报", sides=[OFFICE])
        messages.register(corrections.KIND, "月报更正", sides=[OFFICE])
        messages.register(telling.KIND, "月报退回、撤回和审定", sides=[OFFICE])
        calendar_changed.connect(lambda **kwargs: settle_provisional(), weak=False)
