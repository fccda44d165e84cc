"""The address table; each app adds its own."""

urlpatterns = []
