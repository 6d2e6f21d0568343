"""What numbers a setting may have: validators for attrs."""

from typing import TYPE_CHECKING, TypeVar

from smsgate.errors import InvalidArgument

if TYPE_CHECKING:
    import attrs

Number = TypeVar("Number", int, float)
Setting = TypeVar("Setting")
_NEVER = 10**9  # seconds, requests or messages that nobody lives to see


def positive(_: object, field: "attrs.Attribute[Setting]", value: Number) -> None:
    """Refuse a setting that is no number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidArgument(f"{field.name}: must be a number, not {type(value).__name__}")

    if not 0 < value < _NEVER:  # so that NaN is refused too
        raise InvalidArgument(f"{field.name}: must be more than 0 and less than {_NEVER}")

    if field.type is int and not isinstance(value, int):
        raise InvalidArgument(f"{field.name}: must be a whole number, not {value!r}")


def positive_if_given(
    _: object, field: "attrs.Attribute[float | None]", value: float | None
) -> None:
    """Refuse a setting that is neither None nor a number above 0."""
    if value is not None:
        positive(_, field, value)
