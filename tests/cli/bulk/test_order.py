"""Orders: what somebody wants, and what contradicts itself."""

from decimal import Decimal
from pathlib import Path

import pytest

from smsgate.cli.bulk.order import Order
from smsgate.cli.bulk.show import way
from smsgate.errors import InvalidArgument


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (Order(file="a/clients.csv"), "a/clients.csv.results.jsonl"),
        (Order(file="-", yes=True), "stdin.results.jsonl"),
        (Order(file="clients.csv", result="out.jsonl"), "out.jsonl"),
        (Order(file="clients.csv", resume="out.jsonl"), "out.jsonl"),
    ],
)
def test_results_have_their_place(order: Order, path: str) -> None:
    """Beside the file, unless somebody says where."""
    assert order.result_path == Path(path)


def test_result_file_of_two_names() -> None:
    """A resumed run goes on in its own file, which may be named twice."""
    with pytest.raises(InvalidArgument, match="--result and --resume"):
        Order(file="clients.csv", result="a", resume="b")

    assert Order(file="clients.csv", result="a", resume="a").result_path == Path("a")


def test_country_is_spelt_either_way() -> None:
    """Nobody types capitals for their own sake."""
    assert Order(file="clients.csv", country="kz").layout({"phone"}).book.country == "KZ"


def test_mistyped_option_is_no_file() -> None:
    """Whoever meant an option is told so."""
    with pytest.raises(InvalidArgument, match="looks like an option"):
        Order(file="--dryrun", yes=True)


def test_stdin_cannot_be_read_twice() -> None:
    """When the rows come from there, the answer to a question cannot."""
    with pytest.raises(InvalidArgument, match="add --yes"):
        Order(file="-")


@pytest.mark.parametrize("amount", ["-1", "nan", "inf", "9e99999"])
def test_no_amount(amount: str) -> None:
    """Money is a number, and not less than nothing."""
    with pytest.raises(InvalidArgument, match=r"--max-cost: .* is no amount of money"):
        Order(file="clients.csv", max_cost=Decimal(amount))


@pytest.mark.parametrize(
    ("columns", "phone"),
    [
        ({"phone", "text", "id"}, "phone"),
        ({"to", "text"}, "to"),
        ({"to", "phone", "text"}, "phone"),
        ({"mobile", "text"}, "phone"),
    ],
)
def test_usual_columns(columns: set[str], phone: str) -> None:
    """What everybody calls so needs no option; the file need not have an id."""
    layout = Order(file="clients.csv").layout(columns)

    assert (layout.phone, layout.own_id) == (phone, None)
    assert layout.columns == {phone, "text"}


def test_named_columns() -> None:
    """What is named is taken, however it is spelt."""
    order = Order(file="a", phone="Mobile ", own_id="Order", text="{Name}!", sender="{Shop}")
    layout = order.layout({"phone", "id"})

    assert layout.columns == {"mobile", "order", "name", "shop"}


@pytest.mark.parametrize(
    ("dsn", "sender", "words"),
    [
        ("smsc://me:hunter2@smsc.kz?sender=ACME", None, "smsc at smsc.kz, sender ACME"),
        ("smsc://me:hunter2@smsc.kz?sender=ACME", "{shop}", "smsc at smsc.kz, sender {shop}"),
        ("smsclub+json://:hunter2@", None, "smsclub+json, no sender of its own"),
        (
            "failover(smsc://:hunter2@smsc.kz smsclub+json://:hunter2@)",
            "A",
            "failover: smsc at smsc.kz, sender A, then smsclub+json, sender A",
        ),
    ],
)
def test_gateway_in_words(dsn: str, sender: str | None, words: str) -> None:
    """Scheme, host and sender; never who logs in, nor with what."""
    assert way(dsn, sender) == words
