"""Questions of price that are refused: a few are put again by halves, and no flood of them."""

import asyncio
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from cli.bulk.files import TEXT, sent, write_campaign
from cli.terminal import Terminal
from support.clock import NapClock
from support.transports import ScriptedTransport

from smsgate.cli.bulk.places import Atlas
from smsgate.cli.bulk.prices import Price, quoted
from smsgate.cli.bulk.rows import Row
from smsgate.cli.bulk.survey import survey
from smsgate.cli.exits import Exit
from smsgate.errors import AuthenticationFailed, ContentRefused, Refused
from smsgate.message import Message
from smsgate.money import PhoneQuote, Quote
from smsgate.providers.smsc.gateway import SmscGateway
from smsgate.simulator import Simulator
from smsgate.wire.http import HttpReply, HttpRequest, parse_form

DENIED = HttpReply(b'{"error": "message is denied", "error_code": 6}')
SAID = "the provider refuses: smsc: message is denied (error 6)"


def letters(count: int, start: int = 0) -> list[Message]:
    """Write *count* messages, each to a phone of its own and with a text of its own."""
    return [Message(f"7701{n:07}", f"text {n:05}") for n in range(start, start + count)]


def rows(messages: Sequence[Message]) -> list[Row]:
    """Make the rows of a file of *messages*."""
    return [Row(n, m.phone, None, m) for n, m in enumerate(messages, start=2)]


@attrs.define
class Strict:
    """SMSC's end: every message costs 2, unless *refuse* has an answer for all of its texts."""

    refuse: Callable[[Sequence[str]], HttpReply | None]
    sizes: list[int] = attrs.field(init=False, factory=list)

    def __call__(self, _: str, request: HttpRequest) -> HttpReply:
        """Answer one question."""
        form = parse_form(request)
        lines = form.get("list", "").split("\n") if "list" in form else None
        pairs = [line.split(":", 1) for line in lines] if lines else []
        phones = [phone for phone, _ in pairs] or form["phones"].split(",")
        self.sizes.append(len(phones))
        if refusal := self.refuse([text for _, text in pairs] or [form["mes"]]):
            return refusal

        told = [{"phone": phone, "cost": "2"} for phone in phones]
        return HttpReply(json.dumps({"cost": f"{2 * len(phones)}", "phones": told}).encode())

    def gateway(self) -> SmscGateway:
        """Make a gateway that has this at its other end."""
        return SmscGateway(api_key="key", transport=ScriptedTransport(self), clock=NapClock())


@pytest.mark.parametrize("count", [2_000, 20_000])
async def test_what_is_refused_for_all_is_soon_asked_no_more(count: int) -> None:
    """Such as the name of a sender: a server that is asked on and on blocks the address."""
    strict = Strict(lambda _: DENIED)
    prices = quoted(strict.gateway().quote)

    found = await survey(rows(letters(count)), prices, atlas=Atlas(), keeps_prices=True)

    assert len(strict.sizes) == 4 + 23
    assert str(found.refusal) == SAID
    assert (found.rows, found.whole.messages, found.whole.unpriced) == (count, count, count)


async def test_nothing_can_be_sent_under_a_cap_then() -> None:
    """Who wants a price for all has no use for some; why there is none is told by its code, too."""
    strict = Strict(lambda _: DENIED)

    with pytest.raises(Refused, match="the provider refuses: smsc: message is denied") as raised:
        await survey(rows(letters(2000)), quoted(strict.gateway().quote), keeps_prices=True)

    assert type(raised.value) is Refused
    assert raised.value.code == "6"


async def test_prices_that_were_told_before_are_kept() -> None:
    """The survey of a dry run goes on, without asking."""
    strict = Strict(lambda texts: DENIED if max(texts) >= "text 02000" else None)
    prices = quoted(strict.gateway().quote)

    found = await survey(rows(letters(8000)), prices, atlas=Atlas(), keeps_prices=True)

    assert (found.whole.messages, found.whole.unpriced) == (8000, 6000)
    assert found.whole.cost == Decimal(4000)
    assert len(strict.sizes) < 4 + 4 * 28


async def test_one_bad_row_is_found() -> None:
    """It is told as bad; all others have their price."""
    strict = Strict(lambda texts: DENIED if "text 00123" in texts else None)

    found = await survey(rows(letters(500)), quoted(strict.gateway().quote), keeps_prices=True)

    assert (found.bad, found.whole.messages, found.whole.cost) == (1, 499, Decimal(998))
    [example] = found.examples
    assert example.line == 125
    assert [n for n, price in enumerate(found.prices) if price.error] == [123]
    assert isinstance(found.prices[123].error, ContentRefused)
    assert len(strict.sizes) == 19


