"""The house stands as drawn: floors, rooms, doors, and no file too long to read."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import smsgate

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "smsgate"
CEILING = 400
HEAVY = (
    *("httpx", "httpcore", "aiohttp", "cyclopts", "rich", "starlette", "uvicorn"),
    *("phonenumbers", "redis", "taskiq", "aiosmtplib", "opentelemetry"),
)
CLIENTS = {"httpx", "httpcore", "aiohttp", "requests", "urllib3", "urllib.request", "http.client"}
WORLD = CLIENTS | {"asyncio", "anyio", "socket", "ssl", "os", "pathlib", "subprocess", "threading"}
WORLD |= {"time", "random", "secrets", "logging"}

GROUND, WIRE, MACHINES, GATEWAYS, EDGES = range(5)
FLOORS = {
    "smsgate.errors": GROUND,
    "smsgate.gateway": GROUND,
    "smsgate.message": GROUND,
    "smsgate.money": GROUND,
    "smsgate.outcome": GROUND,
    "smsgate.receipt": GROUND,
    "smsgate.report": GROUND,
    "smsgate.text": GROUND,
    "smsgate.wire": WIRE,
    "smsgate.transport": MACHINES,
    "smsgate.policy": MACHINES,
    "smsgate.providers": WIRE,
    "smsgate": EDGES,
}


def name_of(path: Path) -> str:
    """Name the module in the file at *path*."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(HOUSE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def floor_of(module: str) -> int:
    """Find the floor of *module*: its own, or that of the room it is in."""
    if module == "smsgate.providers" or (
        module.startswith("smsgate.providers.") and module.endswith("gateway")
    ):
        return GATEWAYS

    while module not in FLOORS:
        module = module.rpartition(".")[0]

    return FLOORS[module]


def provider_of(module: str) -> str | None:
    """Name the provider whose folder *module* is in, if it is in one."""
    match module.split("."):
        case ["smsgate", "providers", name, *_] if (HOUSE / "providers" / name).is_dir():
            return name
        case _:
            return None


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Name everything that *tree* imports, wherever in it; our own modules in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


IMPORTS: Mapping[str, set[str]] = {name: set(imports_of(tree)) for name, tree in TREES.items()}
every_module = pytest.mark.parametrize("module", MODULES)


@every_module
def test_imports_only_go_down(module: str) -> None:
    """A floor stands on those below it, so that each can be read without those above."""
    ours = {name for name in IMPORTS[module] if name in MODULES}

    assert {name for name in ours if floor_of(name) > floor_of(module)} == set()


def clients_in(module: str) -> set[str]:
    """List the HTTP clients that *module* imports."""
    return {name for name in IMPORTS[module] if name in CLIENTS or name.split(".")[0] in CLIENTS}


@every_module
def test_only_transports_import_an_http_client(module: str) -> None:
    """Which client carries the requests is one folder's business."""
    is_transport = module.startswith("smsgate.transport.")

    assert is_transport or not clients_in(module), clients_in(module)


@every_module
def test_codecs_do_not_touch_the_world(module: str) -> None:
    """The ground and the wire are pure: no socket, no clock, no environment, no chance."""
    touched = {name for name in IMPORTS[module] if {name, name.split(".")[0]} & WORLD}

    assert floor_of(module) > WIRE or touched == set()


@every_module
def test_providers_do_not_know_each_other(module: str) -> None:
    """A provider is one folder, and could be another package."""
    known = {provider_of(name) for name in IMPORTS[module]} - {None, provider_of(module)}

    assert provider_of(module) is None or known == set()


@pytest.mark.parametrize("floor", ["wire", "transport", "policy"])
def test_machines_know_no_provider(floor: str) -> None:
    """What serves all providers names none of them, not even in a condition."""
    providers = {name for module in MODULES if (name := provider_of(module))}
    for module, path in MODULES.items():
        if module.startswith(f"smsgate.{floor}"):
            words = path.read_text(encoding="utf-8").casefold()

            assert [name for name in providers if name in words] == [], module


@every_module
def test_private_modules_stay_in_their_folder(module: str) -> None:
    """A leading underscore means: only this folder may import me."""
    private = {name for name in IMPORTS[module] if "._" in name and name in MODULES}
    folder = module if MODULES[module].stem == "__init__" else module.rpartition(".")[0]

    assert {name for name in private if name.rpartition(".")[0] != folder} == set()


@pytest.mark.parametrize(
    "path",
    [path for folder in ("smsgate", "tests") for path in sorted((ROOT / folder).rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_file_is_too_long(path: Path) -> None:
    """Four hundred lines are two ideas, and two files."""
    length = path.read_text(encoding="utf-8").count("\n")

    assert length <= CEILING


def replaces(node: ast.AST) -> bool:
    """Tell whether *node* is a call that puts question marks where it cannot read or write."""
    if not isinstance(node, ast.Call):
        return False

    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    rules = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    if name in {"unquote", "unquote_plus", "parse_qs", "parse_qsl"} and "errors" not in rules:
        return True  # it is what they do unless told otherwise

    positional = [ast.unparse(argument) for argument in node.args]
    is_codec = name in {"encode", "decode", "open", "str", "bytes"}
    return rules.get("errors") == "'replace'" or (is_codec and "'replace'" in positional)


@every_module
def test_nothing_is_replaced(module: str) -> None:
    """A question mark in the place of a letter would be read by somebody."""
    assert [ast.unparse(node) for node in ast.walk(TREES[module]) if replaces(node)] == []


@pytest.mark.parametrize(
    ("source", "is_caught"),
    [
        ('body.decode("cp1251", "replace")', True),
        ('body.decode(errors="replace")', True),
        ('text.encode("cp1251", errors="replace")', True),
        ("unquote(text)", True),
        ("parse_qsl(text, keep_blank_values=True)", True),
        ('unquote(text, errors="strict")', False),
        ('text.replace("replace", "x")', False),
        ('body.decode("cp1251")', False),
    ],
)
def test_the_rule_against_replacing_works(source: str, *, is_caught: bool) -> None:
    """A check that cannot fail would be a defect of its own."""
    assert any(replaces(node) for node in ast.walk(ast.parse(source))) == is_caught


def test_the_door_is_a_door() -> None:
    """``smsgate/__init__.py`` is names, some of them for later, and ``__all__``; no more."""
    kinds = [type(node) for node in TREES["smsgate"].body]
    imported = [
        alias.name
        for node in ast.walk(TREES["smsgate"])
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
        for alias in node.names
    ]

    assert [kind for kind in kinds if kind is not ast.ImportFrom] == [
        ast.Expr,  # the docstring
        ast.Import,
        ast.If,  # what an editor and mypy see of the names for later
        ast.Assign,  # where those live
        ast.FunctionDef,
        ast.Assign,
    ]
    assert smsgate.__all__ == sorted(imported)


@pytest.mark.parametrize("name", smsgate.__all__)
def test_every_name_is_behind_the_door(name: str) -> None:
    """The concrete gateways too, which are fetched when somebody asks for them."""
    assert hasattr(smsgate, name)


def test_no_other_name_is_behind_the_door() -> None:
    """A misspelt name is an `AttributeError`, as from any module."""
    with pytest.raises(AttributeError, match="has no attribute 'SmsGateway'"):
        getattr(smsgate, "SmsGateway")  # noqa: B009 - mypy sees the mistake, too


def test_importing_loads_nothing_heavy() -> None:
    """The client comes in when a gateway is opened; servers and terminals never do."""
    code = "import sys, smsgate; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )

    assert "smsgate" in done.stdout.split()
    assert sorted(set(done.stdout.split()) & set(HEAVY)) == []
