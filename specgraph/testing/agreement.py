"""Whether we and Keras say the same of a use of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad

from .known import no_kernel, stricter
from .oracle import Refusal, Said, declared, ours, ran, truth
from .rows import Case


class Outcome(NamedTuple):
    """`agreed`: both say the same, or both refuse. `known`: a difference with a reason, which `said` gives.
    Else `said` shows both sides: `differs`, or one refuses: `lenient` (Keras) or `strict` (we)."""

    kind: Literal["agreed", "known", "differs", "lenient", "strict"]
    said: str = ""

    @property
    def fine(self) -> bool:
        return self.kind in ("agreed", "known")


AGREED = Outcome("agreed")


def compare_declared(case: Case, sizes: Mapping[str, int] | None = None) -> Outcome:
    """Our inference and Keras's symbolic build.

    What we refuse and Keras builds is known if it has a reason, or if it fails when it runs with these
    sizes for its named dims.
    """
    theirs = declared(case)
    try:
        mine = ours(case)
    except (Bad, Reject) as refused:
        if isinstance(theirs, Refusal):
            return AGREED
        reason = stricter(case, refused) or _fails(case.at(sizes or {}), refused)
        return (
            Outcome("known", reason) if reason else Outcome("strict", _sides(case, refused.message, theirs))
        )
    if isinstance(theirs, Refusal):
        return Outcome("lenient", _sides(case, mine, theirs))
    return AGREED if mine == theirs else Outcome("differs", _sides(case, mine, theirs))


def compare_run(case: Case, training: bool = False) -> Outcome:
    """Our inference of what really comes out, and Keras's forward pass; for uses that we accept."""
    mine, theirs = truth(case), ran(case, training)
    if mine == theirs:
        return AGREED
    if isinstance(theirs, Refusal):
        reason = no_kernel(case, theirs.message)
        return Outcome("known", reason) if reason else Outcome("lenient", _sides(case, mine, theirs))
    return Outcome("differs", _sides(case, mine, theirs))


def _fails(case: Case, refused: Bad | Reject) -> str | None:
    if isinstance(refused, Bad):
        return None
    if isinstance(ran(case), Refusal) or isinstance(ran(case, training=True), Refusal):
        return "it fails when it runs"
    return None


def _sides(case: Case, mine: Said | str, theirs: Said | Refusal) -> str:
    return f"{case}\n  we say:    {mine}\n  Keras says: {theirs}"
