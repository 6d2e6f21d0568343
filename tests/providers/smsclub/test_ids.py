"""What may pass for an id, coming in and going out."""

import pytest
from hypothesis import given, strategies as st

from smsgate.errors import InvalidArgument
from smsgate.providers.smsclub.ids import are_ids, are_new_ids, ids_of
from smsgate.receipt import Ref


@pytest.mark.parametrize("id_", ["000002", "p0066a46dc", "410700001", "a1.b_c-d"])
def test_ids_have_latin_letters_and_digits(id_: str) -> None:
    """Every form that was ever seen is one, leading zeros and all."""
    assert are_ids([id_])


@pytest.mark.parametrize(
    "value", ["", " ", "000101 ", "1;2", "ошибка", "<b>", "1\n", "id: X", "٣", "ERROR", "-1", "1."]
)
def test_nothing_else_is_an_id(value: str) -> None:
    """A word, markup or two ids in one would be stored and asked about for days."""
    assert not are_ids(["000101", value])


@pytest.mark.parametrize(("ids", "are"), [(["1", "2"], True), (["1", "0"], False), ([""], False)])
def test_no_message_just_taken_has_the_id_0(ids: list[str], are: bool) -> None:
    """A PHP function that fails returns 0, or false, which is written the same."""
    assert are_new_ids(ids) is are


def test_every_part_is_asked_about() -> None:
    """Ids are listed as they were given, in order, and each of them once."""
    refs = [Ref("x", "1", ("000101", "000102")), Ref("x", "1", ("p0b",)), Ref("x", "1", ("p0b",))]

    assert ids_of(refs) == ["000101", "000102", "p0b"]


@given(st.text().filter(lambda id_: not are_ids([id_])))
def test_a_ref_cannot_smuggle_anything_in(id_: str) -> None:
    """Refs are stored texts: one with anything but an id in it is refused before the wire."""
    with pytest.raises(InvalidArgument):
        ids_of([Ref("smsclub+http", "380990000001", ("000101", id_))])
