"""The language of texts: columns in braces, and nothing more."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from smsgate.cli.bulk.template import Template
from smsgate.errors import InvalidArgument, InvalidMessage


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("Dear {name}!", "Dear Anna!"),
        ("{name}", "Anna"),
        ("{ Name }{name}", "AnnaAnna"),
        ("{{name}}", "{name}"),
        ("{{{name}}}", "{Anna}"),
        ("plain", "plain"),
        ("", ""),
        ("{first name}", "{braces}"),
    ],
)
def test_columns_are_filled_in(template: str, wanted: str) -> None:
    """What a value holds is never read as a template again."""
    values = {"name": "Anna", "first name": "{braces}"}

    assert Template.parse(template).fill(values) == wanted


@pytest.mark.parametrize("template", ["{", "}", "a {b", "a} b", "{a{b}}", "{}", "{ }", "{{}"])
def test_lone_brace_is_a_usage_error(template: str) -> None:
    """A typing error must not reach a million phones."""
    with pytest.raises(InvalidArgument, match=r"^template: "):
        Template.parse(template)


@pytest.mark.parametrize("template", ["{name.upper}", "{name[0]}", "{name!r}", "{name:>10}", "{0}"])
def test_there_is_no_way_into_a_value(template: str) -> None:
    """What other languages would evaluate is the name of a column that nobody has."""
    with pytest.raises(InvalidMessage, match="the row has no '"):
        Template.parse(template).fill({"name": "Anna"})


def test_empty_value_is_not_sent() -> None:
    """A gap where a name should be helps nobody, unless somebody says that it does."""
    template = Template.parse("Dear {name}, hello")

    assert template.fill({"name": " "}, allow_empty=True) == "Dear , hello"
    with pytest.raises(InvalidMessage, match="--allow-empty"):
        template.fill({"name": " "})


def test_outer_spaces_of_a_value_go() -> None:
    """Nobody sees them in a spreadsheet; on a phone they would stand before the comma."""
    values = {"name": "\xa0Anna Maria \n"}

    assert Template.parse("Dear {name}, hello").fill(values) == "Dear Anna Maria, hello"


def test_columns_are_known_beforehand() -> None:
    """A misspelt column can be told before anything is sent."""
    assert Template.parse("{a} {{b}} {C}").columns == {"a", "c"}
    assert Template.of_column("Text").columns == {"text"}


@given(st.text())
def test_escaped_braces_are_plain(text: str) -> None:
    """Every text can be written: its braces doubled, it means itself."""
    escaped = text.replace("{", "{{").replace("}", "}}")

    assert Template.parse(escaped).fill({}) == text


@given(st.text("{}ab ", max_size=12))
def test_any_template_is_read_or_refused(text: str) -> None:
    """Nothing but `InvalidArgument` comes out of a strange template."""
    with contextlib.suppress(InvalidArgument):
        Template.parse(text)


@given(st.text(min_size=1), st.text(min_size=1))
def test_values_arrive_whole(first: str, second: str) -> None:
    """No character of a value is lost, changed or understood, outer spaces apart."""
    filled = Template.parse("{a}-{b}").fill({"a": first, "b": second}, allow_empty=True)

    assert filled == f"{first.strip()}-{second.strip()}"
