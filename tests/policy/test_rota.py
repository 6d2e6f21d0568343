"""Who fails steps back for a while; nobody is ever struck off."""

from hypothesis import given, strategies as st

from smsgate.policy.rota import Rota

ITEMS = ["one", "two", "three"]


def rota(*, keeps: bool = False) -> Rota[str]:
    """Make a rota of `ITEMS`, each set aside for a minute."""
    return Rota(ITEMS, set_aside=60.0, keeps=keeps)


def test_the_order_is_that_of_preference() -> None:
    """While nothing failed the first is first, whatever the clock says."""
    assert rota().in_order(-5.0) == ITEMS
    assert rota().in_order(10.0**9) == ITEMS


def test_one_that_failed_goes_last() -> None:
    """The others are asked before it, in their own order."""
    items = rota()

    items.failed("one", 0.0)

    assert items.in_order(0.0) == ["two", "three", "one"]
    assert items.in_order(59.9) == ["two", "three", "one"]


def test_it_returns_to_its_place_when_its_time_is_over() -> None:
    """The preferred one is preferred again, without anybody saying so."""
    items = rota()

    items.failed("one", 0.0)

    assert items.in_order(60.0) == ITEMS


def test_failing_again_starts_the_time_again() -> None:
    """One that was tried because all were down, and failed, is set aside anew."""
    items = rota()
    items.failed("one", 0.0)

    items.failed("one", 50.0)

    assert items.in_order(109.9) == ["two", "three", "one"]
    assert items.in_order(110.0) == ITEMS


def test_when_all_are_down_all_are_still_tried() -> None:
    """The one that is back soonest comes first: it has had the most time to recover."""
    items = rota()
    items.failed("three", 0.0)
    items.failed("one", 1.0)
    items.failed("two", 2.0)

    assert items.in_order(3.0) == ["three", "one", "two"]


def test_those_that_failed_together_keep_their_order() -> None:
    """Preference still tells apart what the clock does not."""
    items = rota()
    items.failed("two", 0.0)
    items.failed("one", 0.0)

    assert items.in_order(1.0) == ["three", "one", "two"]


def test_one_that_worked_is_back_at_once() -> None:
    """Proof that it works is better than the clock."""
    items = rota()
    items.failed("one", 0.0)

    items.worked("one")

    assert items.in_order(1.0) == ITEMS


def test_what_works_is_not_moved_up() -> None:
    """A spare does not become the first choice by having helped out."""
    items = rota()

    items.worked("three")

    assert items.in_order(0.0) == ITEMS


def test_a_rota_may_keep_what_works() -> None:
    """Then the healthy one stays first, even after the preferred one's time is over."""
    items = rota(keeps=True)
    items.failed("one", 0.0)

    items.worked("two")

    assert items.in_order(1.0) == ["two", "three", "one"]
    assert items.in_order(1000.0) == ["two", "one", "three"]


def test_what_is_kept_is_kept_until_it_fails() -> None:
    """Its failing gives the first place back to the preferred one."""
    items = rota(keeps=True)
    items.worked("two")

    items.failed("two", 0.0)

    assert items.in_order(1.0) == ["one", "three", "two"]
    assert items.in_order(1000.0) == ITEMS


def test_another_failing_does_not_end_the_keeping() -> None:
    """Only its own failure says anything about the one that works."""
    items = rota(keeps=True)
    items.worked("two")

    items.failed("three", 0.0)

    assert items.in_order(1.0) == ["two", "one", "three"]


@given(
    events=st.lists(st.tuples(st.sampled_from(ITEMS), st.booleans(), st.floats(0, 200))),
    now=st.floats(0, 400),
    keeps=st.booleans(),
)
def test_everything_is_always_in_it_once(
    events: list[tuple[str, bool, float]], now: float, *, keeps: bool
) -> None:
    """Whatever happened, each item is tried exactly once."""
    items = rota(keeps=keeps)
    for item, is_failure, at in events:
        if is_failure:
            items.failed(item, at)
        else:
            items.worked(item)

    assert sorted(items.in_order(now)) == sorted(ITEMS)


def test_an_unfair_trial_takes_nobody_from_his_place() -> None:
    """Who failed for want of time is asked last for that while, and then he is first again."""
    rota = Rota(["main", "mirror"], set_aside=60.0, keeps=True)
    rota.worked("mirror")
    rota.failed("mirror", 0.0, 0.05)

    assert rota.in_order(1.0) == ["main", "mirror"]
    assert rota.in_order(3.0) == ["mirror", "main"]
