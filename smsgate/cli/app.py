"""The commands: their arguments, the errand that each runs, and how its end is told."""

import importlib.metadata
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from cyclopts.validators import Number
from rich.text import Text

from smsgate.cli import endings, errands, usage, words
from smsgate.cli.bulk.order import Order
from smsgate.cli.exits import Exit, exit_of
from smsgate.cli.options import Dsn, Json
from smsgate.cli.output import forgive_charsets, say
from smsgate.errors import InvalidArgument, SmsGateError
from smsgate.message import Message

app = App(
    name="smsgate",
    version=lambda: f"smsgate {importlib.metadata.version('smsgate')}",
    help="Send SMS through smsc.kz, smsc.ua, smsc.ru and SMSClub.",
    help_format="plaintext",
    help_epilogue=usage.epilogue(),
    default_parameter=Parameter(negative=""),
    suppress_keyboard_interrupt=False,
)

_PORTS = Number(gte=0, lte=65535)


@app.command(sort_key=1, help_epilogue=usage.epilogue("smsgate send"))
def send(
    phone: Annotated[str, Parameter(help="International number, with or without +.")],
    text: Annotated[str, Parameter(help="The message; - reads stdin.", allow_leading_hyphen=True)],
    /,
    *,
    gateway: Dsn = None,
    sender: Annotated[str | None, Parameter(help="Sender name, instead of the DSN's.")] = None,
    own_id: Annotated[str | None, Parameter(name="--id", help="Your own reference.")] = None,
    deadline: Annotated[
        float | None, Parameter(help="Seconds; what is too late stays here.")
    ] = None,
    is_json: Json = False,
) -> Exit:
    """Send one message, and print its ref to ask about it later."""
    return endings.of_sending(
        errands.settle(
            lambda: errands.hand_in(
                gateway,
                Message(phone, errands.read_text(text), sender=sender, id=own_id),
                deadline,
            )
        ),
        is_json=is_json,
    )


@app.command(sort_key=2, help_epilogue=usage.epilogue("smsgate bulk"))
def bulk(order: Annotated[Order, Parameter(name="*")]) -> Exit:
    """Send a file of messages, and write down what became of each row."""
    from smsgate.cli.bulk.command import bulk as carry_out  # noqa: PLC0415 - slow

    return carry_out(order)


@app.command(sort_key=3, help_epilogue=usage.epilogue("smsgate status"))
def status(
    refs: Annotated[tuple[str, ...], Parameter(name="REF", help="What send printed.")],
    /,
    *,
    gateway: Dsn = None,
    is_json: Json = False,
) -> Exit:
    """Ask what became of messages, by their refs."""
    return endings.of_asking(
        refs, errands.settle(lambda: errands.ask(gateway, refs)), is_json=is_json
    )


@app.command(sort_key=4, help_epilogue=usage.epilogue("smsgate balance"))
def balance(*, gateway: Dsn = None, is_json: Json = False) -> Exit:
    """Ask what is left on the account."""
    return endings.of_balance(errands.settle(lambda: errands.ask_balance(gateway)), is_json=is_json)


@app.command(sort_key=5, help_epilogue=usage.epilogue("smsgate simulate"))
def simulate(
    *,
    port: Annotated[
        int, Parameter(help="Port to listen on; 0 is any free one.", validator=_PORTS)
    ] = 8025,
    pace: Annotated[float, Parameter(help="Seconds a message is queued, then sent.")] = 1.0,
    funds: Annotated[Decimal, Parameter(help="Money on each account.")] = Decimal(1000),
) -> Exit:
    """Serve every provider on this machine, for development, until Ctrl-C."""
    from smsgate.cli import simulate as simulating  # noqa: PLC0415 - slow

    try:
        simulating.simulate(port, pace, funds, wait=simulating.wait_for_ever)
    except SmsGateError as error:
        say(words.usage_sentence(str(error)))
        return exit_of(error)

    return Exit.OK


@app.command(sort_key=6, help_epilogue=usage.epilogue("smsgate demo"))
def demo() -> Exit:
    """Send a message through every gateway to a simulator, and watch them arrive."""
    from smsgate.cli.demo import demo as perform  # noqa: PLC0415 - slow

    return perform()


def run(arguments: Sequence[str]) -> Exit:
    """Run one command line; whatever happens, the exit code tells the message's fate."""
    forgive_charsets()
    try:
        code: Exit | None = app(
            arguments, exit_on_error=False, print_error=False, result_action="return_value"
        )
    except CycloptsError as error:
        say(words.usage_sentence(usage.explain(error)))
        return Exit.USAGE
    except InvalidArgument as error:  # an order's
        say(words.usage_sentence(str(error)))
        return Exit.USAGE
    except KeyboardInterrupt:
        say(Text("stopped"))
        return Exit.STOPPED
    except Exception as bug:  # noqa: BLE001 - a traceback would exit with "not sent"
        say(words.defect_sentence(bug))
        return Exit.UNKNOWN

    return Exit.OK if code is None else code
