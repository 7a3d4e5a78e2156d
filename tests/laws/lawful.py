"""Sound specs drawn at random, with all that the language has: blocks in blocks, several inputs and outputs,
repeats, branches, choices, references, reuse, shared blocks, models that call models, expressions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from specgraph.diagnostics.edits import format_value
from specgraph.testing.profile import examples

__all__ = ("PARAMS", "WIDTH", "examples", "specs", "text")

WIDTH = 4
"""Every layer keeps this many features, so that any of them may follow any other."""
PARAMS: dict[str, Any] = {
    "width": WIDTH, "rate": 0.25, "act": "tanh", "deep": False, "count": 2, "widths": [WIDTH, WIDTH],
}  # fmt: skip
OTHERS: dict[str, tuple[Any, ...]] = {
    "width": (WIDTH, "$width", "${widths[0]}", "${width * 2 - 4}", "${max(width, 1)}"),
    "rate": (0.5, "$rate", "${rate / 2}", "${0.1 if deep else rate}"),
    "act": ("relu", "$act", "${'elu' if deep else act}"),
    "deep": (True, "$deep", "${not deep}", "${width > 3 and not deep}"),
    "count": (0, 1, "$count", "${max(count - 1, 0)}", "${len(widths)}"),
    "widths": ([WIDTH], "$widths", ["$width", WIDTH], "${widths + [width]}", "${widths[:1]}"),
}
"""Values that each param may be given, over params of the same names."""
LEAVES: tuple[tuple[str, dict[str, tuple[Any, ...]]], ...] = (
    ("Dense", {"units": OTHERS["width"], "activation": OTHERS["act"], "use_bias": OTHERS["deep"],
               "kernel_initializer": ({"RandomNormal": {"stddev": "$rate"}}, "he_normal"),
               "kernel_regularizer": ({"L2": {"l2": "${rate / 100}"}},), "trainable": (False,)}),
    ("ReLU", {"negative_slope": OTHERS["rate"]}),
    ("Dropout", {"rate": OTHERS["rate"]}),
    ("LayerNormalization", {"epsilon": (1e-5, "${rate / 1000}"), "center": OTHERS["deep"]}),
    ("BatchNormalization", {"momentum": OTHERS["rate"]}),
    ("Activation", {"activation": OTHERS["act"]}),
    ("Reshape", {"target_shape": (["$width"], "${widths[:1]}", [2, "${width // 2}"])}),
    ("Rescaling", {"scale": OTHERS["rate"]}),
    ("ops.tanh", {}),
)  # fmt: skip
NEEDED = {
    "Dense": "units",
    "ReLU": None,
    "Dropout": "rate",
    "Activation": "activation",
    "Reshape": "target_shape",
    "Rescaling": "scale",
}


class Maker:
    """Draws lists of items. `uses` are the blocks, and `models` the models, that an item may name; `pairs` says
    whether the block `pair` is one too."""

    def __init__(
        self, draw: st.DrawFn, uses: tuple[str, ...] = (), models: tuple[str, ...] = (), pairs: bool = True
    ) -> None:
        self.draw = draw
        self.uses = uses
        self.pairs = pairs
        self.models = models
        self.made = 0

    def one(self, *of: Any) -> Any:
        return self.draw(st.sampled_from(of))

    def often(self) -> bool:
        return bool(self.one(False, True))

    def seldom(self) -> bool:
        return bool(self.one(False, False, False, True))

    def name(self) -> str:
        self.made += 1
        return f"n{self.made}"

    def values(self, of: dict[str, tuple[Any, ...]], needed: str | None = None) -> dict[str, Any]:
        """Some of the arguments, in any order."""
        names = [name for name in of if name == needed or self.seldom()]
        return {name: self.one(*of[name]) for name in self.draw(st.permutations(names))}

    def items(self, depth: int, seen: list[str]) -> list[Any]:
        """Items that each take one tensor and give one; `seen` are the names that they may refer to."""
        own = list(seen)
        laid: list[Any] = []
        for _ in range(self.one(1, 1, 2, 3)):
            forms = [self.leaf, self.leaf, self.reuse]
            if depth > 0:
                forms += [self.repeat, self.walk, self.branch, self.when]
            if self.uses:
                forms += [self.use, self.use, *([self.pair] if self.pairs else [])]
            if self.models:
                forms.append(self.call)
            laid += self.one(*forms)(depth - 1, own)
        return laid

    def source(self, seen: list[str]) -> dict[str, Any]:
        return {"from": self.one(*seen)} if seen and self.seldom() else {}

    def named(self, seen: list[str], also: str = "") -> dict[str, Any]:
        """A name now and then, which what follows may refer to."""
        if not self.often():
            return {}
        name = self.name()
        seen.append(name + also)
        return {"name": name}

    def leaf(self, depth: int, seen: list[str]) -> list[Any]:
        key, arguments = self.one(*LEAVES)
        body = {**self.source(seen), **self.values(arguments, NEEDED.get(key))}
        if key == "Reshape" and isinstance(body["target_shape"], list) and len(body["target_shape"]) == 2:
            return [{key: body}, "Flatten"]
        body |= self.named(seen)
        return [{key: body} if body or self.often() else key]

    def reuse(self, depth: int, seen: list[str]) -> list[Any]:
        name = self.name()
        again = {"layer": name, **self.source(seen)}
        seen.append(name)
        return [{"Dense": {"name": name, "units": "$width"}}, {"reuse": again}]

    def repeat(self, depth: int, seen: list[str]) -> list[Any]:
        name, index = self.name(), self.one("index", "i")
        layers = self.items(depth, seen)
        layers.append({"Rescaling": {"name": "end", "scale": f"${{1.0 + {index}}}"}})
        times = self.one(*OTHERS["count"], 3)
        body = {
            "times": times,
            "layers": layers,
            **({} if index == "index" else {"index": index}),
            **self.source(seen),
        }
        if times in (1, 3):  # a repeat of no rounds has none
            seen += [f"{name}.0.end", f"{name}.last.end"]
        if not isinstance(times, int) and "from" not in body and self.seldom():
            return [{"repeat": body}]
        seen.append(name)
        return [{"repeat": {"name": name, **body}}]

    def walk(self, depth: int, seen: list[str]) -> list[Any]:
        lists = {"width": ([WIDTH, "$width"], "${widths[:1] + [4]}"), "rate": ([0.5, "$rate"],)}
        layers = self.items(depth, seen)
        return [{"repeat": {"for": self.values(lists, "width"), "layers": layers, **self.named(seen)}}]

    def branch(self, depth: int, seen: list[str]) -> list[Any]:
        ways = {"left": self.items(depth, seen), "a": self.items(depth, seen) if self.often() else []}
        merge = self.one("Add", "Average", {"Multiply": {}}, "Maximum")
        return [{"branch": {**ways, **self.source(seen)}}, merge]

    def when(self, depth: int, seen: list[str]) -> list[Any]:
        body = {"if": self.one(*OTHERS["deep"]), "layers": self.items(depth, seen)}
        return [{"when": body | ({"else": self.items(depth, seen)} if self.often() else {})}]

    def use(self, depth: int, seen: list[str]) -> list[Any]:
        """A block of one input and one output."""
        block = self.one(*self.uses)
        body = {**self.source(seen), **self.values(OTHERS)} if block != "kept" else self.source(seen)
        return [{block: body | ({"trainable": False} if self.seldom() else {}) | self.named(seen)}]

    def pair(self, depth: int, seen: list[str]) -> list[Any]:
        """A block of two inputs and two outputs."""
        first, second = self.name(), self.name()
        source = self.one([first, first], {"a": first, "b": first}, {"b": first, "a": first})
        use = {"name": second, "from": source, **self.values(OTHERS)}
        seen += [first, f"{second}.0", f"{second}.1"]
        third = self.name()
        behind = self.one(
            [{"Add": {"from": [f"{second}.0", f"{second}.1"]}}],
            [{"ReLU": {"from": f"{second}.1"}}],
            [{"pair": {"name": third}}, {"Add": {"from": [f"{third}.0", f"{third}.1"]}}],
        )
        return [{"Dense": {"name": first, "units": WIDTH}}, {"pair": use}, *behind]

    def call(self, depth: int, seen: list[str]) -> list[Any]:
        return [{self.one(*self.models): {**self.source(seen), **self.named(seen)}}]


def _block(items: list[Any], **more: Any) -> dict[str, Any]:
    return {"params": dict(PARAMS), "layers": items, **more}


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A sound spec as data, keys in the usual order."""
    inner = _block(Maker(draw).items(2, ["input"]))
    pair = _block(
        [{"Add": {"name": "sum", "from": ["a", "b"]}}, *Maker(draw, ("inner",), pairs=False).items(1, ["a", "b", "sum"]), {"Dense": {"name": "last", "units": "$width"}}],
        inputs=["a", "b"], outputs=["last", "sum"],
    )  # fmt: skip
    kept = _block([{"Dense": {"name": "k", "units": WIDTH}}, *Maker(draw).items(1, ["input"])], shared=True)
    outer = _block(Maker(draw, ("inner", "kept")).items(2, ["input"]))
    blocks = {"inner": inner, "pair": pair, "kept": kept, "outer": outer}
    several = draw(st.booleans())
    main = Maker(draw, ("inner", "outer", "kept"), ("helper",) if several else ())
    layers = [
        {"Dense": {"name": "first", "units": "$width"}},
        *main.items(3, ["x", "first"]),
        {"Dense": {"name": "end", "units": 1}},
    ]
    spec: dict[str, Any] = {"specgraph": 1, "name": "law", "params": dict(PARAMS), "blocks": blocks}
    model = {
        "inputs": {"x": [WIDTH]},
        "layers": layers,
        **({"outputs": ["end", "first"]} if draw(st.booleans()) else {}),
    }
    if not several:
        return spec | model
    helper = {"inputs": {"h": [WIDTH]}, "layers": Maker(draw, ("inner", "outer")).items(1, ["h"])}
    return spec | {"models": {"helper": helper, "main": model}}


def text(spec: dict[str, Any]) -> str:
    """A spec as YAML, a line for each item of a list of blocks or layers."""
    lines = []
    for key, value in spec.items():
        if key in ("blocks", "models"):
            lines.append(f"{key}:")
            for name, body in value.items():
                lines.append(f"  {name}:")
                lines += [line for one, part in body.items() for line in _entry(one, part, "    ")]
        else:
            lines += _entry(key, value, "")
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: str) -> list[str]:
    if key == "layers":
        return [f"{indent}{key}:", *(f"{indent}  - {format_value(one)}" for one in value)]
    return [f"{indent}{key}: {format_value(value)}"]
