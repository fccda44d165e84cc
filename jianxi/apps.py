from django.apps import AppConfig


class JianxiConfig(AppConfig):
    name = "jianxi"
    verbose_name = "基础"
