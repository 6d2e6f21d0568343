"""
The shelf of providers: one folder each, found by looking, listed nowhere.

A provider's folder has two modules that the rest of the house looks for:

- ``gateway`` with ``GATEWAYS``: DSN scheme to gateway class;
- ``simulated`` with ``ROUTES``: path to the simulator's answer to it, and ``LOGINS``:
  DSN scheme to the ``user:password`` that the simulator knows.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smsgate.providers.http_gateway import HttpGateway
    from smsgate.providers.network import Answer


def find_gateways() -> Mapping[str, "type[HttpGateway]"]:
    """Find every gateway class, by DSN scheme."""
    found: dict[str, type[HttpGateway]] = {}
    for module in _modules("gateway"):
        found.update(module.GATEWAYS)

    return found


def find_routes() -> "Mapping[str, Answer]":
    """Find every path that a simulated provider answers."""
    found: dict[str, Answer] = {}
    for module in _modules("simulated"):
        found.update(module.ROUTES)

    return found


def find_logins() -> Mapping[str, str]:
    """Find the simulator's ``user:password`` for every gateway, by DSN scheme."""
    found: dict[str, str] = {}
    for module in _modules("simulated"):
        found.update(module.LOGINS)

    return found


def _modules(name: str) -> Iterator[ModuleType]:
    for folder in pkgutil.iter_modules(__path__, f"{__name__}."):
        if folder.ispkg:
            yield importlib.import_module(f"{folder.name}.{name}")
