"""What pages are put together from: `{% load ui %}`. docs/pages.md shows each in use.

Filters turn a value into words and may stand anywhere; tags draw a part from templates/parts/.
"""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html

register = template.Library()

NOTHING = "—"  # a value that is not there; 0 is a value

# What a state means to whoever reads it. A state that is not listed is neutral.
TONES = {
    "brand": "submitted visited visiting referred dispatched received investigating first_check "
    "second_check employer_signed signed filed compiled running queued asked invited",
    "good": "recognised active published accepted in_progress completed retained_early retained "
    "resolved reported approved paid locked done pass explained confirmed",
    "due": "returned correcting paused expired provisional corrected explain unknown advice",
    "late": "overdue rejected declined removed disqualified terminated voided failed fail block recovered refused",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


@register.filter
def money(value) -> str:
    """Yuan with two decimals and thousands: 2100.5 → "2,100.50 元"."""
    return NOTHING if value is None else f"{value:,.2f} 元"


@register.filter
def yuan(value) -> str:
    """Yuan as people say it: 2400 → "2,400 元", with decimals only where there are any."""
    return NOTHING if value is None else f"{value:,.2f}".removesuffix(".00") + " 元"


@register.filter
def count(value) -> str:
    """A number with thousands: 1204 → "1,204"; a Decimal keeps two decimals, as forms print it."""
    if value is None:
        return NOTHING
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2026-10-09; of a moment its day in Shanghai."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"{value:%Y-%m-%d}" if value else NOTHING


@register.filter
def moment(value: datetime | None) -> str:
    """A moment as 2026-10-09 14:05, Shanghai time."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else NOTHING


@register.filter
def words(value):
    """Any value as a list or a sheet of facts shows it; HTML that is marked safe stays."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "是" if value else "否"
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case int() | Decimal():
            return count(value)
    return conditional_escape(value)


@register.inclusion_tag("parts/status_badge.html")
def status_badge(state, label="", tone=""):
    """{% status_badge row.state row.get_state_display %}; a choice carries its own label."""
    return {
        "label": label or getattr(state, "label", state),
        "tone": tone or TONE_OF.get(str(state), "neutral"),
    }


@register.inclusion_tag("parts/clock.html")
def clock(clock):
    """A `jianxi.clocks.Clock`, or None for nothing: {% clock item.clock %}"""
    return {"clock": clock}


@register.inclusion_tag("parts/pager.html")
def pager(page):
    """Links to the pages before and after, and how many rows a page has.

    `page.previous` and `page.next`: cursors, "" where there is none; `page.size`, `page.sizes`.
    """
    return {"page": page}


@register.inclusion_tag("parts/nothing_here.html")
def nothing_here(title, text="", url="", label=""):
    """An empty place says what to do next:
    {% nothing_here "还没有基地" "先导入台账。" url "导入台账" %}"""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("parts/masked.html")
def masked(text, reveal_url="", label=""):
    """Personal data, masked. With `reveal_url` (who may see it gets one) a button asks for the
    reason and posts it there; the answer takes this part's place."""
    return {"text": text or NOTHING, "reveal_url": reveal_url if text else "", "label": label}


@register.simple_tag
def cell(column, row):
    """What a list shows of `row` under `column`: what `column.render(row)` gives, in words."""
    value = column.render(row)
    if isinstance(value, date):
        return format_html('<span class="day tabular">{}</span>', words(value))
    return words(value)


@register.simple_tag
def row_actions(listing, row) -> list:
    """The actions of one row, for `{% row_actions listing row as actions %}`."""
    return listing.row_actions(row)


@register.simple_tag
def row_url(listing, row) -> str:
    """Where a row opens, "" for nowhere."""
    return listing.row_url(row)
