"""Mutated specs: from texts that are nearly right to texts that are nothing.

`mutant(rng)` gives one text. What it starts from are the shipped specs, the golden cases and the pages
of `specgraph explain`; what it does to them is done to bytes, to tokens, to lines, or to the places of
values, which keeps most mutants well-formed so that they reach the later phases.
"""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

from specgraph.diagnostics.explanations import PAGES
from specgraph.objects.losses import LOSSES
from specgraph.objects.metrics import METRICS
from specgraph.objects.optimizers import OPTIMIZERS
from specgraph.rows.arguments import ACTIVATIONS
from specgraph.source import ListNode, MapNode, Node, Scalar, Source, SourceError, read
from specgraph.spec.catalog import OneOf
from specgraph.spec.kinds import Kind, Optional
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

ROOT = Path(__file__).parents[2]

TOKENS = (
    "[", "]", "{", "}", ":", ": ", "- ", "? ", ",", "\n", "\n  ", "\t", "#", " #", "&a ", "*a", "!!int ", "! ", "<<: ",
    "---\n", "...\n", "%YAML 1.1\n", "|", ">", "|2-\n", "'", '"', "\\", "\\u", "\\ud800", "\0", "\x85", "\u2028", "\ufeff",
    "\ud800", "\x1b[31m", "\r", "\r\n", "@", "`", "%", "${", "}", "$", "$$", "😀", "é", "\u202e", "\u200b", "&", "*", "!",
)  # fmt: skip
VALUES = (
    "0", "1", "-1", "2", "3", "010", "0o17", "0x10", "1:30", "1_000", "9007199254740992", "9007199254740993",
    "-9007199254740993", "9" * 30, "9" * 400, "1e3", "1e-3", "1e308", "1e309", "-1e309", "5e-324", ".inf", "-.inf", ".nan",
    "8.0", "0.5", "1.5", "-0.0", "true", "false", "yes", "no", "null", "~", "''", "' '", "a", "'\\0'", '"\\0"', '"\\n"',
    '"\\x1b[31m"', '"\\u202e"', '"::error::x"', "[]", "{}", "[[]]", "[1]", "[1, 2]", "[3, 3]", "[1, 2, 3, 4, 5]", "[-1]",
    "[0]", "[null]", "[true]", "[a, b]", "[[1, 2], [3, 4]]", "[1.5]", "{a: 1}", "{a: {b: {c: []}}}", "{'': 1}", "[{}]",
    "[4000000000, 4000000000]", "[null, null]", "[-1, -1]", "[H, W]", "$x", "$", "$$", "$1", "'${'", '"${x}"', '"${1/0}"',
    '"${2*2*2*2}"', '"${9007199254740992*2}"', '"${-(-(-1))}"', '"${min(1, 2)}"', '"${round(0.5)}"', '"${1e400}"',
    '"${9.0e300*9.0e300}"', '"${' + "(" * 40 + '}"', "same", "valid", "causal", "relu", "softmax", "glorot_uniform", "l2",
    "orthogonal", "channels_first", "channels_last", "float16", "mixed_float16", "int32", "string", "bool", "concat", "batch",
    "image", "x", "x.0", "x.1", "x.99999", "x.", ".1", "a.b.c", "imagenet", "/etc/passwd", "../w.h5", "w.h5", "adam",
    "{Adam: {learning_rate: {ExponentialDecay: {initial_learning_rate: 1, decay_steps: 1, decay_rate: 1}}}}",
    "{L1L2: {l1: 1, l2: -1}}", "{LSTM: {units: 4}}", "LSTM", "Lambda", "{Lambda: {}}", "{Dense: {units: 1}}",
    "{TimeDistributed: {layer: {TimeDistributed: {layer: {Dense: {units: 2}}}}}}", "{Bidirectional: {layer: GRU}}",
    "{Dense: null}", "{Dense: []}", "name", "from", "sequences", "{inputs: x}", "{sequences: x, initial_state: x}",
)  # fmt: skip
KEYS = (
    "specgraph", "name", "doc", "params", "models", "inputs", "layers", "outputs", "compile", "$schema", "shape", "dtype",
    "type", "default", "min", "max", "choices", "from", "trainable", "optimizer", "loss", "metrics", "loss_weights",
    "weighted_metrics", "layer", "blocks", "repeat", "times", "for", "index", "branch", "when", "if", "else", "reuse", "shared",
    "variants", "extends", "changes", "imports", "dims", "multiple_of", "assert", "kernel_size", "units", "filters", "constructor", "__class__", "__proto__", "", " ", "<<",
    "é", "😀", "x" * 128, "x" * 129, "x" * 5000, "\u202e", "a b", "a.b", "1", "null", "true",
)  # fmt: skip


