"""What can be done with a month from its page, and what was decided: the part of the page that its
course and its corrections give."""

from collections.abc import Iterable
from dataclasses import replace

from accounts.models import User
from jianxi.history import Entry, timeline
from jianxi.workflow import Transition
from reporting.corrections import ASKED_FOR, COURSE, SETTLED, may_ask, open_correction
from reporting.drawing import month_url
from reporting.explaining import COURSE as EXPLAINING
from reporting.models import Explanation, Report, Version
from reporting.seen import changed_cells
from reporting.sheet import Line, Sheet, figures_of
from reporting.standing import Next, holders
from reporting.views.address import Month
from reporting.views.changes import bridge_url
from reporting.workflow import HANDED_UP, LOOKED_AT, WORKFLOW, blocks, sealed, standing_explanations

State = Report.State
DECISIONS = {
    ASKED_FOR,
    *(
        transition.label
        for course in (WORKFLOW, COURSE, EXPLAINING)
        for transition in course.transitions.values()
    ),
}
JUDGED = {transition.label for transition in EXPLAINING.transitions.values()}
COMPILED = str(Report._meta.get_field("state").verbose_name), State.COMPILED.label
PLAN, PLANNED = str(Report._meta.get_field("plan").verbose_name), "填报计划数"
STEPS = {transition.label for transition in WORKFLOW.transitions.values()}
GIVEN_BACK = {WORKFLOW.transitions[name].label for name in ("withdraw", "return", "send_back")}
TONES = {"approve": "good", "return": "late", "send_back": "late"}
TONES |= {"approve_correction": "good", "refuse_correction": "late"}
EXPLANATION_TONES = {"given": "neutral", "accepted": "good", "sent_back": "late"}
RETURNING = {"return", "send_back"}
USUAL_REASONS = ["数字与上月衔接不上，请核对记录", "说明不够具体，请补充", "缺盖章扫描件"]
CELLS_TOLD = 6  # of those that changed; more are told by their number


def course(request, month: Month, sheet: Sheet, may_see: bool) -> dict:
    """Comments and file names may speak of persons: told to who may see records."""
    report = sheet.own.report
    correction = open_correction(report)
    transitions = {t.name: t for t in WORKFLOW.open_to(request.user, report)}
    leaving = any(transition.target in HANDED_UP for transition in transitions.values())
    takes_back = transitions.pop("withdraw", None)
    to_correct = {t.name: t for t in COURSE.open_to(request.user, correction)} if correction else {}
    withdrawal = to_correct.pop("withdraw_correction", None)
    may_prepare = request.access.may("prepare_reports", report.district)
    waits = report.state == State.CONFIRMING and may_prepare  # for a colleague
    missing = blocks(report, sheet.compiled) if leaving or waits else []
    actions = [_action(month, sheet, t) for t in (transitions | to_correct).values()]
    actions.sort(key=lambda action: action["tone"] == "late")  # what goes on before what goes back
    stuck = bool(missing) and report.state == State.CONFIRMING
    if stuck:  # to give it back is all that helps
        actions.sort(key=lambda action: action["name"] != "send_back")
        for action in actions:
            action["tone"] = "primary" if action["name"] == "send_back" else "plain"
    rows = (report, *report.corrections.all(), *report.explanations.all())
    entries = _told_all(timeline(*rows)) if may_see else []
    may_correct = report.state in SETTLED and correction is None and may_ask(request.user, report)
    versions = list(report.versions.select_related("submitted_by", "scan", "correction__corrected"))
    compiled = None if report.state == State.SUBMITTED else sheet.compiled
    return {
        "versions": versions,
        "stamped": next((one for one in versions if one.scan), None),
        "mended": [_mended(month, one) for one in versions if one.is_correction],
        "entries": entries,
        "given_back": _given_back(report, entries),
        "correction": correction,
        "withdrawal": withdrawal,
        "may_correct": may_correct,
        "correction_url": month_url("month_correction", month.form, month.period, month.unit),
        "actions": actions,
        "takes_back": takes_back,
        "ask_back": "" if takes_back else _ask_back(report, may_prepare),
        "back_fault": "",
        "correction_fault": "",
        "seen": sealed(report, compiled) if LOOKED_AT & transitions.keys() else "",
        "reasons": USUAL_REASONS if RETURNING & transitions.keys() else [],
        "blocks": [one.words for one in missing],
        "blocks_helped": _helped(report, transitions) if stuck else "",
        "unstamped": _unstamped(report, versions, transitions, leaving),
        "next_step": _next_step(sheet.own, transitions, takes_back, may_correct, correction),
    }


def _ask_back(report: Report, may_prepare: bool) -> str:
    """Whom who prepares a submitted month has to ask to take it back, where that is another's; ""
    where it is not."""
    if not (report.state == State.SUBMITTED and report.region.two_person_submission):
        return ""
    return _confirmers(report) if may_prepare else ""


def _confirmers(report: Report) -> str:
    step = Next("confirm_reports", report.district)
    return step.words(holders([step]))


def _helped(report: Report, transitions) -> str:
    """How a month that waits to be confirmed, and cannot be submitted, goes on."""
    if "send_back" in transitions:
        return "请退回经办，改好后重新提交。"
    return f"已提交复核：请联系{_confirmers(report)}退回经办，改好后重新提交。"


def _unstamped(report: Report, versions: list[Version], transitions, leaving: bool) -> str:
    """That the stamped scan is missing, for who hands up, submits, confirms or approves."""
    if leaving and report.scan_id is None:
        if report.state == State.CONFIRMING:
            return "还没有上传盖章扫描件。要盖章的，请退回经办上传。"
        return "还没有上传盖章扫描件。要盖章的，先上传再报。"
    if "approve" in transitions and versions[0].scan_id is None:
        return f"第{versions[0].number}版没有盖章扫描件。"
    return ""


