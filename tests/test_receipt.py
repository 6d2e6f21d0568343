"""A receipt's ref comes back from storage as it went in, whatever the provider's ids."""

from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from smsgate import InvalidArgument, Receipt, Ref

IDS = st.lists(st.text(min_size=1)).map(tuple)
PHONES = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)


@given(phone=PHONES, ids=IDS)
@example(phone="77011234567", ids=(":", ",", "%", "%2C", " ", "ід", "😀", "\n", "a:b,c"))
def test_a_ref_comes_back(phone: str, ids: tuple[str, ...]) -> None:
    """No id can be cut in two, joined with its neighbour or lost in storage."""
    ref = Ref("smsclub+json", phone, ids)

    assert Ref.parse(str(ref)) == ref
    assert str(ref).isascii()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("smsc", id="one-piece"),
        pytest.param("smsc:77011234567", id="two-pieces"),
        pytest.param("smsc:77011234567:1:2", id="four-pieces"),
        pytest.param(":77011234567:1", id="no-gateway"),
        pytest.param("smsc::1", id="no-phone"),
        pytest.param("smsc:+77011234567:1", id="plus"),
        pytest.param("smsc:٧٧٠١١٢٣٤٥٦٧:1", id="other-digits"),
        pytest.param("smsc:77011234567:1\n", id="line-end"),
        pytest.param("smsc:77011234567:a b", id="bare-space"),
        pytest.param("smsc:77011234567:,1", id="empty-id"),
        pytest.param("smsc:77011234567:%FF", id="no-character"),
        pytest.param("smsc:77011234567:%2", id="cut-short"),
        pytest.param("smsc:77011234567:\udc80", id="surrogate"),
    ],
)
def test_a_text_that_is_no_ref(text: str) -> None:
    """A damaged ref is refused, not asked about: "not found" would be a false report."""
    with pytest.raises(InvalidArgument, match="gateway:phone:id"):
        Ref.parse(text)


@given(st.text())
@example("smsc:1:%C3%28")
def test_only_what_str_wrote_is_read(text: str) -> None:
    """Every text that parses is the one text of its ref."""
    try:
        ref = Ref.parse(text)
    except InvalidArgument:
        return

    assert str(ref) == text


@pytest.mark.parametrize(
    ("receipt", "ids"),
    [
        pytest.param(Receipt(gateway="smsc", id="41", phone="77011234567"), ("41",), id="one-id"),
        pytest.param(
            Receipt(gateway="smsc", id="1", phone="77011234567", part_ids=("1", "2")),
            ("1", "2"),
            id="an-id-a-part",
        ),
        pytest.param(
            Receipt(gateway="smsc", id="", phone="77011234567", shared_ids=("1", "2", "3")),
            (),
            id="nobody-knows-whose",
        ),
    ],
)
def test_a_receipts_ref(receipt: Receipt, ids: tuple[str, ...]) -> None:
    """The ref holds the ids that are surely this message's, and no other."""
    assert Ref.parse(receipt.ref) == Ref("smsc", "77011234567", ids)


def test_the_phone_is_not_shown() -> None:
    """A receipt or a parsed ref in a log tells phones apart, and no more."""
    receipt = Receipt(gateway="smsc", id="41", phone="77011234567", cost=Decimal("3.2"))

    assert "701123" not in repr(receipt) + repr(Ref.parse(receipt.ref))
    assert "phone='…67'" in repr(receipt)