@cache
def corpus() -> tuple[str, ...]:
    """The texts that mutants start from."""
    files = [
        *sorted((ROOT / "specs").glob("**/*.yaml")),
        *sorted((ROOT / "tests" / "cases").glob("**/*.yaml")),
    ]
    texts = [file.read_text(encoding="utf-8") for file in files]
    for page in PAGES.values():
        texts += [text for text in (page.bad, page.good) if text is not None]
    return tuple(dict.fromkeys(texts))


def mutant(rng: random.Random) -> str:
    """One text; the same state of `rng` gives the same text."""
    drawn = rng.random() < 0.5
    text = any_spec(rng) if drawn else rng.choice(corpus())
    if rng.random() < 0.1:
        text = _as_json(text)
    for _ in range(rng.choice((0, 0, 1, 2) if drawn else (1, 1, 1, 2, 2, 3, 12))):
        text = rng.choice(_WAYS)(text, rng)
    return text[: 1 << 20]


def _as_json(text: str) -> str:
    try:
        return json.dumps(read(Source(text)).data(), indent=random.Random(len(text)).choice((None, 1)))
    except SourceError:
        return text


def bytes_(text: str, rng: random.Random) -> str:
    """A bit flipped, or some bytes taken out."""
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data:
        place = rng.randrange(len(data))
        if rng.random() < 0.7:
            data[place] ^= 1 << rng.randrange(8)
        else:
            del data[place : place + rng.choice((1, 2, 9))]
    return data.decode("utf-8", rng.choice(("replace", "surrogateescape")))


