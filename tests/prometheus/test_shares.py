"""Cut and shared cards at random, worked out sample by sample in Python and compared with what the queries answer.

Each quarter of a minute each series may be there or not: of any of three namespaces' pods, of several, of nobody, from one
exporter or from two that disagree. What holds for all of it: a card is never used more than it was busy, and never held for
more than the time it was seen.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import mean

import pytest
from controlplane.prometheus import Prometheus
from harness.exporters import Gpu, mig, reading
from harness.exposition import DCGM, Device, Pod, Series, up, write
from harness.families import GPU_UTIL, PROF
from harness.profiles import profile
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import NOBODY, DayReading, read_day
from tenure.telemetry.window import Window, day_bounds

from .days import A2, A, B, span

HOURS = 2
FIRST = date.today() - timedelta(days=60)
PODS = (A, A2, B, Pod("team-c", "train-0"))
JOBS = (DCGM, replace(DCGM, replica="-b"))
LAYOUTS: Mapping[str, tuple[int, list[tuple[str, ...]]]] = {
    "NVIDIA A100-SXM4-40GB": (7, [("3g.20gb", "3g.20gb"), ("4g.20gb", "2g.10gb", "1g.5gb+me"), ("1g.5gb",) * 7]),
    "NVIDIA H200": (7, [("7g.141gb",), ("1g.35gb", "2g.35gb", "3g.71gb")]),
    "NVIDIA A30": (4, [("4g.24gb",), ("2g.12gb", "1g.6gb", "1g.6gb+me")]),
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": (4, [("1g.24gb+gfx", "1g.24gb-me", "2g.48gb")]),
}
Minute = tuple[tuple[str, str, str], float]
"""A series' device (UUID, profile, model) and instance, and the minute."""


@dataclass
class Sums:
    """Seconds of whole cards."""

    busy: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    measured: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    estimated: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    worked: float = 0
    """What the cards were busy for, whoever it was."""
    seen: float = 0
    """What was seen of the cards."""


def noise(dice: random.Random, start: int, metric: str, card: Gpu, pod: Pod | None, top: int) -> list[Series]:
    """Some samples of one line, from two exporters."""
    often = dice.choice((0.02, 0.1, 0.4))
    for_now = [[second for second in span(start, 0, HOURS, 15) if dice.random() < often] for _ in JOBS]
    numbers = [[(s, float(dice.randint(0, 100)) * top / 100) for s in seconds] for seconds in for_now]
    return [reading(metric, card, samples, pod, job) for samples, job in zip(numbers, JOBS, strict=True)]


def cut(start: int, seed: int) -> list[Series]:
    """Two cards of each model, each cut in a way of its own."""
    dice = random.Random(seed)
    cards = [Device(f"GPU-{model}-{n}", model=model) for model in LAYOUTS for n in range(2)]
    parts = [
        Gpu(mig(card, name, number))
        for card in cards
        for number, name in enumerate(dice.choice(LAYOUTS[card.model][1]), start=1)
    ]
    lines = [noise(dice, start, PROF, part, pod, 1) for part in parts for pod in (None, *PODS)]
    return [up("node-0", span(start)), *(series for line in lines for series in line)]


def shared(start: int, seed: int, metric: str, twins: bool) -> list[Series]:
    """Four cards in replicas, which change hands; with the card's own series beside those of its pods, or without."""
    dice = random.Random(seed)
    cards = [Device(f"GPU-{n}", index=n) for n in range(4)]
    holders = [None, *PODS] if twins else [*PODS]
    top = 100 if metric == GPU_UTIL else 1
    lines = [
        noise(dice, start, metric, Gpu(card, vgpu=str(replica)), pod, top)
        for card in cards
        for pod in holders
        for replica in range(2 if pod else 1)
    ]
    return [up("node-0", span(start)), *(series for line in lines for series in line)]


