"""What a gateway says, its provider's simulated end reads; and the other way round."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import example, given, settings, strategies as st
from support.clock import FakeClock
from support.gateways import SCHEMES, gateway_over
from support.loopback import Loopback

from smsgate import (
    Accepted,
    Fate,
    InvalidMessage,
    Message,
    NotSent,
    Receipt,
    Refused,
    SmsGateError,
    Status,
    Unsupported,
)
from smsgate.outcome import result_of
from smsgate.providers.network import Network, Sms

NASTY = (
    "a=b&c;d+%2B\r\n,;:phones=7&id=0",
    "]]>]]&gt;<![CDATA[x]]>&amp;\r",
    "Код 1234: Привіт, ґанок, Сәлем 😀 €",
    "=IDS START=\n<br/>=IDS END=",
    " spaces at both ends ",
    "\x01\x02\x1b\x7f\x80\x98\xa0",
    "\n",
)
PIECES = st.sampled_from([*"aжіәё😀€]>&<;:,|\\%+=\r\n \t\x01\x7f\xa0", *NASTY])
TEXTS = st.one_of(st.lists(PIECES, min_size=1, max_size=80).map("".join), st.text(min_size=1))
PHONES = st.from_regex(r"\+?3809[0-9]{4}5555", fullmatch=True)  # no magic in these


def a_network() -> Network:
    """Make a phone network in which nobody runs out of money."""
    return Network(clock=FakeClock(), funds=Decimal(10**9))


def stored(network: Network) -> Sequence[tuple[str, str]]:
    """List what was accepted: phone and text of each."""
    return [(sms.phone.removeprefix("+"), sms.text) for sms in network.sent]


def message_of(to: str, text: str) -> Message | None:
    """Make a message, unless no message could be like this."""
    try:
        return Message(to, text)
    except InvalidMessage:
        return None


@pytest.mark.parametrize("scheme", SCHEMES)
@given(to=PHONES, text=TEXTS)
@settings(max_examples=60)
@example(to="+380975555555", text=NASTY[0])
@example(to="+380975555555", text=NASTY[1])
@example(to="380975555555", text=NASTY[2])
@example(to="380975555555", text=NASTY[3])
@example(to="380975555555", text=NASTY[4])
@example(to="380975555555", text=NASTY[5])
async def test_one_is_carried_exactly_or_refused(scheme: str, to: str, text: str) -> None:
    """Nothing is damaged and nobody is added: what cannot be carried never leaves."""
    message = message_of(to, text)
    if message is None:
        return

    wire = Loopback(a_network())
    try:
        await gateway_over(wire, scheme).send(message)
    except InvalidMessage:
        assert wire.asked == []
    else:
        assert stored(wire.network) == [(message.phone, text)]


@pytest.mark.parametrize("scheme", SCHEMES)
@given(letters=st.lists(st.tuples(PHONES, TEXTS | st.sampled_from("xж")), max_size=12))
@settings(max_examples=40)
async def test_many_are_carried_exactly_or_refused(
    scheme: str, letters: Sequence[tuple[str, str]]
) -> None:
    """However messages share requests, each is its own and has its own outcome."""
    messages = [message for to, text in letters if (message := message_of(to, text))]
    network = a_network()
    outcomes = [o async for o in gateway_over(Loopback(network), scheme).send_many(messages)]
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotSent)]

    assert sorted(stored(network)) == sorted((o.message.phone, o.message.text) for o in accepted)
    assert all(isinstance(outcome.error, InvalidMessage) for outcome in refused)
    assert len(accepted) + len(refused) == len(messages)
    assert all(o.receipt.phone == o.message.phone for o in accepted)


async def test_receipts_are_not_mixed_up(scheme: str) -> None:
    """Each receipt asks about its own message, one part or many, and about no other."""
    network = a_network()
    gateway = gateway_over(Loopback(network), scheme)
    phones = [f"38097000{n:04}" for n in (1111, 5555, 6666, 7777)]
    texts = ["short", "long " * 60]
    messages = [Message(phone, text, id=f"{phone}") for text in texts for phone in phones]

    receipts = {
        outcome.message: outcome.receipt
        async for outcome in gateway.send_many(messages)
        if isinstance(outcome, Accepted)
    }

    assert list(receipts) == messages
    for message, receipt in receipts.items():
        ids = {receipt.id, *receipt.part_ids}
        found = [sms for sms in network.sent if ids & set(sms.ids) and sms.phone == message.phone]

        assert (receipt.gateway, receipt.message_id) == (scheme, message.id)
        assert [sms.text for sms in found] == [message.text]


ENDINGS = [f"90{n:02}" for n in range(20)] + [f"20{n:02}" for n in range(26)] + ["3006", "9500"]


def check_fate(message: Message, result: Receipt | SmsGateError, sent: Sequence[Sms]) -> None:
    """Compare what the gateway says became of *message* with what really did."""
    copies = [sms.text for sms in sent if sms.phone.removeprefix("+") == message.phone]
    if isinstance(result, Receipt):
        assert copies == [message.text]
    elif result.fate is Fate.NOT_SENT:
        assert copies == []
    else:
        assert len(copies) <= 1


async def send_one(scheme: str, network: Network, message: Message) -> Receipt | SmsGateError:
    """Send *message* and catch what becomes of it."""
    try:
        return await gateway_over(Loopback(network), scheme).send(message)
    except SmsGateError as error:
        return error


@pytest.mark.parametrize("ending", ENDINGS)
async def test_the_fate_of_one_is_told_truly(scheme: str, ending: str) -> None:
    """Accepted is with the provider, once; not sent is not; whatever the provider answers."""
    network = a_network()
    message = Message(f"38097000{ending}", "Код")

    check_fate(message, await send_one(scheme, network, message), network.sent)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_the_fate_of_many_is_told_truly(scheme: str, ending: str) -> None:
    """One odd phone among good ones: every outcome is still the truth."""
    network = a_network()
    messages = [Message(f"3809700{n}5555", "Код") for n in range(3)]
    messages.insert(1, Message(f"38097000{ending}", "Код"))

    outcomes = [o async for o in gateway_over(Loopback(network), scheme).send_many(messages)]

    assert {outcome.message for outcome in outcomes} == set(messages)
    assert len(outcomes) == len(messages)
    for outcome in outcomes:
        check_fate(outcome.message, result_of(outcome), network.sent)


async def test_followed_to_the_end(scheme: str, clock: FakeClock, network: Network) -> None:
    """From a stored ref alone, after a restart, until asking teaches nothing more."""
    ref = (await gateway_over(Loopback(network), scheme).send(Message("380970005555", "Код"))).ref
    gateway = gateway_over(Loopback(network), scheme)
    seen = [await gateway.status(ref)]
    for _ in range(3):
        clock.advance(1)
        seen.append(await gateway.status(ref))

    assert [report.status.is_final for report in seen] == [False, False, True, True]
    assert seen[-1].status is Status.DELIVERED
    assert {report.phone for report in seen} == {"380970005555"}


async def test_statuses_stand_where_their_refs_stood(
    scheme: str, clock: FakeClock, network: Network
) -> None:
    """Old and young ones mixed, one of them twice."""
    gateway = gateway_over(Loopback(network), scheme)
    old = await gateway.send(Message("380970005555", "Код"))
    clock.advance(5)
    young = await gateway.send(Message("380970006666", "long " * 60))

    reports = await gateway.statuses([young, old.ref, young.ref, old])

    assert [report.status.is_final for report in reports] == [False, True, False, True]
    assert [report.phone for report in reports] == [r.phone for r in (young, old, young, old)]


async def test_a_message_nobody_knows(scheme: str, loopback: Loopback) -> None:
    """An id that the provider never gave is not found or unknown: never an end."""
    report = await gateway_over(loopback, scheme).status(f"{scheme}:380970005555:999999999")

    assert report.status in {Status.NOT_FOUND, Status.UNKNOWN}


async def test_the_balance(scheme: str, loopback: Loopback) -> None:
    """What is left is exact and falls by what was spent; a gate without one says so."""
    gateway = gateway_over(loopback, scheme)
    try:
        before = await gateway.balance()
    except Unsupported:
        return

    await gateway.send(Message("380970005555", "Код"))
    after = await gateway.balance()

    assert isinstance(before.amount, Decimal)
    assert before.amount - after.amount == loopback.network.sent[0].cost


async def test_a_refusal_is_a_refusal(scheme: str) -> None:
    """A number that the provider refuses is refused, and its own words are passed on."""
    for ending in ("9001", "9007"):
        result = await send_one(scheme, a_network(), Message(f"38097000{ending}", "Код"))
        if isinstance(result, Refused):
            assert str(result)
            return

    pytest.fail("this provider's simulated end refuses nobody")
