"""A refused batch goes again in halves, so that nobody suffers for the fault of one."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence

import attrs
import pytest
from hypothesis import given, strategies as st
from support.clock import NapClock
from support.provider import LOST
from support.transports import Answer, ScriptedTransport, settle

from smsgate import (
    Accepted,
    ContentRefused,
    Message,
    NotSent,
    Outcome,
    Refused,
    SmscGateway,
    Unknown,
)
from smsgate.policy.limits import Turn
from smsgate.wire.http import HttpReply, HttpRequest, parse_form


def letters(count: int, text: str | None = "same") -> list[Message]:
    """Write *count* messages, each to a phone of its own; without *text* each has its own."""
    return [Message(f"7701{n:07}", text or f"text {n}") for n in range(count)]


def no(code: int) -> HttpReply:
    """Say no as SMSC does."""
    return HttpReply(json.dumps({"error": "no", "error_code": code}).encode())


@attrs.define
class Strict:
    """
    SMSC's end, which refuses a request whole, with *code*, for one of its phones or its size.

    It keeps how many phones each request had.
    """

    bad: Collection[str] = ()
    code: int = 7
    most: int = 1000
    answers: Callable[[Sequence[str]], Answer | None] = lambda _: None
    sizes: list[int] = attrs.field(init=False, factory=list)
    taken: list[str] = attrs.field(init=False, factory=list)

    def __call__(self, _: str, request: HttpRequest) -> Answer:
        """Answer one request."""
        form = parse_form(request)
        if "status" in request.path:
            return HttpReply(b'{"status": -3, "err": 0}')

        phones = _phones(form)
        self.sizes.append(len(phones))
        if answer := self.answers(phones):
            return answer

        if len(phones) > self.most:
            return no(1)

        if set(phones) & set(self.bad):
            return no(self.code)

        self.taken += phones
        return HttpReply(json.dumps({"id": form["id"], "cnt": 1}).encode())

    def gateway(self, **settings: int) -> SmscGateway:
        """Make a gateway that has this at its other end."""
        wire = ScriptedTransport(self)
        return SmscGateway(api_key="key", transport=wire, clock=NapClock(), **settings)  # type: ignore[arg-type]


def _phones(form: dict[str, str]) -> list[str]:
    rows = form.get("list", "").splitlines()
    return [row.partition(":")[0] for row in rows] or form["phones"].split(",")


async def send(gateway: SmscGateway, messages: Sequence[Message]) -> list[Outcome]:
    """Hand in *messages*."""
    return [outcome async for outcome in gateway.send_many(messages)]


@given(bad=st.sets(st.integers(0, 19), max_size=20), code=st.sampled_from([1, 7, 8]))
async def test_the_bad_ones_are_found(bad: set[int], code: int) -> None:
    """Each good message is taken exactly once, as long as a good one shows that it is of use."""
    messages = letters(20)
    strict = Strict({messages[n].phone for n in bad}, code)

    outcomes = await send(strict.gateway(), messages)

    taken = [outcome.message for outcome in outcomes if isinstance(outcome, Accepted)]
    assert sorted(strict.taken) == sorted(message.phone for message in taken)
    assert len(set(strict.taken)) == len(strict.taken)
    assert {o.message.phone for o in outcomes} == {m.phone for m in messages}
    if len(bad) < 3:
        assert len(taken) == 20 - len(bad)


@pytest.mark.parametrize("places", [(0, 1, 2), (497, 498, 499), (0, 250, 499), (3, 77, 124, 300)])
async def test_a_few_bad_ones_sink_nobody_else(places: Sequence[int]) -> None:
    """Wherever they are, next to each other or far apart."""
    messages = letters(500)
    strict = Strict({messages[place].phone for place in places})

    outcomes = await send(strict.gateway(), messages)

    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 500 - len(places)
    assert len(strict.sizes) < 70


@pytest.mark.parametrize("count", [1, 2, 100, 500])
async def test_what_is_refused_for_all_is_soon_given_up(count: int) -> None:
    """A server that is asked again and again for what it refuses blocks the address."""
    messages = letters(count)
    strict = Strict({message.phone for message in messages})

    outcomes = await send(strict.gateway(), messages)

    assert len(outcomes) == count
    assert all(isinstance(outcome, NotSent) for outcome in outcomes)
    assert len(strict.sizes) <= 28


async def test_many_batches_refused_for_all_are_not_searched_one_by_one() -> None:
    """The first finds out for the others, which only try one alone."""
    messages = letters(2000)
    strict = Strict({message.phone for message in messages})

    outcomes = await send(strict.gateway(batch_size=100), messages)

    assert all(isinstance(outcome, NotSent) for outcome in outcomes)
    assert len(outcomes) == 2000
    assert len(strict.sizes) <= 20 * 2 + 28


async def test_after_a_search_in_vain_one_is_still_tried() -> None:
    """What was refused to all the last time may be the fault of one this time."""
    first, second = letters(200)[:100], letters(200)[100:]
    bad = {second[7].phone, second[77].phone}
    strict = Strict({*(message.phone for message in first), *bad})
    gateway = strict.gateway(batch_size=100)
    await send(gateway, first)

    outcomes = await send(gateway, second)

    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 98


async def test_a_batch_full_of_bad_ones_costs_only_so_much() -> None:
    """The rest is told that it was refused, and may be sent again."""
    messages = letters(500)
    strict = Strict({message.phone for message in messages[::2]})

    outcomes = await send(strict.gateway(), messages)

    assert len(outcomes) == 500
    assert len(strict.sizes) < 64 * 4
    assert 0 < len(strict.taken) == sum(isinstance(outcome, Accepted) for outcome in outcomes)


async def test_a_blocked_address_ends_the_search() -> None:
    """More traffic only makes it longer."""
    strict = Strict(answers=lambda phones: no(7 if len(phones) == 8 else 4))

    outcomes = await send(strict.gateway(), letters(8))

    assert all(isinstance(outcome, NotSent) for outcome in outcomes)
    assert strict.sizes == [8, 4]


async def test_one_forbidden_text_sinks_nobody_else() -> None:
    """Error 6 to a list of personal texts may be about any of them."""
    messages = letters(8, text=None)
    strict = Strict({messages[5].phone}, 6)

    outcomes = await send(strict.gateway(), messages)

    refused = [outcome for outcome in outcomes if isinstance(outcome, NotSent)]
    assert [outcome.message for outcome in refused] == [messages[5]]
    assert isinstance(refused[0].error, ContentRefused)


async def test_one_forbidden_text_for_all_is_not_tried_again() -> None:
    """Where all have the same text, halves have it, too."""
    messages = letters(8)
    strict = Strict({messages[5].phone}, 6)

    assert all(isinstance(outcome, NotSent) for outcome in await send(strict.gateway(), messages))
    assert strict.sizes == [8]


@pytest.mark.parametrize("code", [2, 3, 4])
async def test_what_is_no_fault_of_a_message_is_not_tried_again(code: int) -> None:
    """Login, money and a blocked address are the same for all."""
    messages = letters(8)
    strict = Strict({messages[0].phone}, code)

    assert all(isinstance(outcome, NotSent) for outcome in await send(strict.gateway(), messages))
    assert strict.sizes == [8]


@pytest.mark.parametrize("refusal", [None, HttpReply(b"<html>", 413), HttpReply(b"", 413)])
async def test_a_batch_that_was_too_large_teaches_the_size(refusal: HttpReply | None) -> None:
    """When halves are taken that were refused together, no batch is as large again."""

    def answers(phones: Sequence[str]) -> Answer | None:
        return refusal if len(phones) > 10 else None

    strict = Strict(most=10, answers=answers)
    gateway = strict.gateway(batch_size=32, max_in_flight=1)

    outcomes = await send(gateway, letters(320))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(strict.taken) == sorted(message.phone for message in letters(320))
    assert strict.sizes[:3] == [32, 16, 8]
    assert max(strict.sizes[21:]) == 8  # after those that were written ahead


@pytest.mark.parametrize(
    "more",
    [
        pytest.param([0], id="equal-lengths"),
        pytest.param([0, 9, 4, 0, 13, 2], id="lengths-that-vary"),
    ],
)
async def test_a_passing_refusal_teaches_no_size(more: Sequence[int]) -> None:
    """What was taken before, with as many messages and about as long, is not too much."""
    refusals = iter([False, True])
    strict = Strict(answers=lambda _: no(1) if next(refusals, False) else None)
    gateway = strict.gateway(batch_size=8, max_in_flight=1)
    lengths = [80 + more[n // 8 % len(more)] for n in range(64)]
    messages = [Message(f"7701{n:07}", f"{n:02}".ljust(lengths[n], "x")) for n in range(64)]

    outcomes = await send(gateway, messages)

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert strict.sizes == [8, 8, 4, 4, *[8] * 6]


async def test_longer_texts_may_be_too_much() -> None:
    """As many messages were taken before, but they were shorter."""
    short, long = letters(8, text=None), [Message(f"7702{n:07}", "x" * 90) for n in range(16)]
    long[0], long[8] = Message(long[0].to, "y" * 90), Message(long[8].to, "y" * 90)
    sizes = list[int]()

    def answers(phones: Sequence[str]) -> Answer | None:
        sizes.append(len(phones))
        return HttpReply(b"", 413) if phones[0].startswith("7702") and len(phones) > 4 else None

    gateway = Strict(answers=answers).gateway(batch_size=8, max_in_flight=1)
    await send(gateway, short)
    await send(gateway, long)
    await send(gateway, short)

    assert sizes[:4] == [8, 8, 4, 4]
    assert sizes[-2:] == [4, 4]


async def test_who_is_not_to_blame_is_not_called_so() -> None:
    """A search that is given up leaves texts that nobody tried alone: they are not forbidden."""
    messages = letters(500, text=None)
    strict = Strict({message.phone for message in messages}, 6)

    outcomes = await send(strict.gateway(), messages)

    kinds = Counter(type(o.error) for o in outcomes if isinstance(o, NotSent))
    assert kinds == {ContentRefused: 3, Refused: 497}
    untold = next(o.error for o in outcomes if isinstance(o, NotSent) and type(o.error) is Refused)
    assert (str(untold), untold.code) == ("smsc: no (error 6); said of 500 messages together", "6")


@pytest.mark.parametrize(("bad", "sunk"), [(15, 0), (25, 0), (40, 200)])
async def test_many_bad_ones_sink_few_others(bad: int, sunk: int) -> None:
    """As long as so many are taken on the way, a search goes on."""
    messages = letters(500)
    strict = Strict({message.phone for message in messages[:: 500 // bad]})

    outcomes = await send(strict.gateway(), messages)

    taken = sum(isinstance(outcome, Accepted) for outcome in outcomes)
    assert taken >= 500 - len(strict.bad) - sunk


@pytest.mark.parametrize(("seconds", "count"), [(0.5, 4), (0.6, 3)])
async def test_no_part_leaves_too_late(seconds: float, count: int) -> None:
    """What is sent when the time is nearly over would end unknown: it was refused, and stays so."""
    messages = letters(64)
    strict = Strict({messages[5].phone, messages[40].phone})
    clock = NapClock()

    def slow(base_url: str, request: HttpRequest) -> Answer:
        clock.time += seconds
        return strict(base_url, request)

    wire = ScriptedTransport(slow)
    gateway = SmscGateway(api_key="key", transport=wire, clock=clock, deadline=2.0)
    outcomes = await send(gateway, messages)

    assert len(strict.sizes) == count  # within three quarters of 2 seconds
    assert not any(isinstance(outcome, Unknown) for outcome in outcomes)


async def test_a_bad_phone_teaches_no_size() -> None:
    """It is no reason to send smaller batches from then on."""
    strict = Strict({letters(1)[0].phone}, 1)
    gateway = strict.gateway(batch_size=8, max_in_flight=1)

    await send(gateway, letters(24))

    assert strict.sizes[-1] == 8


async def test_413_to_one_message_is_a_refusal() -> None:
    """RFC 9110: the server refuses to process it. Nothing was sent, and there are no halves."""
    strict = Strict(answers=lambda _: HttpReply(b"<html>", 413))

    [outcome] = await send(strict.gateway(), letters(1))

    assert isinstance(outcome, NotSent)
    assert outcome.error.code == "413"
    assert "no request of this size" in str(outcome.error)


async def test_an_unknown_half_stays_unknown() -> None:
    """It is neither handed in again nor called refused; the other half has its own fate."""
    first, *_ = messages = letters(4)

    def answers(phones: Sequence[str]) -> Answer | None:
        if len(phones) == 4:
            return no(7)

        return LOST if first.phone in phones else None

    strict = Strict(answers=answers)
    outcomes = await send(strict.gateway(), messages)

    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown, Accepted, Accepted]
    assert strict.sizes == [4, 2, 2]


async def test_each_message_is_on_record_once(caplog: pytest.LogCaptureFixture) -> None:
    """A refusal of the whole batch is no fate of anybody's."""
    caplog.set_level("INFO", logger="smsgate")
    messages = letters(4)

    await send(Strict({messages[3].phone}).gateway(), messages)

    fates = [vars(record)["fate"] for record in caplog.records if "fate" in vars(record)]
    assert fates == ["accepted", "accepted", "accepted", "not sent"]