def by_hand(series: Iterable[Series], metric: str) -> Sums:
    """The definition in words: minute by minute, card by card."""
    minutes: dict[Minute, dict[tuple[str, str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    full = 100 if metric == GPU_UTIL else 1
    for one in (one for one in series if one.metric == metric):
        labels = one.labels
        device = (labels["UUID"] + labels.get("GPU_I_ID", ""), labels.get("GPU_I_PROFILE", ""), labels["modelName"])
        who = (labels.get("exported_namespace", NOBODY), labels.get("exported_pod", ""), labels.get("vgpu", ""))
        for second, values in _by_minute(one).items():
            minutes[device, second][who].append(mean(values) / full)
    sums = Sums()
    for ((_, part, model), _), told in minutes.items():
        _add(sums, _weight(part, model), {who: max(values) for who, values in told.items()}, metric)
    return sums


def _by_minute(series: Series) -> Mapping[float, list[float]]:
    found: dict[float, list[float]] = defaultdict(list)
    for second, value in series.samples:
        found[second // 60].append(value)
    return found


def _weight(part: str, model: str) -> float:
    return int(part[0]) / LAYOUTS[model][0] if part else 1


def _add(sums: Sums, weight: float, told: Mapping[tuple[str, str, str], float], metric: str) -> None:
    """One card and minute: what each line says, exporters already merged."""
    seconds = 60 * weight
    whole = max(told.values())
    sums.worked += seconds * whole
    sums.seen += seconds
    held = {who: value for who, value in told.items() if who[0] != NOBODY}
    if not held:
        sums.busy[NOBODY] += seconds * whole
        sums.measured[NOBODY] += seconds
        return
    read = len(held) < len(told)
    # Time-sliced cards count replicas, cut ones tenants.
    count = [who[0] for who in held] if any(who[2] for who in held) else sorted({who[0] for who in held})
    pods = {who[:2]: max(v for w, v in held.items() if w[:2] == who[:2]) for who in held}
    together = sum(pods.values())
    for tenant in sorted(set(count)):
        share = count.count(tenant) / len(count)
        sums.measured[tenant] += seconds * share
        most = max(value for who, value in held.items() if who[0] == tenant)
        if metric == GPU_UTIL and read:
            own = sum(value for (name, _), value in pods.items() if name == tenant)
            sums.busy[tenant] += seconds * own / max(1, together / max(whole, 1e-12))
        else:
            sums.busy[tenant] += seconds * most * share
            sums.estimated[tenant] += seconds * most * (1 - share)


@dataclass(frozen=True)
class Story:
    """Random days of one kind."""

    profile: str
    metric: str
    card_share: Fraction
    build: Callable[[int, int], list[Series]]


STORIES = {
    "cut": Story("dcgm-mig", PROF, Fraction(1), cut),
    "cut, granted by thirds of sevenths": Story("dcgm-mig", PROF, Fraction(3, 7), cut),
    "shared": Story("dcgm-shared", PROF, Fraction(1, 4), lambda s, seed: shared(s, seed, PROF, twins=False)),
    "shared, whole readings": Story(
        "dcgm-gpu-util-shared", GPU_UTIL, Fraction(1, 4), lambda s, seed: shared(s, seed, GPU_UTIL, twins=False)
    ),
    "shared, by process": Story(
        "dcgm-gpu-util-shared", GPU_UTIL, Fraction(1, 2), lambda s, seed: shared(s, seed, GPU_UTIL, twins=True)
    ),
}
DRAWS = [(name, seed) for name in STORIES for seed in range(4)]


@dataclass(frozen=True)
class Draws:
    """A server with a day for each draw."""

    server: Prometheus

    def window(self, name: str, seed: int) -> Window:
        """The day of a draw."""
        return Window(*day_bounds(FIRST + timedelta(days=DRAWS.index((name, seed))), "Asia/Seoul"))

    def series(self, name: str, seed: int) -> list[Series]:
        """What was backfilled."""
        return STORIES[name].build(round(self.window(name, seed).start.timestamp()), seed)

    def read(self, name: str, seed: int) -> DayReading:
        """The day as Tenure reads it."""
        story = STORIES[name]
        scope = Scope(profile(story.profile), card_share=story.card_share)
        return read_day(Gateway(self.server.url), scope, self.window(name, seed))


@pytest.fixture(scope="module")
def draws(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draws]:
    """Backfilled once."""
    folder = tmp_path_factory.mktemp("draws")
    made = Draws(Prometheus(folder, programs))
    made.server.backfill(write(folder / "draws.om", [one for draw in DRAWS for one in made.series(*draw)]))
    made.server.start()
    yield made
    made.server.stop()


def granted(amounts: Mapping[str, float], share: Fraction) -> object:
    """In seconds of granted devices; a reading has whole seconds and leaves out zeros."""
    return pytest.approx({name: seconds / share for name, seconds in amounts.items() if seconds / share >= 1}, abs=1)


@pytest.mark.parametrize(("name", "seed"), DRAWS)
def test_the_queries_and_the_definition_agree(draws: Draws, name: str, seed: int) -> None:
    found, share = draws.read(name, seed), STORIES[name].card_share
    expected = by_hand(draws.series(name, seed), STORIES[name].metric)
    assert found.busy == granted(expected.busy, share)
    assert found.measured == granted(expected.measured, share)
    if profile(STORIES[name].profile).shared:
        assert found.estimated == granted(expected.estimated, share)


@pytest.mark.parametrize(("name", "seed"), DRAWS)
def test_nothing_is_counted_twice(draws: Draws, name: str, seed: int) -> None:
    found, share = draws.read(name, seed), STORIES[name].card_share
    cards = by_hand(draws.series(name, seed), STORIES[name].metric)
    assert sum(found.busy.values()) <= cards.worked / share
    assert sum(found.measured.values()) <= cards.seen / share
    assert all(busy <= found.measured[tenant] for tenant, busy in found.busy.items())
