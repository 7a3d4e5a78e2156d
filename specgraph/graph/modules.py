"""The files that make up a spec: the one that is compiled, the one it extends, and those it imports.

extends: base.yaml
imports:
  res: blocks/residual.yaml                         its blocks, models and params, as `res.NAME`
  enc: {file: encoder.yaml, params: {width: $width}}
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.resolve.blocks import Home, read_blocks
from specgraph.resolve.names import NAME
from specgraph.resolve.params import Param, check_variants, read_params
from specgraph.resolve.substitution import Substitution
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.source.text import Source, Span
from specgraph.versions import check_version
from specgraph.vocabulary import ALIASES, ROWS

from .read import check_keys, model_sections, string
from .sections import IMPORT, SPEC

MAX_DEPTH = 16
"""Files that import, or extend, each other in a row."""
MAX_BROUGHT = 2_000
"""Imports, and names of params, blocks and models that they bring, each counted in every file it comes to."""


class Section(NamedTuple):
    """A model's section, with what its file knows."""

    node: MapNode
    params: Substitution
    home: Home


class Module(NamedTuple):
    """One file of a spec."""

    root: MapNode
    name: str
    doc: str
    params: dict[str, Param]
    """Its own, and those of the files it imports, as `prefix.name`."""
    substitution: Substitution
    home: Home
    own: list[str]
    """Its models, by their names in the whole document."""
    several: bool
    variants: dict[str, MapNode]


