"""The guides' pictures: `make guide` draws them anew."""

from tests.journeys.story import GUIDES, PICTURE

EACH, TOGETHER = 150 * 1024, 3 * 1024 * 1024  # bytes


def test_every_picture_is_there_small_and_shown():
    named = [name for guide in GUIDES.glob("*.md") for name in PICTURE.findall(guide.read_text())]
    sizes = {path.stem: path.stat().st_size for path in (GUIDES / "images").glob("*.png")}
    assert sorted(sizes) == sorted(named)
    assert max(sizes.values()) < EACH
    assert sum(sizes.values()) < TOGETHER
