"""Blocks, repeats, branches, choices and reuse: the flat list that they stand for."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.ir.graph import Graph

HEAD = "specgraph: 1\n"


def graph(text: str, **params: Any) -> Graph:
    analysis = run(text, **params)
    assert not analysis.diagnostics, [(one.code.rule, one.message) for one in analysis.diagnostics]
    assert analysis.document is not None
    return list(analysis.document.graphs.values())[-1]


def run(text: str, **params: Any) -> Analysis:
    return analyze(HEAD + textwrap.dedent(text), params=params)


def edges(found: Graph) -> list[str]:
    """`name <- what it reads`, inputs left out."""
    lines = []
    for name, node in found.nodes.items():
        if node.kind != "input":
            reads = [ref.node + (f".{ref.output}" if ref.explicit else "") for ref in node.inputs]
            shares = f" shares {node.shares}" if node.shares else ""
            lines.append(f"{name} <- {', '.join(reads)}{shares}")
    return lines


def faults(text: str) -> list[tuple[str, str]]:
    return [(one.code.rule, one.message) for one in run(text).diagnostics]


def test_repeats_number_their_rounds() -> None:
    found = graph("""\
        inputs: {x: [8]}
        layers:
          - repeat:
              name: stage
              times: 2
              layers:
                - Dense: {name: fc, units: "${8 * (index + 1)}"}
                - ReLU
          - Dense: {units: 1, from: stage}
          - Dense: {units: 1, from: stage.0.fc}
          - Add: {from: [dense, dense_1]}
        """)
    assert sorted(edges(found)) == sorted([
        "stage.0.fc <- x", "stage.0.re_lu <- stage.0.fc", "dense_1 <- stage.0.fc", "stage.1.fc <- stage.0.re_lu",
        "stage.1.re_lu <- stage.1.fc", "dense <- stage.1.re_lu", "add <- dense, dense_1",
    ])  # fmt: skip
    units = {name: node.args.units for name, node in found.nodes.items() if node.target == "Dense"}  # type: ignore[union-attr]
    assert units == {"stage.0.fc": 8, "stage.1.fc": 16, "dense": 1, "dense_1": 1}


def test_repeats_walk_lists() -> None:
    found = graph("""\
        params: {filters: [4, 8, 16]}
        inputs: {x: [8, 8, 3]}
        layers:
          - repeat:
              for: {f: $filters, s: [1, 2, 1]}
              index: i
              layers:
                - Conv2D: {filters: $f, kernel_size: 1, strides: $s, name: conv, use_bias: "${i != 1}"}
        """)
    made = [(n.args.filters, n.args.strides, n.args.use_bias) for n in found.nodes.values() if n.args]  # type: ignore[attr-defined]
    assert made == [(4, 1, True), (8, 2, False), (16, 1, True)]


@pytest.mark.parametrize(("times", "expected"), [(0, "x"), (1, "repeat.0.dense")])
def test_a_repeat_may_be_empty(times: int, expected: str) -> None:
    found = graph(
        "params: {n: 1}\ninputs: {x: [8]}\nlayers: [repeat: {times: $n, layers: [Dense: {units: 8}]}, ReLU: {name: r}]\n",
        n=times,
    )
    assert edges(found)[-1] == f"r <- {expected}"


RESIDUAL = """\
    blocks:
      residual:
        params: {filters: int, stride: 1}
        layers:
          - branch:
              main:
                - Conv2D: {name: a, filters: $filters, kernel_size: 3, strides: $stride, padding: same}
                - Conv2D: {filters: $filters, kernel_size: 3, padding: same}
              skip:
                - when:
                    if: "${stride > 1}"
                    layers:
                      - Conv2D: {filters: $filters, kernel_size: 1, strides: $stride}
          - Add