async def test_no_time_for_halves() -> None:
    """What cannot go again before the deadline was refused, and stays so."""
    strict = Strict({letters(1)[0].phone})
    clock = NapClock()

    def slow(base_url: str, request: HttpRequest) -> Answer:
        clock.time += 30
        return strict(base_url, request)

    wire = ScriptedTransport(slow)
    gateway = SmscGateway(api_key="key", transport=wire, clock=clock, deadline=20.0)
    outcomes = await send(gateway, letters(4))

    assert [type(outcome) for outcome in outcomes] == [NotSent] * 4
    assert strict.sizes == [4]


async def test_closing_ends_the_search() -> None:
    """What was taken by then is told as taken, the rest as refused; nothing more goes."""
    strict = Strict({letters(8)[7].phone})
    gateway = strict.gateway(timeout=1, max_in_flight=1)
    turns = gateway._line.limits

    async def send_all() -> list[Outcome]:
        return await send(gateway, letters(8))

    def hold(phones: Sequence[str]) -> None:
        if len(phones) == 4:
            turns._taken.add(Turn(turns, asyncio.get_running_loop()))  # somebody else's

    strict.answers = hold
    sending = asyncio.create_task(send_all())
    await settle()
    await gateway.aclose()
    outcomes = await sending

    assert (
        sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted"] * 4 + ["NotSent"] * 4
    )
    assert len(strict.taken) == 4
