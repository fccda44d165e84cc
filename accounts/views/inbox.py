"""A user's messages, in the frame of whichever side; and which of them leave the portal."""

from django.contrib import messages as notices
from django.shortcuts import redirect, render

from accounts import messages
from jianxi.lists import page_of


def show(request, frame: str, region=None):
    """The page; a POST marks what it shows as read: one (`pk`), or all. The calling view has said
    who may enter."""
    rows = messages.of_user(request.user, region)
    if request.method == "POST":
        return _read(request, rows)
    page = page_of(rows, "", request.GET)
    for row in page.rows:
        known = messages.KINDS.get(row.kind)
        row.label = known.label if known else ""
    context = {"frame": frame, "page": page, "unread": messages.unread(request.user, region)}
    return render(request, "accounts/messages.html", context)


def _read(request, rows):
    """Opening a message leads to what it is about."""
    pk = request.POST.get("pk", "")
    if not pk:
        messages.mark_read(rows)
        notices.success(request, "已全部标为已读。")
        return redirect(request.path)
    row = rows.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() else None
    if row is None:
        return redirect(request.path)
    messages.mark_read(rows.filter(pk=row.pk))
    return redirect(row.url or request.path)
