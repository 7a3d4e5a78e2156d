"""Dims as text: `(H - 3)//2 + 1`."""

from __future__ import annotations

from .dim import Dim, Floor, Monomial, SymDim


def text(dim: SymDim) -> str:
    units = [atoms[0] for atoms, factor in dim.terms if factor == 1 and len(atoms) == 1]
    floors = [atom for atom in units if isinstance(atom, Floor)]
    shown = {atoms: _monomial(atoms, abs(factor)) for atoms, factor in dim.terms}
    constant = dim.constant
    if len(floors) == 1 and constant < 0 and (floor := floors[0]).dim.constant:
        # A window's way to say it, `(H - 3)//2 + 1`, where the canonical form is `(H + 1)//2 - 1`.
        shown[(floor,)] = division(floor.dim + (constant - 1) * floor.by, floor.by)
        constant = 1
    plus = [shown[atoms] for atoms, factor in dim.terms if factor > 0]
    minus = [shown[atoms] for atoms, factor in dim.terms if factor < 0]
    if constant > 0:
        plus.append(str(constant))
    elif constant < 0:
        minus.append(str(-constant))
    if plus:
        return " - ".join((" + ".join(plus), *minus))
    first, *others = minus
    return " - ".join((f"-({first})" if "/" in first else f"-{first}", *others))


def _monomial(atoms: Monomial, factor: int) -> str:
    if len(atoms) == 1 and factor == 1:
        return str(atoms[0])
    texts = [f"({atom})" if isinstance(atom, Floor) else str(atom) for atom in atoms]
    if factor == 1:
        return "*".join(texts)
    return f"{factor}*{texts[0]}" if len(texts) == 1 else f"{'*'.join(texts)}*{factor}"


def division(dim: Dim, by: int) -> str:
    text = str(dim)
    plain = isinstance(dim, SymDim) and dim == SymDim((((dim.terms[0][0][0],), 1),), 0)
    return f"{text}//{by}" if plain else f"({text})//{by}"