"""


def test_a_residual_block() -> None:
    found = graph(
        RESIDUAL
        + """\
    inputs: {x: [8, 8, 4]}
    layers:
      - residual: {filters: 4}
      - residual: {name: down, filters: 8, stride: 2}
      - GlobalAveragePooling2D
    """
    )
    assert edges(found) == [
        "residual.branch.main.a <- x",
        "residual.branch.main.conv2d <- residual.branch.main.a",
        "residual.add <- residual.branch.main.conv2d, x",
        "down.branch.main.a <- residual.add",
        "down.branch.main.conv2d <- down.branch.main.a",
        "down.branch.skip.conv2d <- residual.add",
        "down.add <- down.branch.main.conv2d, down.branch.skip.conv2d",
        "global_average_pooling2d <- down.add",
    ]


def test_a_fault_in_a_block_names_both_lines() -> None:
    analysis = run(RESIDUAL + "    inputs: {x: [8, 8, 4]}\n    layers:\n      - residual: {filters: 5}\n")
    [found] = analysis.diagnostics
    assert found.code.rule == "merge-mismatch" and found.layer == "residual.add"
    assert found.span.text == "Add"
    assert [cause.message for cause in found.causes if cause.span.text == "residual"] == [
        "`residual` is used here"
    ]


def test_blocks_with_inputs_outputs_and_blocks() -> None:
    found = graph("""\
        blocks:
          half:
            params: {units: int, more: "${units * 2}"}
            inputs: [a, b]
            layers:
              - Dense: {name: left, from: a, units: $units}
              - Dense: {name: right, from: b, units: $more}
            outputs: [left, right]
          whole:
            inputs: [a, b]
            layers:
              - half: {name: h, units: 3, from: {b: b, a: a}}
              - Concatenate: {from: [h.1, h.0]}
        inputs: {x: [4], y: [5]}
        layers:
          - whole: {from: [x, y]}
          - half: {from: [whole, y], units: 2}
          - Dense: {from: half.1, units: 1}
          - Dense: {from: whole.h.left, units: 1}
          - Concatenate: {from: [dense, dense_1, half.0]}
        """)
    assert sorted(edges(found)) == sorted([
        "whole.h.left <- x", "whole.h.right <- y", "whole.concatenate <- whole.h.right, whole.h.left",
        "half.left <- whole.concatenate", "half.right <- y", "dense <- half.right", "dense_1 <- whole.h.left",
        "concatenate <- dense, dense_1, half.left",
    ])  # fmt: skip
    units = {name: node.args.units for name, node in found.nodes.items() if node.target == "Dense"}  # type: ignore[union-attr]
    assert (units["whole.h.left"], units["whole.h.right"], units["half.left"], units["half.right"]) == (
        3,
        6,
        2,
        4,
    )


def test_several_outputs_feed_the_block_below_that_takes_as_many() -> None:
    found = graph("""\
        blocks:
          swap:
            inputs: [a, b]
            layers: [ReLU: {name: r, from: a}, Dense: {name: d, from: b, units: 4}]
            outputs: [d, r]
        inputs: {x: [4], y: [4]}
        layers:
          - swap: {from: [x, y]}
          - swap
          - repeat: {name: more, times: 2, layers: [swap]}
          - Add: {from: [more.last.0, more.last.1]}
        """)
    assert edges(found)[-1] == "add <- more.1.swap.d, more.1.swap.r"
    assert "swap_1.r <- swap.d" in edges(found) and "more.0.swap.d <- swap_1.r" in edges(found)


def test_reuse_shares_weights() -> None:
    text = """\
        inputs: {left: [8], right: [8]}
        layers:
          - Dense: {name: encoder, from: left, units: 4}
          - reuse: {layer: encoder, from: right}
          - Dot: {from: [encoder, encoder_1], axes: 1}
        """
    assert edges(graph(text)) == [
        "encoder <- left", "encoder_1 <- right shares encoder", "dot <- encoder, encoder_1",
    ]  # fmt: skip
    assert run(text).models["model"].parameters() == (36, 0)


def test_reuse_of_a_block_and_shared_blocks() -> None:
    block = "blocks: {tower: {%slayers: [Dense: {name: a, units: 4}, Dense: {units: 2}]}}\ninputs: {left: [8], right: [8]}\nlayers:\n"
    by_reuse = graph(
        block % ""
        + "  - tower: {name: t, from: left}\n  - reuse: {layer: t, from: right}\n  - Add: {from: [t, t_1]}\n"
    )
    shared = graph(
        block % "shared: true, "
        + "  - tower: {name: t, from: left}\n  - tower: {name: t_1, from: right}\n  - Add: {from: [t, t_1]}\n"
    )
    expected = [
        "t.a <- left", "t.dense <- t.a", "t_1.a <- right shares t.a", "t_1.dense <- t_1.a shares t.dense",
        "add <- t.dense, t_1.dense",
    ]  # fmt: skip
    assert edges(by_reuse) == edges(shared) == expected


def test_ways_of_a_branch_may_be_called_as_its_settings_are() -> None:
    ways = "name: [Dense: {name: a, units: 1}], from: [Dense: {name: b, units: 1}]"
    found = graph(f"inputs: {{x: [3]}}\nlayers: [branch: {{{ways}}}, Add]\n")
    paths = ["branch.name.a", "branch.from.b"]
    assert edges(found) == [f"{paths[0]} <- x", f"{paths[1]} <- x", f"add <- {', '.join(paths)}"]


def test_a_branch_may_be_called_by_a_param_and_read_lists_of_references() -> None:
    head = "params: {name: fork}\ninputs: {x: [3]}\n"
    branch = "branch: {name: $name, from: [[x]], a: [Dense: {name: d, units: 1}]}"
    assert edges(graph(f"{head}layers: [{branch}]\n")) == ["fork.a.d <- x"]


def test_a_block_may_be_frozen() -> None:
    found = graph(
        "blocks: {b: {layers: [Dense: {units: 2}]}}\ninputs: {x: [3]}\nlayers: [b: {trainable: false}, Dense: {units: 1}]\n"
    )
    assert [node.trainable for node in found.nodes.values()] == [True, False, True]


@pytest.mark.parametrize(
    "item",
    [
        "two: {from: [x, nothing]}", "two: {from: {a: x, b: nothing}}", "two: {from: [x, nothing.1]}", "repeat: {from: nothing, times: 2, layers: [ReLU]}",
        "branch: {from: nothing, a: [ReLU], b: []}", "deep: {from: [x, x]}",
    ],
)  # fmt: skip
def test_what_a_block_or_form_is_given_and_nothing_is_called_is_told_where_it_is_given(item: str) -> None:
    inner = "nothing" if item.startswith("deep") else "d"
    [found] = run(
        "blocks:\n  two: {inputs: [a, b], layers: [Add: {from: [a, b]}]}\n"
        f"  deep: {{inputs: [a, d], layers: [two: {{from: [a, {inner}]}}]}}\n"
        f"inputs: {{x: [4]}}\nlayers:\n  - {item}\n  - when: {{if: false, layers: [two, deep]}}\n"
    ).diagnostics
    assert (found.code.rule, found.message) == ("undefined-ref", "nothing is called `nothing`")
    assert found.span.text.startswith("nothing")
    assert [cause.span.text for cause in found.causes] == (["deep"] if item.startswith("deep") else [])


def test_a_shared_block_with_other_params_is_one_fault() -> None:
    [found] = run(
        "blocks: {e: {shared: true, params: {u: int}, layers: [Dense: {units: $u}]}}\ninputs: {x: [4]}\nlayers: [e: {u: 4}, e: {u: 5}]\n"
    ).diagnostics
    assert found.code.rule == "shared-weights-shape"
    assert [cause.message for cause in found.causes] == ["its first use"]


def test_an_op_in_a_frozen_block_is_written_without_trainable() -> None:
    from specgraph.report.expand import expand

    found = run(
        "blocks: {b: {layers: [Dense: {units: 4}, ops.tanh]}}\ninputs: {x: [4]}\nlayers: [b: {trainable: false}]\n"
    )
    assert "ops.tanh: {name: b.tanh}" in expand(found)


def test_layers_of_the_last_round_have_names() -> None:
    found = graph("""\
        inputs: {x: [4]}
        layers:
          - repeat:
              name: s
              times: 2
              layers: [repeat: {name: t, times: 3, layers: [Dense: {name: h, units: 4}]}, ReLU: {name: r}]
          - Add: {name: sum, from: [s.last.t.last.h, s.0.t.last.h, s.last.t.0.h, s.last]}
          - reuse: {layer: s.last.t.last.h, name: again}
        """)
    assert edges(found)[-2:] == [
        "sum <- s.1.t.2.h, s.0.t.2.h, s.1.t.0.h, s.1.r",
        "again <- sum shares s.1.t.2.h",
    ]


def test_a_block_calls_a_model() -> None:
    found = graph("""\
        blocks: {twice: {layers: [inner, inner]}}
        models:
          outer: {inputs: {x: [4]}, layers: [twice]}
          inner: {inputs: {x: [4]}, layers: [Dense: {units: 4}]}
        """)
    assert edges(found) == ["twice.inner <- x", "twice.inner_1 <- twice.inner"]


@pytest.mark.parametrize(
    ("layers", "rule", "message"),
    [
        ("[repeat: {times: -1, layers: []}]", "bad-param", "`times` must be an integer of at least 0, not -1"),
        ("[repeat: {times: 2}]", "missing-argument", "`repeat` needs a list of `layers`"),
        ("[repeat: {layers: []}]", "missing-argument", "`repeat` needs either `times` or `for`"),
        ("[repeat: {for: {a: [1], b: [1, 2]}, layers: []}]", "bad-param", "the lists of `for` have one length: a has 1, b has 2"),
        ("[repeat: {for: {a: 3}, layers: []}]", "bad-param", "`a` must be a list, not 3"),
        ("[repeat: {time: 2, layers: []}]", "unknown-layer-or-key", "`repeat` has no key `time`"),
        ("[repeat: {times: 2, index: 3, layers: []}]", "bad-param", "`index` names a param, not 3"),
        ("[branch: {a: 3}]", "malformed-item", "`branch` maps names to lists of layers"),
        ("[branch: {a: [], b: 3}, Add]", "malformed-item", "way `b` is a list of layers, not 3"),
        ("[when: {layers: []}]", "missing-argument", "`when` needs `if`"),
        ("[when: {if: 1, layers: []}]", "bad-param", "`if` must be true or false, not 1"),
        ("[when: {if: true}]", "missing-argument", "`when` needs a list of `layers`"),
        ("[reuse: {layer: nothing}]", "undefined-ref", "there is no layer `nothing` whose weights could be used"),
        ("[reuse: {layer: x}]", "undefined-ref", "there is no layer `x` whose weights could be used"),
        ("[reuse]", "missing-argument", "`reuse` needs `layer`"),
        ("[Dense: {units: 1, from: []}]", "bad-param", "a list of references has at least one"),
        ("[repeat: {from: [], times: 1, layers: []}]", "bad-param", "a list of references has at least one"),
        ("[loop]", "cycle", "block `loop` uses itself: loop -> other -> loop"),
        ("[two: {from: x}]", "merge-arity", "block `two` takes 2 inputs, it is given 1"),
        ("[two: {from: [x, x, x]}]", "merge-arity", "block `two` takes 2 inputs, it is given 3"),
        ("[repeat: {times: 2, layers: [outs]}]", "multi-output-misuse", "`repeat.0.outs` has 2 outputs; one must be chosen"),
        ("[two: {from: {a: x}}]", "missing-argument", "block `two` needs input `b`"),
        ("[two: {from: {a: x, b: x, c: x}}]", "unknown-layer-or-key", "block `two` has no input `c`"),
        ("[typed]", "missing-argument", "block `typed` needs `n`"),
        ("[typed: {n: 2.5}]", "param-type", "param `n` is an int, not 2.5"),
        ("[typed: {n: 2, m: 1}]", "unknown-layer-or-key", "block `typed` has no param `m`"),
        ("[global]", "undefined-param", "block `global` has no param `width`"),
        ("[outs, Dense: {units: 1}]", "multi-output-misuse", "`outs` has 2 outputs; one must be chosen"),
        ("[outs, Dense: {units: 1, from: outs.2}]", "multi-output-misuse", "`outs` has 2 outputs, counted from `outs.0`"),
        ("[outs]", "multi-output-misuse", "`outs` has 2 outputs; the model must say which it gives"),
        ("[Dense: {units: 1, name: outs}, outs: {name: outs, from: x}]", "duplicate-name", "two things are called `outs`"),
        ("[Dens: {units: 1}]", "unknown-layer-or-key", "there is no layer `Dens`"),
    ],
)  # fmt: skip
def test_faults(layers: str, rule: str, message: str) -> None:
    blocks = {
        "loop": "{layers: [other]}\n  other: {layers: [loop]}",
        "two": "{inputs: [a, b], layers: [Add: {from: [a, b]}]}",
        "typed": "{params: {n: int}, layers: [Dense: {units: $n}]}",
        "global": "{layers: [Dense: {units: $width}]}",
        "outs": "{layers: [Dense: {name: p, units: 1}, Dense: {name: q, units: 1}], outputs: [p, q]}",
    }
    head = "params: {width: 3}\nblocks:\n  none: {layers: []}\n"
    head += "".join(f"  {name}: {block}\n" for name, block in blocks.items() if name in layers)
    text = f"{head}inputs: {{x: [4]}}\nlayers: {layers}\n"
    found = [one for one in run(text).diagnostics if one.severity == "error"]
    assert (rule, message) in [(one.code.rule, one.message) for one in found]
    assert len(found) <= 2


@pytest.mark.parametrize(
    ("blocks", "rule"),
    [
        ("{Dense: {layers: []}}", "duplicate-name"),
        ("{repeat: {layers: []}}", "duplicate-name"),
        ("{b: {}}", "malformed-item"),
        ("{b: []}", "malformed-item"),
        ("[b]", "malformed-item"),
        ("{b: {layers: [], parms: {}}}", "unknown-layer-or-key"),
        ("{b: {layers: [], inputs: x}}", "bad-param"),
        ("{b: {layers: [], shared: 3}}", "bad-param"),
    ],
)
def test_definitions_at_fault(blocks: str, rule: str) -> None:
    assert [found[0] for found in faults(f"blocks: {blocks}\ninputs: {{x: [4]}}\nlayers: [ReLU]\n")] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        # ten blocks, each using the one before ten times
        "blocks:\n  b0: {layers: [ReLU]}\n"
        + "".join(f"  b{i}: {{layers: [repeat: {{times: 10, layers: [b{i - 1}]}}]}}\n" for i in range(1, 11))
        + "inputs: {x: [4]}\nlayers: [b10]\n",
        "blocks:\n  b0: {layers: []}\n"
        + "".join(f"  b{i}: {{layers: [repeat: {{times: 10, layers: [b{i - 1}]}}]}}\n" for i in range(1, 11))
        + "inputs: {x: [4]}\nlayers: [b10]\n",
        "inputs: {x: [4]}\nlayers: [repeat: {times: 9007199254740992, layers: [ReLU]}]\n",
        "inputs: {x: [4]}\nlayers: [repeat: {times: 9007199254740992, layers: []}]\n",
    ],
)
def test_floods_end_at_a_limit(text: str) -> None:
    assert [found[0] for found in faults(text)] == ["limit"]


@pytest.mark.filterwarnings("default")
def test_what_is_built_shares_weights() -> None:
    import specgraph

    model = specgraph.build(
        HEAD
        + "inputs: {left: [8], right: [8]}\nlayers:\n  - repeat: {name: r, from: left, times: 2, layers: [Dense: {name: e, units: 8}]}\n"
        "  - reuse: {layer: r.0.e, from: right, name: again}\n  - Add: {from: [r, again]}\n"
    )
    assert not isinstance(model, dict)
    assert model.count_params() == 2 * 72
    assert {layer.name for layer in model.layers} >= {"r.0.e", "r.1.e"}
