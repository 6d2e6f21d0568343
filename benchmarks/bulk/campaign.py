"""What is sent: a short text of its own, with a name and two numbers, for every phone."""

from collections.abc import Callable, Iterator

import attrs

Pair = tuple[str, str]  #: a phone, with its plus, and a text
Text = Callable[[int], str]  #: the text for the phone of this number

MOST = 2_000_000  #: phones there are, numbered from 0
_FIRST = 380_500_000_000  # SMSClub takes others one by one
_NAMES = ("Анна", "Ержан", "Оксана", "Данияр", "Мария", "Алексей", "Айгерим", "Тарас")


def phone_of(number: int) -> str:
    """Write the phone of this number."""
    return f"+{_FIRST + number}"


def number_of(phone: int) -> int | None:
    """Find the number of a phone, or None if it is nobody's."""
    number = phone - _FIRST
    return number if 0 <= number < MOST else None


def cyrillic(number: int) -> str:
    """Write a text of one part, of 70 characters at most."""
    name, code = _NAMES[number % len(_NAMES)], number * 7919 % 10_000
    return f"{name}, ваш заказ {number:07} готов. Код {code:04}, ждём до 20:00"


def ascii_only(number: int) -> str:
    """Write the like in ASCII."""
    return f"Hello Anna, your order {number:07} is ready. Code {number * 7919 % 10_000:04}"


def same(_: int) -> str:
    """Write the one text that everybody gets."""
    return "Сегодня до 20:00 скидка 15 % на всё. Ждём вас!"


TEXTS = (cyrillic, ascii_only, same)


@attrs.frozen
class Campaign:
    """So many pairs from number *first* on, made as they are asked for, anew each time."""

    count: int
    text: Text = cyrillic
    first: int = 0

    def __iter__(self) -> Iterator[Pair]:
        """Make them."""
        numbers = range(self.first, self.first + self.count)
        return ((phone_of(number), self.text(number)) for number in numbers)
