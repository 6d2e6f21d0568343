"""
The audit of a soak: the callers' books beside the server's, and beside the weather.

What is wrong is a sentence; what is counted shows that the weather was as bad as promised.
An unknown outcome is no wrong if something struck its request after bytes had left, and
if whoever could be asked was asked in vain.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs
from faults.books import Books
from faults.server import FaultServer
from faults.weather import Strike, Weather
from faults.witness import Passage

from smsgate.outcome import Accepted, NotSent, Outcome, Unknown
from smsgate.receipt import Ref

ACCEPTED, NOT_SENT, UNKNOWN, CANCELLED = "accepted", "not sent", "unknown", "cancelled"
STRUCK = "answers lost after bytes had left"
DUPLICATES, FALSE = "duplicates", "false reports"
_WORDS: Mapping[type[Outcome], str] = {Accepted: ACCEPTED, NotSent: NOT_SENT, Unknown: UNKNOWN}
_COUNTED = (
    *("sends", ACCEPTED, NOT_SENT, UNKNOWN, CANCELLED, STRUCK),
    *("requests repeated", "addresses that died", DUPLICATES, FALSE),
)


@attrs.define
class Tally:
    """
    What a soak comes to: counts, ``faults`` by name, ``wrongs`` in sentences.

    ``unknowns`` says for every message of unknown fate what struck its requests.
    """

    counts: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)
    wrongs: list[str] = attrs.field(factory=list)
    unknowns: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def lines(self) -> Iterator[str]:
        """Write the summary, line by line."""
        yield from (_line(name, self.counts[name]) for name in _COUNTED)
        yield "\nfaults that struck"
        yield from (_line(f"  {name}", count) for name, count in sorted(self.faults.items()))
        yield "\nunknown, by what struck first"
        first = Counter(causes[0] for causes in self.unknowns.values() if causes)
        yield from (_line(f"  {name}", count) for name, count in sorted(first.items()))
        yield from self.wrongs


def _line(name: str, count: int) -> str:
    return f"{name:<48}{count:>8}"


def add_up(tallies: Iterable[Tally]) -> Tally:
    """Make one tally of several."""
    total = Tally()
    for tally in tallies:
        total.counts += tally.counts
        total.faults += tally.faults
        total.wrongs += tally.wrongs
        total.unknowns |= tally.unknowns

    return total


@attrs.define
class Audit:
    """
    Compares *books* with what *server* has, and with what the *weather* did.

    ``asks`` says whether the provider can be asked what became of a message.
    """

    books: Books
    server: FaultServer
    weather: Weather
    asks: bool
    _copies: Counter[str] = attrs.field(init=False)
    _sends: dict[str, list[Passage]] = attrs.field(init=False)
    _questions: dict[str, list[Passage]] = attrs.field(init=False)
    _strikes: dict[str, list[Strike]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Open the server's books."""
        passages = self.books.passages
        self._copies = Counter(sms.phone for sms in self.server.network.sent)
        self._sends = _by_phone(passage for passage in passages if not passage.is_question)
        self._questions = _by_phone(passage for passage in passages if passage.is_question)
        self._strikes = defaultdict(list)
        for strike in self.weather.strikes:
            self._strikes[strike.mark or self.server.base_urls[strike.number]].append(strike)

    def tally(self) -> Tally:
        """Count everything, and find everything wrong."""
        phones = self.books.messages
        tally = Tally(faults=Counter(strike.name for strike in self.weather.strikes))
        for phone in phones:
            tally.counts.update(self._words(phone))
            tally.wrongs += [f"{phone}: {wrong}" for wrong in self._wrongs(phone)]
            if self._is_unknown(phone):
                tally.unknowns[phone] = tuple(self._causes(phone))

        requests = Counter(p.phones for p in self.books.passages if not p.is_question)
        tally.counts["requests repeated"] = requests.total() - len(requests)
        tally.counts["addresses that died"] = self.weather.deaths
        tally.counts[STRUCK] = sum(any(self._causes(phone)) for phone in phones)
        return tally

    def _words(self, phone: str) -> Iterator[str]:
        yield "sends"
        yield from [_WORDS[type(told)] for told in self.books.told[phone]] or [CANCELLED]
        yield from [DUPLICATES] * (self._copies[phone] - 1)
        yield from (FALSE for _ in self._untrue(phone))

    def _is_unknown(self, phone: str) -> bool:
        return any(isinstance(told, Unknown) for told in self.books.told[phone])

    def _wrongs(self, phone: str) -> Iterator[str]:
        if self._copies[phone] > 1:
            yield f"{self._copies[phone]} copies"

        if len(self.books.told[phone]) > 1:
            yield "told more than once"

        yield from self._untrue(phone)
        yield from self._off_the_record(phone)
        if self._is_unknown(phone):
            yield from self._needlessly_unknown(phone)

    def _untrue(self, phone: str) -> Iterator[str]:
        """Compare what was told, and what was put on record, with what the server has."""
        words = {_WORDS[type(told)] for told in self.books.told[phone]}
        for word in words | set(self.books.recorded[phone]) - {UNKNOWN}:
            if (word == ACCEPTED) != (self._copies[phone] > 0) and word != UNKNOWN:
                yield f"{word}, and the server has {self._copies[phone]}"

        for told in self.books.told[phone]:
            if isinstance(told, Accepted) and not self._is_owner(told):
                yield "accepted, with the id of another message"

    def _is_owner(self, told: Accepted) -> bool:
        ref, network = Ref.parse(told.receipt.ref), self.server.network
        provider = ref.gateway.partition("+")[0]
        found = [network.find(provider, id_, ref.phone) for id_ in ref.ids]
        return all(sms and sms.text == told.message.text for sms in found)

    def _off_the_record(self, phone: str) -> Iterator[str]:
        """Compare what was told with the record; of the cancelled there is nothing else."""
        told = [_WORDS[type(told)] for told in self.books.told[phone]]
        recorded = self.books.recorded[phone]
        if told and told != recorded:
            yield f"told {told}, recorded {recorded}"

        if not recorded and any(not sent.is_unreachable for sent in self._sends[phone]):
            yield "it left, and there is no record of it"

    def _needlessly_unknown(self, phone: str) -> Iterator[str]:
        if not self._causes(phone):
            yield "unknown, and nothing struck"

        heard = [q for q in self._questions[phone] if q.is_answered and not self._struck(q)]
        if self.asks and self._copies[phone] and heard:
            yield "unknown, and the server said that it has it"

    def _causes(self, phone: str) -> Sequence[str]:
        """Name what can have kept the answers to the requests with *phone* from us."""
        return [name for passage in self._sends[phone] for name in self._struck(passage)]

    def _struck(self, passage: Passage) -> Sequence[str]:
        if passage.is_unreachable:
            return []

        at_random = [
            strike.name
            for strike in self._strikes[passage.base_url]
            if passage.began <= strike.at <= passage.ended
        ]
        in_it = [s.name for s in self._strikes[passage.mark] if not s.is_readable]
        leftovers = self.weather.left_for(passage.mark, passage.ended)
        left = [f"{fault}, left over" for fault in leftovers]
        out_of_time = ["out of time"] if passage.is_out_of_time else []
        lost = [] if self.weather.has_seen(passage.mark) else ["never seen by the server"]
        return in_it or at_random or left or out_of_time or lost


def _by_phone(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        for phone in passage.phones:
            found[phone].append(passage)

    return found
