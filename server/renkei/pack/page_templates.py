"""Read a template, and the words for it, without running either: what they name and what is wrong.

Templates are Jinja's, with its own filters and tests and no others; words are gettext's. Both
say in which line something stands.
"""

from __future__ import annotations

import io
import re
from typing import Any

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from renkei.language.messages import Message, is_translated, message

_VALUE = re.compile(r"%\((\w+)\)s")
TRANSLATING = {"_": 1, "count": 2}  # functions that say something, and how many texts they take


class Template:
    """What stands in a template: *macros* by name, *rows*, *texts* and *imported* by line."""

    def __init__(self, text: str) -> None:
        self.macros: set[str] = set()
        self.rows: list[tuple[int, str]] = []
        self.texts: list[tuple[int, str]] = []
        self.imported: list[tuple[int, str]] = []
        self.wrong: list[tuple[int, Message]] = []
        environment = SandboxedEnvironment()
        try:
            tree = environment.parse(text)
            environment.compile(text)  # knows which filters and tests there are
        except TemplateSyntaxError as error:
            said = message("This is not a template: %(message)s", message=str(error.message))
            self.wrong.append((error.lineno, said))
            return
        self.macros = {node.name for node in tree.body if isinstance(node, nodes.Macro)}
        for row in tree.find_all(nodes.Getattr):
            if isinstance(row.node, nodes.Name) and row.node.name == "rows":
                self.rows.append((row.lineno, row.attr))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING:
                self._say(call, TRANSLATING[call.node.name])
        for other in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)):
            self._import(other)

    def _say(self, call: nodes.Call, number: int) -> None:
        for text in call.args[:number]:
            if isinstance(text, nodes.Const) and isinstance(text.value, str):
                self.texts.append((call.lineno, text.value))

    def _import(self, node: Any) -> None:
        if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str):
            self.imported.append((node.lineno, node.template.value))
        else:
            said = message("The name of another template stands in quotation marks here.")
            self.wrong.append((node.lineno, said))


class WordsFile:
    """A catalogue of words for a language, and what is *wrong* with it by line."""

    def __init__(self, content: bytes, tag: str) -> None:
        self.wrong: list[tuple[int | None, Message]] = []
        self._tag = tag
        self._found = Catalog()
        try:
            self._found = read_po(io.BytesIO(content), locale=tag, abort_invalid=True)
        except PoFileError as error:
            said = message("This is not a catalogue of words: %(message)s", message=str(error))
            self.wrong.append((error.lineno + 1, said))
        except (UnknownLocaleError, ValueError):
            said = message("“%(tag)s” is no language that is known.", tag=tag)
            self.wrong.append((None, said))
        for entry in self._found:
            ids = entry.id if isinstance(entry.id, (list, tuple)) else (entry.id,)
            told = entry.string if isinstance(entry.string, (list, tuple)) else (entry.string,)
            wanted = sorted(_VALUE.findall(ids[-1]))
            if ids[0] and any(sorted(_VALUE.findall(text)) != wanted for text in told if text):
                said = message("The translation does not have the values of its text.")
                self.wrong.append((entry.lineno, said))

    def has(self, text: str) -> bool:
        """Say whether *text* has a translation here, or in the catalogues of the program."""
        if is_translated(text, self._tag) or not re.search(r"[^\W\d_]", text):
            return True
        found = self._found.get(text)
        if found is not None:
            told = found.string if isinstance(found.string, (list, tuple)) else (found.string,)
            return all(told)
        return any(
            isinstance(entry.id, (list, tuple)) and text in entry.id and all(entry.string or "")
            for entry in self._found
        )
