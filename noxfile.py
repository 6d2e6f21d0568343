"""The only runner: ``nox`` does everything, ``nox -s NAME`` one thing, ``nox -l`` lists them."""

import sys

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "demo", "faults", "tests", "coverage"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
COUNTED = "{}.{}".format(*sys.version_info)  # branches are counted on nox's own: it takes long
SIDE_BY_SIDE = ["-n", "auto"]  # as many tests at once as there are processors
CODE = ["smsgate", "tests", "benchmarks", "examples", "noxfile.py"]


def group(name: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
def lint(session: nox.Session) -> None:
    session.install(*group("lint"))
    session.run("ruff", "check", *CODE)
    session.run("ruff", "format", "--check", *CODE)


@nox.session
def types(session: nox.Session) -> None:
    session.install(".[all]", *group("types"))
    session.run("mypy", *CODE)


@nox.session
def demo(session: nox.Session) -> None:
    session.install(".[cli]")
    session.run("smsgate", "demo", env={"PYTHONSAFEPATH": "1"})


@nox.session
def faults(session: nox.Session) -> None:
    """Everything that can go wrong: the table of docs/faults.md, and a long soak."""
    session.install(".[all]", *group("tests"))
    env = {"PYTHONSAFEPATH": "1", "PYTHONPATH": "tests"}
    session.run("python", "-m", "faults.matrix", *session.posargs, env=env)
    for carrier in ("httpx", "aiohttp"):
        session.run("python", "-m", "faults.matrix", "--transport", carrier, env=env)

    session.run("python", "-m", "faults.soak", "--sends", "20000", env=env)
    chosen = ["tests/contract", "tests/faults/test_soak.py"]  # the matrix is done
    session.run("pytest", "-m", "once", *SIDE_BY_SIDE, *chosen, env=env)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    # The wheel is tested, not the checkout: PYTHONSAFEPATH keeps the latter out of the way.
    session.install(".[all]", *group("tests"))
    runner = ["python"]
    if session.python == COUNTED:
        session.run("coverage", "erase")  # or what an earlier run went through would count
        runner = ["coverage", "run"]

    session.run(
        *(*runner, "-m", "pytest", "-m", "not once", *SIDE_BY_SIDE, *session.posargs),
        env={"PYTHONSAFEPATH": "1"},
    )


@nox.session
def coverage(session: nox.Session) -> None:
    session.install("coverage")
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def bench(session: nox.Session) -> None:
    session.install(".")  # with nothing beside it, so that nothing else is imported
    session.run("python", "benchmarks/import_cost.py", *session.posargs)
    session.run("python", "benchmarks/latency.py", *session.posargs)


@nox.session
def bench_bulk(session: nox.Session) -> None:
    """Send many: how fast, at what cost, in how much memory; about 15 minutes."""
    session.install(".[aiohttp]")
    for name in ("speed", "cost", "memory", "storm", "carriers"):
        session.run("python", "-m", f"benchmarks.bulk.{name}", *session.posargs)


@nox.session
def double_send(session: nox.Session) -> None:
    """Compare what other clients do: each is installed into an environment of its own."""
    session.install(".[all]")
    env = {"PYTHONPATH": "tests"}
    session.run("python", "-m", "benchmarks.double_send", *session.posargs, env=env)
