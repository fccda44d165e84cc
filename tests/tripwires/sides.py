"""Who may open which address on the employers' and the youths' side: one row each, as in matrix.py.

What all others get follows from the row:

- signed out: sent to sign in; staff: not found
- employers: who acts for nobody here, did so once, or only in another region: not found; who asked
  and is not confirmed: sent to the own filing; who acts for another employer: not found where the
  address names a record, else a page with nothing of others in it
- whoever came in by phone (`comer`): not found where the address names a record of another's
- youths: the same as comers
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO

from bases.authorities import make_code
from bases.models import Authority
from jianxi import files
from jianxi.history import acting
from jianxi.identifiers import make_id_number
from jianxi.tenancy import scope
from regions.models import Region
from tests import factories
from tests.people import make_authority, make_person
from tests.tripwires.world import MARK, World
from trainees.models import Trainee


class Sides:
    """Everybody who might come to the employers' and the youths' pages of a world. Made when asked
    for, in the region's scope."""

    PEOPLE = ("owner", "helper", "stranger", "abroad", "removed", "filer", "newcomer", "youth")

    def __init__(self, world: World):
        self.world = world

    def everybody(self):
        return [getattr(self, who) for who in self.PEOPLE]

    @cached_property
    def owner(self):
        """Acts for the employer of the base here."""
        user = make_person(f"钱{MARK}")
        make_authority(user, self.world.base)
        return user

    @cached_property
    def helper(self):
        """A colleague who is no owner."""
        user = make_person(f"冯{MARK}")
        make_authority(user, self.world.base, is_owner=False)
        return user

    @cached_property
    def stranger(self):
        """Acts for another employer of the region."""
        user = make_person("孙旁人")
        make_authority(user, factories.make_base("万州区"))
        return user

    @cached_property
    def abroad(self):
        """Acts for an employer of another region."""
        region = Region.objects.get(slug="ningxia")
        with scope(region=region), acting("test"):
            user = make_person("马外区")
            make_authority(user, factories.make_base("兴庆区"))
        return user

    @cached_property
    def removed(self):
        user = make_person("褚前任")
        make_authority(
            user, self.world.base, state=Authority.State.ENDED, ended_on=self.world.today
        )
        return user

    @cached_property
    def filer(self):
        """Asked to act for a unit, and is not confirmed."""
        return make_person(f"何{MARK}")

    @cached_property
    def filing(self):
        paper = files.store(
            self.world.region, BytesIO(b"%PDF-1.4"), name=f"{MARK}.pdf", content_type=files.PDF
        )
        facts = {"state": Authority.State.DRAFT, "profile": None, "is_owner": False}
        return make_authority(self.filer, self.world.base, licence=paper, letter=paper, **facts)

    @cached_property
    def draft(self):
        """A position of the employer here, not submitted."""
        return self.world.filing("draft")

    @cached_property
    def newcomer(self):
        """Came in by phone and did nothing yet."""
        return make_person("新来", side="youth")

    @cached_property
    def youth(self):
        user = make_person(f"周{MARK}", side="youth")
        factories.make_trainee(self.world.region, name=f"周{MARK}", user=user)
        return user

    @cached_property
    def application(self):
        """Of the youth here, for the position."""
        return factories.make_application(
            self.world.position, Trainee.objects.get(user=self.youth), note=MARK
        )

    def contract(self, state="employer_signed"):
        """Of the youth here, an account's own, with the employer here."""
        trainee = Trainee.objects.get(user=self.youth)
        facts = {"state": "accepted", "due_on": None}
        return self.world.contract(
            state, factories.make_application(self.world.position, trainee, **facts)
        )

    @cached_property
    def code(self):
        return make_code(self.world.base.profile, self.world.users["here", "clerk"])


@dataclass(frozen=True)
class Row:
    """`args`: what follows the region in the address. `post`: what is sent; None: the page is
    read. `answers`: what the one gets whose page it is; `helper`: what a colleague gets who is no
    owner."""

    name: str
    args: Callable[[Sides], list] | None = None
    post: Callable[[Sides], dict] | None = None
    answers: int = 200
    helper: int | None = None
    in_region: bool = True

    def __str__(self):
        return f"{'POST' if self.post else 'GET'} {self.name}"


def nothing(sides):
    return {"csrfmiddlewaretoken": "-"}


def of_helper(sides):
    return [Authority.objects.get(user=sides.helper).pk]


def filing(*more):
    return lambda sides: [sides.filing.pk, *more]


def position(sides):
    return [sides.world.position.pk]


def draft(sides):
    return [sides.draft.pk]


def application(sides):
    return [sides.application.pk]


def received(sides):
    return [sides.world.unanswered().pk]


def contract(state, *more):
    """With the employer here; of whom does not matter to it."""
    return lambda sides: [sides.world.contract(state).pk, *more]


def own_contract(state):
    return lambda sides: [sides.contract(state).pk]


def own_agreement(sides):
    return [sides.contract("filed").agreement_id]


def agreement(*more):
    return lambda sides: [sides.world.agreement.pk, *more]


