import pytest

from tests.factories import in_region
from tests.people import make_member, make_office

PASSWORD = "correct-horse-9"


@pytest.fixture
def clerk(db):
    """An officer of 渝中区 who can sign in with PASSWORD."""
    with in_region("chongqing"):
        user = make_member(make_office("渝中区"), "clerk", username="jingban", name="李经办")
        user.set_password(PASSWORD)
        user.save()
    return user
