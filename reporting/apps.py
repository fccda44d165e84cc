from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表"

    def ready(self):
        from regions.signals import calendar_changed
        from reporting import loading, tasks, worklist  # noqa: F401  receivers, kinds of job, sources
        from reporting.deadlines import settle_provisional
        from reporting.year import lists  # noqa: F401  the list of key enterprises

        calendar_changed.connect(lambda **kwargs: settle_provisional(), weak=False)