class Modules:
    """Reads a spec's files; `sections` are all models, by their names in the whole document."""

    def __init__(
        self,
        report: Report,
        limits: Limits,
        folder: str | os.PathLike[str] | None,
        rows: Mapping[str, Any] = ROWS,
    ) -> None:
        self.report = report
        self.rows = rows
        """The layers that items may name, those of plugins among them."""
        self.limits = limits
        self.folder = folder
        self.sections: dict[str, Section] = {}
        self._files: Any = None
        self._open: list[Source] = []
        self._brought = 0

    def read(
        self, root: Node, overrides: Mapping[str, Any], variant: str | None = None, prefix: str = ""
    ) -> Module | None:
        """The module of a document, and of all that it imports; None where it is no mapping."""
        if not isinstance(root, MapNode):
            from specgraph.spec.kinds import show

            words = "is empty" if root.data() is None else f"is {show(root.data())}"
            self.report.say("malformed-item", f"a spec is a mapping of keys; this one {words}", root.span)
            return None
        self._open.append(root.source)
        document = self._extended(root)
        if document is None:
            self._open.pop()
            return None
        if not check_version(document, self.report):
            self._open.pop()
            return None
        check_keys(document, SPEC, "a spec", self.report)
        string(document, "$schema", "", self.report)
        name = string(document, "name", "model", self.report)
        chosen = self._variant(document, variant)
        params = read_params(document.get("params"), overrides, self.report, self.limits, chosen)
        variants = check_variants(document.get("variants"), params, self.report)
        home = Home({}, {}, self.rows)
        own_values = Substitution(params, self.report, self.limits)
        scope = {**params, **self._imports(document, own_values, home, prefix)}
        substitution = Substitution(scope, self.report, self.limits)
        sections = model_sections(document, name, self.report, self.limits)
        several = "models" in document.entries
        if several:
            home.models.update({local: prefix + local for local in sections})
        read_blocks(document.get("blocks"), home, {*self.rows, *ALIASES}, self.report)
        for local, section in sections.items():
            self.sections[prefix + local] = Section(section, substitution, home)
        self._open.pop()
        return Module(
            document, name, string(document, "doc", "", self.report), scope, substitution, home,
            [prefix + local for local in sections], several, variants,
        )  # fmt: skip

    def _variant(self, root: MapNode, name: str | None) -> tuple[str, MapNode] | None:
        if name is None:
            return None
        section = root.get("variants")
        found = section.get(name) if isinstance(section, MapNode) else None
        if isinstance(found, MapNode):
            return name, found
        known = list(section.entries) if isinstance(section, MapNode) else []
        _, help = self.report.did_you_mean(name, known)
        place = Span(Source(name, "--variant"), 0, len(name))
        help = help or (f"there are {', '.join(known)}" if known else "it has no variants")
        self.report.say("undefined-param", f"the spec has no variant `{name}`", place, help=help)
        return None

    # other files

    def _extended(self, root: MapNode) -> MapNode | None:
        """The document with what it extends filled in; None, with a diagnostic, where it cannot be read."""
        node = root.get("extends")
        if node is None:
            if "changes" in root.entries:
                message = "`changes` are made to what a spec `extends`, and this one extends nothing"
                self.report.say("missing-argument", message, root.key("changes").span)
            return root
        base = self._document(node, root.key("extends"))
        if base is None:
            return None
        self._open.append(base.source)
        whole = self._extended(base)
        self._open.pop()
        if whole is None:
            return None
        from .extends import extend

        return extend(whole, root, self.report)

    def _imports(self, root: MapNode, params: Substitution, home: Home, prefix: str) -> dict[str, Param]:
        """The params of the files that are imported; their blocks and models go into `home`."""
        section = root.get("imports")
        found: dict[str, Param] = {}
        if section is not None and not isinstance(section, MapNode):
            help = "`imports: {res: blocks/residual.yaml}`"
            self.report.say("malformed-item", "`imports` maps prefixes to files", section.span, help=help)
            section = None
        for key, node in section or ():
            alias = str(key.value)
            if not NAME.fullmatch(alias):
                message = f"'{alias}' is no prefix: letters, digits, `_` and `-` only"
                self.report.say("bad-param", message, key.span)
                continue
            if self._exhausted(1, key):
                break
            module = self._import(key, params.apply(node), params, prefix + alias)
            if module is None:
                continue
            if self._exhausted(len(module.params) + len(module.home.blocks) + len(module.home.models), key):
                break
            for name, param in module.params.items():
                found[f"{alias}.{name}"] = param
            home.blocks.update({f"{alias}.{name}": block for name, block in module.home.blocks.items()})
            local = module.home.models or dict(zip([module.name], module.own, strict=False))
            home.models.update({f"{alias}.{name}": full for name, full in local.items()})
        return found

    def _exhausted(self, names: int, place: Scalar) -> bool:
        """Whether imports, each of which is read anew with its params, bring too much; said once."""
        before, self._brought = self._brought, self._brought + names
        if self._brought <= MAX_BROUGHT:
            return False
        if before <= MAX_BROUGHT:
            message = f"the files that are imported bring more than {MAX_BROUGHT:,} names"
            self.report.say("limit", message, place.span)
        return True

    def _import(self, key: Scalar, node: Node, params: Substitution, prefix: str) -> Module | None:
        file, values = node, None
        if isinstance(node, MapNode):
            for name, _ in node:
                if name.value not in IMPORT:
                    _, help = self.report.did_you_mean(str(name.value), IMPORT)
                    message = f"an import has no key `{name.value}`"
                    help = help or f"it has {', '.join(IMPORT)}"
                    self.report.say("unknown-layer-or-key", message, name.span, help=help)
            file, values = node.get("file") or node, node.get("params")
        document = self._document(file, key)
        if document is None:
            return None
        given: dict[str, Node] = {}
        if isinstance(values, MapNode):
            given = {str(name.value): one for name, one in values}
        elif values is not None:
            self.report.say("malformed-item", "`params` maps params to values", values.span)
        module = self.read(document, given, prefix=f"{prefix}.")
        for one in given:
            param = module.params.get(one) if module is not None else None
            if param is not None:
                param.source, param.outer = "import", params.params
        return module

    def _document(self, node: Node, key: Scalar) -> MapNode | None:
        """The document of a file that is named here; None, with a diagnostic, if it cannot be used."""
        from specgraph.resolve.files import FileError, Files

        written = node.data()
        if not isinstance(written, str):
            self.report.say("bad-param", "a file is named by its path from here", node.span)
            return None
        if len(self._open) > MAX_DEPTH:
            message = f"files import each other more than {MAX_DEPTH} deep"
            self.report.say("limit", message, node.span)
            return None
        if self._files is None:
            self._files = Files(self.folder, self.limits)
        try:
            document: MapNode = self._files.document(written, node)
        except FileError as error:
            rule, causes = "unsafe-path", []
            if error.source is not None:
                rule, causes = error.source.rule, [Label(error.source.span, "here")]
            self.report.say(rule, str(error), node.span, help=error.help, causes=causes)
            return None
        if any(one.path == document.source.path for one in self._open):
            chain = " -> ".join([*(one.name for one in self._open), document.source.name])
            self.report.say("cycle", f"the files use each other: {chain}", node.span)
            return None
        return document