async def test_bad_rows_far_apart_are_looked_for_at_once() -> None:
    """As soon as anybody has a price: then the refusals are not meant for all."""
    asked, most = 0, 0  # questions about a part

    async def quote(messages: Sequence[Message]) -> Quote:
        nonlocal asked, most
        asked += len(messages) < 500
        most = max(most, asked)
        await asyncio.sleep(0)
        asked -= len(messages) < 500
        if any(message.text.endswith(("123", "623")) for message in messages):
            raise ContentRefused("denied")

        priced = {message.phone: PhoneQuote(cost=Decimal(2)) for message in messages}
        return Quote(cost=Decimal(2) * len(messages), by_phone=priced)

    found = await survey(rows(letters(2000)), quoted(quote))

    assert (found.bad, found.whole.messages) == (4, 1996)
    assert most == 4


async def test_too_many_bad_rows_are_not_all_looked_for() -> None:
    """As in a send, which is given up once 64 more were refused than taken."""
    strict = Strict(lambda texts: DENIED if any(text[-1] in "02468" for text in texts) else None)

    found = await survey(rows(letters(500)), quoted(strict.gateway().quote), atlas=Atlas())

    assert found.refusal
    assert len(strict.sizes) < 64 * 4


async def test_messages_to_one_phone_are_bounded_as_well() -> None:
    """They cannot share a question, so there is nothing to be halved."""
    strict = Strict(lambda _: DENIED)
    messages = [Message("77010000000", f"text {n}") for n in range(2000)]

    found = await survey(rows(messages), quoted(strict.gateway().quote), atlas=Atlas())

    assert found.refusal
    assert len(strict.sizes) < 64 + 4


async def test_an_answer_in_between_is_reason_to_ask_on() -> None:
    """Then the refusals were not meant for all."""
    strict = Strict(lambda texts: DENIED if texts[0].startswith("bad") else None)
    texts = [*(f"bad {n}" for n in range(40)), "good", *(f"bad {n}" for n in range(40, 80))]
    messages = [Message("77010000000", text) for text in texts]

    found = await survey(rows(messages), quoted(strict.gateway().quote))

    assert (found.bad, found.whole.messages) == (80, 1)


async def test_a_question_that_is_too_large_is_halved() -> None:
    """HTTP 413, as to a send; and no question is as large again."""
    strict = Strict(lambda texts: HttpReply(b"<html>", 413) if len(texts) > 200 else None)

    find = quoted(strict.gateway().quote)
    first, second = await find(letters(500)), await find(letters(500))

    assert first == second == [Price(Decimal(2))] * 500
    assert strict.sizes == [500, 250, 125, 125, 250, 125, 125, *[125] * 4]


async def test_a_wrong_login_is_no_refusal_of_prices() -> None:
    """Whoever looks is told that, and nothing else."""
    strict = Strict(lambda _: HttpReply(b'{"error": "no", "error_code": 2}'))
    messages = [Message(f"7701000000{n // 500}", f"text {n}") for n in range(2000)]

    with pytest.raises(AuthenticationFailed):
        await survey(rows(messages), quoted(strict.gateway().quote), atlas=Atlas())

    assert len(strict.sizes) <= 4


@pytest.fixture
def denied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the provider refuse whatever is asked."""

    async def quote(*_: object) -> Quote:
        raise ContentRefused("smsc: message is denied (error 6)", code="6")

    monkeypatch.setattr(SmscGateway, "quote", quote)


@pytest.mark.usefixtures("dsn", "denied")
def test_a_dry_run_shows_what_it_can(tmp_path: Path, terminal: Terminal) -> None:
    """Messages and parts are counted without the provider; the price is a question mark."""
    file = write_campaign(tmp_path / "clients.csv", 20)
    screen = terminal.run("bulk", str(file), *TEXT, "--dry-run")

    assert screen.code == Exit.OK
    assert screen.out.splitlines()[-1].split() == ["all", "20", "20", "?"]
    assert f"no price: {SAID}; no more was asked\n" in screen.err

    [facts] = terminal.run("bulk", str(file), *TEXT, "--dry-run", "--json").facts

    assert (facts["refusal"], facts["cost"], facts["unpriced"]) == (SAID, None, 20)


@pytest.mark.usefixtures("dsn", "denied")
def test_a_cap_sends_nothing(tmp_path: Path, simulator: Simulator, terminal: Terminal) -> None:
    """Nobody knows what it would cost."""
    file = write_campaign(tmp_path / "clients.csv", 20)
    screen = terminal.run("bulk", str(file), *TEXT, "--max-cost", "100", "--yes")

    assert screen.code == Exit.NOT_SENT
    assert screen.err.endswith(f"no price: {SAID}; nothing was sent\n")
    assert sent(simulator) == []
    assert not Path(f"{file}.results.jsonl").exists()