def record(sides):
    return {
        "group": "unemployed_youth",
        "name": "新名字",
        "document_type": "resident_id",
        "document_number": make_id_number("500103", date(2005, 5, 5), 999),
    }


def base_filing(state):
    return lambda sides: [sides.world.base_filing(state, sides.world.base.profile).pk]


def base_paper(sides):
    return sides.world.base_paper("draft", sides.world.base.profile)


# For who acts for the employer here.
EMPLOYER = [
    Row("base_application"),
    Row("base_application_new", post=nothing, answers=302),
    Row("base_certificate"),
    Row("base_filing", base_filing("submitted")),
    Row("base_filing_edit", base_filing("draft")),
    Row("base_filing_edit", base_filing("draft"), lambda s: {"keep": "1"}, 302),
    Row("base_filing_save", base_filing("draft"), nothing),
    Row("base_filing_withdraw", base_filing("submitted"), nothing, 302),
    Row("base_filing_discard", base_filing("draft"), nothing, 302),
    Row("base_paper", base_paper),
    Row("base_paper_upload", base_filing("draft"), nothing, 422),
    Row("base_paper_remove", base_paper, nothing, 302),
    Row("positions"),
    Row("position", position),
    Row("position", draft),
    Row("position_act", position, lambda s: {"action": "pause"}, 302),
    Row("position_new", post=nothing, answers=302),
    Row("position_edit", draft),
    Row("position_edit", draft, lambda s: {"keep": "1"}, 302),
    Row("position_save", draft, nothing),
    Row("position_discard", draft, nothing, 302),
    Row("positions_submit", post=lambda s: {"ids": s.draft.pk}, answers=302),
    Row("positions_copy", post=lambda s: {"ids": s.world.position.pk}, answers=302),
    Row("positions_sheet"),
    Row("positions_sheet", post=nothing, answers=422),
    Row("positions_template"),
    Row("applications"),
    Row("application", received),
    Row("application", received, lambda s: {"action": "accept"}, 302),
    Row("contracts"),
    Row("contract_new", lambda s: [s.world.taken_in().pk], nothing, 302),
    Row("contract", contract("signed")),
    Row("contract_edit", contract("draft")),
    Row("contract_edit", contract("draft"), lambda s: {"keep": "1"}, 302),
    Row("contract_save", contract("draft"), nothing),
    Row("contract_sign", contract("draft")),
    Row("contract_sign", contract("draft"), nothing, 422),
    Row("contract_act", contract("employer_signed"), lambda s: {"action": "take_back"}, 302),
    Row("contract_print", contract("signed")),
    Row("contract_prepare", contract("signed", "identity"), nothing, 302),
    Row("contract_paper", lambda s: s.world.contract_paper()),
    Row("contract_paper_upload", contract("signed"), nothing, 422),
    Row("contract_paper_remove", lambda s: s.world.contract_paper(), nothing, 302),
    Row("month_check"),
    Row("month_check", post=nothing, answers=422),
    Row("agreements"),
    Row("agreement", agreement()),
    Row("agreement_move", agreement("mentor")),
    Row("agreement_move", agreement("mentor"), nothing, 422),
    Row("home"),
    Row("messages"),
    Row("messages", post=nothing, answers=302),
    Row("unit"),
    Row("unit", post=lambda s: {"phone": "13700001111"}, answers=302, helper=404),
    Row("person", lambda s: [*of_helper(s), "end"], nothing, 302),
    Row("person", lambda s: [*of_helper(s), "own"], nothing, 302, helper=403),
]

# For whoever came in by phone; the records named are the filer's.
COMER = [
    Row("filings", answers=302),
    Row("filing_new"),
    Row("filing_new", post=nothing, answers=422),
    Row("claim"),
    Row("claim", post=nothing, answers=422),
    Row("filing", filing()),
    Row("filing_edit", filing()),
    Row("filing_edit", filing(), nothing, 422),
    Row("filing_move", filing("submit"), nothing, 302),
    Row("paper", filing("licence")),
    Row("paper_upload", filing("licence"), nothing, 422),
]

# For youths.
ME = [
    Row("home", in_region=False),
    Row("messages", in_region=False),
    Row("messages", post=nothing, answers=302, in_region=False),
    Row("region"),
    Row("claim", answers=302),  # there is a record already
    Row("register"),
    Row("register", post=record, answers=302),
    Row("register_check", post=record),
    Row("applications", in_region=False),
    Row("apply", position),
    Row("apply", position, nothing, 422),  # the record is not complete
    Row("pool"),
    Row("pool", post=nothing, answers=422),
    Row("application", application),
    Row("application", application, lambda s: {"action": "withdraw"}, 302),
    Row("consent"),
    Row("consent", post=lambda s: {"action": "withdraw"}, answers=302),
    Row("internships", in_region=False),
    Row("contract", own_contract("employer_signed")),
    Row("contract", own_contract("employer_signed"), nothing, 422),
    Row("contract_give_up", own_contract("employer_signed"), lambda s: {"comment": "不来"}, 302),
    Row("contract_notice", own_contract("signed")),
    Row("contract_notice", own_contract("signed"), nothing, 302),
    Row("contract_print", own_contract("signed")),
    Row("agreement", own_agreement),
]
