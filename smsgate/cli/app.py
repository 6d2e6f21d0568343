"""The commands: their arguments, the errand that each runs, and how its end is told."""

import importlib.metadata
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from cyclopts import App, CycloptsError, Parameter
from cyclopts.validators import Number
from rich.text import Text

from smsgate.cli import endings, errands, usage, words
from smsgate.cli.exits import Exit, exit_of
from smsgate.cli.output import forgive_charsets, say
from smsgate.errors import SmsGateError
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

Dsn: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--gateway",
        help="DSN of the gateway, instead of the environment's SMSGATE_URL. "
        "Others on this machine can read an argument; the environment they cannot.",
    ),
]
Json: TypeAlias = Annotated[
    bool, Parameter(name="--json", help="Print one JSON object a line.", show_default=False)
]
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
def bulk(
    file: Annotated[
        str,
        Parameter(help="CSV with a header, or JSON lines; - is stdin.", allow_leading_hyphen=True),
    ],
    /,
    *,
    gateway: Dsn = None,
    text: Annotated[
        str | None,
        Parameter(help="Text with {column} in it, instead of the column text."),
    ] = None,
    phone: Annotated[
        str | None, Parameter(help="Column of the phones, if not phone or to.")
    ] = None,
    sender: Annotated[
        str | None, Parameter(help="Sender name, or {column}, instead of the DSN's.")
    ] = None,
    own_id: Annotated[
        str | None, Parameter(name="--id", help="Column of your own references, if not id.")
    ] = None,
    country: Annotated[
        str | None, Parameter(help="Whose the local numbers are: KZ, UA; needs [phones].")
    ] = None,
    form: Annotated[
        Literal["csv", "jsonl"] | None, Parameter(name="--format", help="If it cannot be seen.")
    ] = None,
    charset: Annotated[str | None, Parameter(help="Of the file, if it cannot be seen.")] = None,
    delimiter: Annotated[
        str | None,
        Parameter(help="Between columns, if it cannot be seen."),
    ] = None,
    dry_run: Annotated[
        bool, Parameter(help="Tell parts and costs, and send nothing.", show_default=False)
    ] = False,
    part_price: Annotated[
        Decimal | None, Parameter(help="Price of a part, where the gateway tells none.")
    ] = None,
    max_cost: Annotated[
        Decimal | None, Parameter(help="Stop before this run costs more than that.")
    ] = None,
    result: Annotated[
        str | None, Parameter(help="Where the outcomes go, if not FILE.results.jsonl.")
    ] = None,
    resume: Annotated[
        str | None, Parameter(help="Result file of an earlier run, to go on with.")
    ] = None,
    strict: Annotated[
        bool, Parameter(help="Send nothing if any row is bad.", show_default=False)
    ] = False,
    allow_repeats: Annotated[
        bool, Parameter(help="Send the same text to the same phone again.", show_default=False)
    ] = False,
    allow_empty: Annotated[
        bool, Parameter(help="Let a {column} be empty.", show_default=False)
    ] = False,
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], help="Do not ask.", show_default=False)
    ] = False,
    is_json: Json = False,
) -> Exit:
    """Send a file of messages, and write down what became of each row."""
    from smsgate.cli.bulk.command import bulk as carry_out  # noqa: PLC0415 - slow
    from smsgate.cli.bulk.order import Order  # noqa: PLC0415

    return carry_out(
        lambda: Order(
            file=file,
            gateway=gateway,
            text=text,
            phone=phone,
            sender=sender,
            own_id=own_id,
            country=country,
            form=form,
            charset=charset,
            delimiter=delimiter,
            dry_run=dry_run,
            part_price=part_price,
            max_cost=max_cost,
            result=result,
            resume=resume,
            strict=strict,
            allow_repeats=allow_repeats,
            allow_empty=allow_empty,
            yes=yes,
            is_json=is_json,
        )
    )


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
    except KeyboardInterrupt:
        say(Text("stopped"))
        return Exit.STOPPED
    except Exception as bug:  # noqa: BLE001 - a traceback would exit with "not sent"
        say(words.defect_sentence(bug))
        return Exit.UNKNOWN

    return Exit.OK if code is None else code
