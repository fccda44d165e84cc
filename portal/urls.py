"""Addresses of the public site, the work list, the search and what all apps share."""

from django.urls import path

from portal.views import jobs, ledger, search, voiding, worklist
from portal.views import public as public_views
from portal.views import public_records as records

root = [path("", public_views.choose_region, name="choose_region")]

public = [
    path("", public_views.home, name="home"),
    path("positions/", records.positions, name="positions"),
    path("positions/<int:pk>/", records.position, name="position"),
    path("bases/", records.bases, name="bases"),
    path("bases/<int:pk>/", records.base, name="base"),
    path("offices/", public_views.offices, name="offices"),
    path("policies/", public_views.policies, name="policies"),
    path("check/", public_views.check, name="check"),
]

office = [
    path("", worklist.home, name="home"),
    path("hand-over/<str:table>/<int:pk>/", worklist.hand_over, name="hand_over"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/file/", jobs.job_file, name="job_file"),
    path("exports/<slug:name>/", jobs.exports, name="exports"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/template/", ledger.ledger_template, name="ledger_template"),
    path("ledger/<int:pk>/", ledger.ledger_job, name="ledger_job"),
    path("ledger/<int:pk>/load/", ledger.ledger_load, name="ledger_load"),
    path("void/<slug:kind>/<int:pk>/", voiding.void, name="void"),
    path("void-requests/", voiding.void_requests, name="void_requests"),
    path("void-requests/<int:pk>/", voiding.void_request, name="void_request"),
]
