"""A ref names its provider, not its account: who is asked, and whose word counts."""

import pytest
from support.scripted_gateway import ScriptedGateway
from support.several import failover

from smsgate import (
    InvalidArgument,
    Message,
    OutcomeUnknown,
    Receipt,
    SmsGateError,
    Status,
    Unreachable,
    Unsupported,
)

PHONE = "77010000001"
MISSING, STRANGE, THERE = Status.NOT_FOUND, Status.UNKNOWN, Status.DELIVERED
DOWN = Unreachable("down")
LOST = OutcomeUnknown("no answer")


def account(
    *ids: str, status: Status = THERE, silence: SmsGateError | None = None
) -> ScriptedGateway:
    """Make an account with the provider "post" that has the messages *ids*."""
    return ScriptedGateway("post", known=dict.fromkeys(ids, status), silence=silence)


def ref(id_: str, provider: str = "post") -> str:
    """Write a ref."""
    return f"{provider}:{PHONE}:{id_}"


async def test_the_ref_says_whose_it_is() -> None:
    """Others are passed over: no request of theirs is spent."""
    other, mine = ScriptedGateway("pigeon"), account("1")

    report = await failover(other, mine).status(ref("1"))

    assert report.status is THERE
    assert (other.asked, mine.asked) == ([], [[ref("1")]])


async def test_a_receipt_will_do() -> None:
    """As with every gateway, a receipt is as good as its ref."""
    gateway = failover(ScriptedGateway("pigeon"), ScriptedGateway("post", known={"1": THERE}))
    receipt = Receipt(gateway="post", id="1", phone=PHONE)

    assert (await gateway.status(receipt)).status is THERE


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (THERE, THERE, THERE),
        (MISSING, THERE, THERE),
        (THERE, MISSING, THERE),
        (STRANGE, THERE, THERE),
        (STRANGE, MISSING, STRANGE),
        (MISSING, STRANGE, STRANGE),
        (MISSING, MISSING, MISSING),
    ],
    ids=str,
)
async def test_who_knows_more_is_believed(one: Status, other: Status, found: Status) -> None:
    """Two accounts with one provider: one has the message, the other has not."""
    gateway = failover(account("1", status=one), account("1", status=other))

    assert (await gateway.status(ref("1"))).status is found


async def test_the_second_account_is_asked_about_the_rest_alone() -> None:
    """One request an account, and none where nothing is left to ask."""
    one, two, three = account("1", "3"), account("2"), account()

    reports = await failover(one, two, three).statuses([ref(n) for n in "1231"])

    assert [report.status for report in reports] == [THERE] * 4
    assert one.asked == [[ref("1"), ref("2"), ref("3")]]
    assert two.asked == [[ref("2")]]
    assert three.asked == []


async def test_mixed_refs_keep_their_order() -> None:
    """Each provider is asked once about all of its own."""
    post = account("1", "2")
    pigeon = ScriptedGateway("pigeon", known={"1": Status.QUEUED})
    refs = [ref("1"), ref("1", "pigeon"), ref("2"), ref("9", "pigeon")]

    reports = await failover(post, pigeon).statuses(refs)

    assert [report.status for report in reports] == [THERE, Status.QUEUED, THERE, MISSING]
    assert post.asked == [[ref("1"), ref("2")]]
    assert pigeon.asked == [[ref("1", "pigeon"), ref("9", "pigeon")]]


async def test_no_question_no_request() -> None:
    """An empty list is answered with one."""
    assert await failover(account()).statuses([]) == []


@pytest.mark.parametrize("is_first_silent", [True, False])
async def test_one_silent_account_does_not_hide_the_other(*, is_first_silent: bool) -> None:
    """Who has the message has been heard: that is the answer."""
    accounts = [account(silence=DOWN), account("1")]
    gateway = failover(*(accounts if is_first_silent else reversed(accounts)))

    assert (await gateway.status(ref("1"))).status is THERE


@pytest.mark.parametrize("is_first_silent", [True, False])
async def test_not_found_needs_everybody(*, is_first_silent: bool) -> None:
    """An account that was not heard may have the message: "not found" would be a guess."""
    accounts = [account(silence=DOWN), account()]
    gateway = failover(*(accounts if is_first_silent else reversed(accounts)))

    with pytest.raises(Unreachable):
        await gateway.status(ref("1"))


async def test_a_strange_word_is_an_answer() -> None:
    """Somebody has word of the message, though an account was not heard."""
    gateway = failover(account(silence=DOWN), account("1", status=STRANGE))

    assert (await gateway.status(ref("1"))).status is STRANGE


async def test_nobody_could_answer() -> None:
    """The last one's error is raised, with what the others said in its notes."""
    gateway = failover(account(silence=DOWN), ScriptedGateway("pigeon"), account(silence=LOST))

    with pytest.raises(OutcomeUnknown) as caught:
        await gateway.status(ref("1"))

    assert caught.value.__notes__ == ["gateways[0], ScriptedGateway: Unreachable: down"]


async def test_a_receipt_without_an_id_of_its_own() -> None:
    """The gateway whose it is says so; that the others do not know it hides nothing."""
    gateway = failover(account(silence=Unsupported("no id")), ScriptedGateway("pigeon"))

    with pytest.raises(Unsupported, match="no id"):
        await gateway.status(f"post:{PHONE}:")


async def test_a_ref_of_nobodys() -> None:
    """It may come from a gateway that was taken off the list."""
    gateway = failover(ScriptedGateway("pigeon"))

    with pytest.raises(InvalidArgument, match="is of 'post', and none of the gateways") as caught:
        await gateway.status(ref("1"))

    assert caught.value.__notes__ == ["gateways[0], ScriptedGateway: InvalidArgument: not mine"]


async def test_a_text_that_is_no_ref() -> None:
    """Nobody is asked, not even about the others."""
    post = account("1")

    with pytest.raises(InvalidArgument, match="a ref reads"):
        await failover(post).statuses([ref("1"), "nonsense"])

    assert post.asked == []


async def test_a_failover_inside_another_is_asked_like_any_other() -> None:
    """It says "not mine" where none of its own knows the provider."""
    inner = failover(ScriptedGateway("pigeon"))

    assert (await failover(inner, account("1")).status(ref("1"))).status is THERE


async def test_who_is_set_aside_is_asked_last() -> None:
    """A question does not wait for a provider that is down, if another can answer."""
    down = ScriptedGateway("post", [DOWN], silence=DOWN)
    gateway = failover(down, account("1"))
    await gateway.send(Message(PHONE, "x"))

    assert (await gateway.status(ref("1"))).status is THERE
    assert down.asked == []
