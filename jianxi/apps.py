from django.apps import AppConfig


class JianxiConfig(AppConfig):
    name = "jianxi"
    verbose_name = "基础"

    def ready(self):
        from jianxi.faults import speak_plainly

        speak_plainly()
