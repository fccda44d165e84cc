from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from accounts import messages
        from jianxi.worklist import OFFICE
        from portal import handover, reminders, tasks, worklist  # noqa: F401 kinds of job; sources

        messages.register(handover.KIND, "同事移交的事项", sides=[OFFICE])
        messages.register(reminders.KIND, "期限提醒", messages.SMS)