def tokens(text: str, rng: random.Random) -> str:
    """A piece taken out, repeated, or a token put in."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.choice((1, 2, 5, 20)))
    kind = rng.randrange(3)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        return text[:end] + text[start:end] * rng.choice((1, 2, 70)) + text[end:]
    return text[:start] + rng.choice(TOKENS) + text[start:]


def lines(text: str, rng: random.Random) -> str:
    """A line deleted, repeated, moved, indented otherwise, or taken from another text."""
    own = text.split("\n")
    place = rng.randrange(len(own))
    kind = rng.randrange(5)
    if kind == 0:
        del own[place]
    elif kind == 1:
        own[place:place] = [own[place]] * rng.choice((1, 1, 2, 300))
    elif kind == 2:
        own.insert(rng.randrange(len(own)), own.pop(place))
    elif kind == 3:
        own[place] = rng.choice((" ", "  ", "    ", "\t")) + own[place]
    else:
        own.insert(place, rng.choice(rng.choice(corpus()).split("\n")))
    return "\n".join(own)


def places(text: str, rng: random.Random) -> str:
    """The text of one value or key replaced: by a value of this text or another, or an extreme one."""
    nodes, keys = _places(text)
    if not nodes:
        return tokens(text, rng)
    if keys and rng.random() < 0.25:
        key = rng.choice(keys)
        return text[: key.start] + _key(rng, text, keys) + text[key.end :]
    node = rng.choice(nodes)
    return text[: node.start] + _value(rng, text, nodes) + text[node.end :]


def layers(text: str, rng: random.Random) -> str:
    """An item put among the layers: any row, with any of its arguments."""
    nodes, _ = _places(text)
    lists = [node for node in nodes if isinstance(node, ListNode) and node.items]
    if not lists:
        return text
    holder = max(lists, key=lambda node: node.end - node.start) if rng.random() < 0.8 else rng.choice(lists)
    item = rng.choice(holder.items)
    made = any_layer(rng) if rng.random() < 0.6 else any_form(rng, 0)
    if holder.flow:
        return text[: item.start] + made + ", " + text[item.start :]
    indent = " " * (Source(text).position(item.start)[1] - 3)
    return text[: item.start] + made + "\n" + indent + "- " + text[item.start :]


def any_spec(rng: random.Random) -> str:
    """A spec of a few layers drawn from the rows, on an input of any rank."""
    sizes = ("H", "W", "1", "2", "3", "4", "8", "8", "28", "32", "64", "null", "100000")
    text = "specgraph: 1\ninputs:\n"
    first = rng.choice(list(ROWS))
    fitting = ROWS[first].rank
    for name in ("x", "image")[: rng.choice((1, 1, 1, 2))]:
        rank = (
            fitting
            if isinstance(fitting, int) and rng.random() < 0.9
            else rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 6))
        )
        shape = f"[{', '.join(rng.choice(sizes) for _ in range(rank - 1))}]"
        dtype = rng.choice((None, None, None, None, "int32", "float16", "string", "bool"))
        text += f"  {name}: {shape}\n" if dtype is None else f"  {name}: {{shape: {shape}, dtype: {dtype}}}\n"
    text += f"layers:\n  - {any_layer(rng, first)}\n"
    text += "".join(f"  - {any_layer(rng)}\n" for _ in range(rng.choice((0, 0, 1, 2, 4))))
    if rng.random() < 0.2:
        optimizer, loss, metric = (rng.choice(list(one.by_name)) for one in (OPTIMIZERS, LOSSES, METRICS))
        text += f"compile: {{optimizer: {optimizer}, loss: {loss}, metrics: [{metric}]}}\n"
    return text


def any_layer(rng: random.Random, name: str | None = None) -> str:
    """A layer in the one-key form, in flow style: mostly right, seldom absurd."""
    name = name or rng.choice([*ROWS, *ROWS, *ROWS, *ROWS, *ROWS, *ROWS, *ALIASES, *REFUSED])
    row = ROWS.get(ALIASES.get(name, name))
    if row is None:
        return f"{{{name}: {{}}}}"
    given = []
    for field in row.fields().values():
        if field.required or rng.random() < 0.1:
            given.append(f"{field.name}: {_guess(field.kind, rng)}")
    if rng.random() < 0.03:
        given.append(f"{rng.choice(KEYS)!r}: {rng.choice(VALUES)}")
    if rng.random() < 0.1:
        given.append(
            f"from: {rng.choice(('x', 'image', '[x, x]', '[]', '{sequences: x}', 'x.1', '[image, image]'))}"
        )
    return f"{{{name}: {{{', '.join(given)}}}}}"


def any_form(rng: random.Random, depth: int) -> str:
    """A repeat, branch, choice or reuse in flow style, with layers and forms in it."""

    def some() -> str:
        return (
            ", ".join(any_form(rng, depth + 1) for _ in range(rng.choice((0, 1, 1, 2)))) if depth < 4 else ""
        )

    kind = rng.randrange(6)
    name = rng.choice(("", "", "name: r, ", "from: x, ", "from: r, "))
    if kind == 0:
        return f"{{repeat: {{{name}times: {rng.choice(('0', '1', '2', '3', '$w', *VALUES[:9]))}, layers: [{some()}]}}}}"
    if kind == 1:
        return f"{{repeat: {{{name}for: {{f: [{rng.choice(('', '1', '1, 2', 'a, b'))}]}}, layers: [{some()}, Dense: {{units: $f}}]}}}}"
    if kind == 2:
        return f"{{branch: {{{name}a: [{some()}], b: [{some()}]}}}}"
    if kind == 3:
        return f"{{when: {{if: {rng.choice(('true', 'false', *VALUES[-60:-40]))}, layers: [{some()}], else: [{some()}]}}}}"
    if kind == 4:
        return (
            f"{{reuse: {{{name}layer: {rng.choice(('x', 'r', 'r.0', 'dense', 'a', 'b', 'r.1.dense', ''))}}}}}"
        )
    return any_layer(rng)


def _guess(kind: Kind, rng: random.Random) -> str:
    if rng.random() < 0.04:
        return rng.choice(VALUES)
    inner = kind.kind if isinstance(kind, Optional) else kind
    if isinstance(inner, OneOf):
        return rng.choice(inner.catalog().names())
    phrase = kind.phrase
    if phrase.startswith("one of "):
        return rng.choice(phrase.removeprefix("one of ").split(", "))
    if "activation" in phrase:
        return rng.choice(ACTIVATIONS)
    if "true or false" in phrase:
        return rng.choice(("true", "false"))
    if "layer" in phrase:
        return (
            any_layer(rng)
            if rng.random() < 0.5
            else rng.choice(("LSTM", "{LSTM: {units: 4}}", "{Dense: {units: 3}}"))
        )
    small = str(rng.choice((1, 1, 2, 2, 3, 4, 7, 8, 32)))
    if "list" in phrase:
        return rng.choice(
            (small, f"[{small}, {small}]", f"[{small}]", f"[{small}, 1, 2]", "[[1, 1], [2, 2]]")
        )
    if "a number" in phrase:
        return rng.choice(("0.5", "0", "1", "0.001", "2"))
    return small if "integer" in phrase else rng.choice(VALUES)


def _places(text: str) -> tuple[list[Node], list[Scalar]]:
    nodes: list[Node] = []
    keys: list[Scalar] = []
    try:
        waiting: list[Node] = [read(Source(text))]
    except SourceError:
        return nodes, keys
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        if isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node, MapNode):
            for key, value in node:
                keys.append(key)
                waiting.append(value)
    return nodes, keys


def _value(rng: random.Random, text: str, nodes: list[Node]) -> str:
    kind = rng.randrange(10)
    if kind < 5:
        return rng.choice(VALUES)
    if kind < 6:
        return any_layer(rng)
    other = text
    if kind < 8:
        other = rng.choice(corpus())
        nodes = _places(other)[0]
    if not nodes:
        return ""
    node = rng.choice(nodes)
    return other[node.start : node.end]


def _key(rng: random.Random, text: str, keys: list[Scalar]) -> str:
    if rng.random() < 0.3:
        key = rng.choice(keys)
        return text[key.start : key.end]
    if rng.random() < 0.4:
        return rng.choice([*ROWS])
    return json.dumps(rng.choice(KEYS), ensure_ascii=False)


_WAYS = (bytes_, tokens, lines, places, places, places, places, places, layers, layers)