def _mended(month: Month, version: Version) -> dict:
    correction = version.correction
    old = correction.corrected.number
    return {
        "old": old,
        "new": version.number,
        "reason": correction.reason,
        "url": bridge_url(month, old, version),
    }


def _drifted_in_words(line: Line) -> str:
    """The cells of what was submitted that the records now give otherwise; "" for none."""
    if not (line.stands and line.drifted):
        return ""
    cells = changed_cells(line.version.form.parsed, figures_of(line.version), line.now)
    more = f"等 {len(cells)} 项" if len(cells) > CELLS_TOLD else ""
    return "；".join(cells[:CELLS_TOLD]) + more


def _next_step(own: Line, transitions, takes_back, may_correct: bool, correction) -> str:
    """What can be done about a submitted month that the records now give otherwise."""
    if not (own.stands and own.drifted):
        return ""
    if own.is_reopened:
        return "正在更正：核对后重新报送，以新的一版为准。"
    if own.report.state == State.SUBMITTED:
        if "return" in transitions:
            return (
                f"审定的是第{own.version.number}版报送的数字。要改用现在的数字，请退回，"
                "由该单位核对后重新报送。"
            )
        if takes_back:
            return "审定之前可以撤回报送，核对后重新报送；审定以后要申请更正。"
        return "审定之前，可以由报送单位撤回，或由上级退回，核对后重新报送。"
    if correction:
        return "已申请更正，等上级决定。"
    if may_correct:
        return "要改用现在的数字，请申请更正；以后才发生的，不必更正。"
    return "要改用现在的数字，由报送单位申请更正，上级同意后重新报送。"


def _given_back(report: Report, entries: list[Entry]) -> Entry | None:
    """The act by which the month last came back to whoever prepares it, as long as it is there."""
    if report.state not in (State.RETURNED, State.COMPILED, State.CORRECTING):
        return None
    last = next((entry for entry in entries if entry.what in STEPS), None)
    return last if last and last.what in GIVEN_BACK else None


def explained(request, sheet: Sheet) -> dict[str, dict]:
    """The reasons that hold, by rule: as submitted, or as they stand now."""
    report = sheet.own.report
    if report is None:
        return {}
    if sheet.own.judged_as_submitted:
        decides = report.state == State.SUBMITTED
        rows = report.explanations.all() if decides else ()
        return judged(sheet.own.version, rows, request.user)
    standing = standing_explanations(report, sheet.compiled)
    return {rule: shown(row.kept) for rule, row in standing.items()}


def judged(
    version: Version, rows: Iterable[Explanation] = (), actor: User | None = None
) -> dict[str, dict]:
    """The explanations of a version by rule: as submitted, with what was decided of them in it, and
    what `actor` can decide of these `rows` now."""
    rows = list(rows)
    courses = EXPLAINING.transitions.values()
    allowed = [t for t in courses if rows and t.may(actor, rows[0])]  # alike in one month
    open_now = {row.rule: [t for t in allowed if row.state in t.sources] for row in rows}
    return {
        rule: shown(kept, open_now.get(rule, ())) for rule, kept in version.explanations.items()
    }


def shown(kept: dict, decisions=()) -> dict:
    """An explanation as templates/reporting/parts/explanation.html shows it."""
    return kept | {
        "reason_label": Explanation.Reason(kept["reason"]).label,
        "state_label": Explanation.State(kept["state"]).label,
        "tone": EXPLANATION_TONES[kept["state"]],
        "decisions": decisions,
    }


def _told_all(entries: list[Entry]) -> list[Entry]:
    """The entries that say something, each for itself: none is joined with another."""
    return [_told(one) for one in entries if one.changes or _decision(one)]


def _decision(entry: Entry) -> str:
    label = entry.note.partition("：")[0]
    return label if label in DECISIONS else ""


def _told(entry: Entry) -> Entry:
    """A decision is told by its name and comment, an entry by what was entered."""
    if label := _decision(entry):
        comment = entry.note.removeprefix(label).removeprefix("：")
        kept = [c for c in entry.changes if c.label == "状态" or label in JUDGED]
        return replace(entry, what=label, note=comment, changes=kept)
    if [(change.label, change.after) for change in entry.changes] == [COMPILED]:
        return replace(entry, what="编制", changes=[])
    if [change.label for change in entry.changes] == [PLAN]:
        return replace(entry, what=PLANNED, note="" if entry.note == PLANNED else entry.note)
    if all(change.label.endswith("的说明") for change in entry.changes) and not entry.note:
        return replace(entry, what="填写说明")
    return entry


def _action(month: Month, sheet: Sheet, transition: Transition) -> dict:
    name = "month_submit" if transition.freezing else "month_course"
    if transition.name in COURSE.transitions:
        name = "month_correction"
    return {
        "name": transition.name,
        "label": transition.label,
        "comment_required": transition.comment_required,
        "tone": TONES.get(transition.name, "primary"),
        "url": month_url(name, month.form, month.period, month.unit),
        "confirm": _asked_before(month, sheet, transition),
    }


def _asked_before(month: Month, sheet: Sheet, transition: Transition) -> str:
    if transition.freezing:
        number = len(month.form.parsed.indicators)
        return (
            f"{month.title}：报送后，{number} 项数字和它们背后的记录就固定下来，"
            f"审定以后只能更正。确定{transition.label}？"
        )
    if transition.name == "approve" and (changed := _drifted_in_words(sheet.own)):
        number = sheet.own.version.number
        return (
            f"第{number}版报送之后记录有变动：{changed}。审定的是第{number}版报送的数字。确定审定？"
        )
    return ""
