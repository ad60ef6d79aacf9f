"""A metadata document as tables and columns (Metadata Vocabulary for Tabular Data).

What the specification forbids is raised; what it tells processors to pass over is passed over
with a word. Nothing is fetched: what a document refers to is asked of *load*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin

from renkei.language.messages import Message, message
from renkei.pack.reading.csvw import common_properties, datatypes
from renkei.pack.reading.csvw.datatypes import Datatype
from renkei.pack.reading.csvw.dialects import NAMES, Dialect, is_encoding
from renkei.pack.reading.csvw.vocabulary import BUILT_IN, CONTEXT, is_language

Warn = Callable[[Message], None]
Load = Callable[[str], bytes]

TEMPLATES = ("aboutUrl", "propertyUrl", "valueUrl")
INHERITED = (
    *TEMPLATES, "datatype", "default", "lang", "null", "ordered", "required", "separator",
    "textDirection",
)  # fmt: skip
_SHARED = {"dialect", "notes", "tableDirection", "tableSchema", "transformations"}
_KEYS = {
    "TableGroup": {"tables", *_SHARED, *INHERITED},
    "Table": {"url", "suppressOutput", *_SHARED, *INHERITED},
    "Schema": {"columns", "foreignKeys", "primaryKey", "rowTitles", *INHERITED},
    "Column": {"name", "suppressOutput", "titles", "virtual", *INHERITED},
    "Dialect": set(NAMES),
    "Template": {"url", "scriptFormat", "targetFormat", "source", "titles"},
    "Datatype": {
        "base", "format", "length", "minLength", "maxLength", "minimum", "maximum",
        "minInclusive", "maxInclusive", "minExclusive", "maxExclusive",
    },
}  # fmt: skip
# What stands for a value of the wrong kind (5.1): an empty text, array or object.
_EMPTY: dict[str, Any] = {
    **dict.fromkeys(TEMPLATES, ""),
    "tables": [],
    "columns": [],
    "notes": [],
    "foreignKeys": [],
    "tableSchema": {"columns": []},
}
_VARIABLE = re.compile(r"(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*")


class Forbidden(Exception):
    """Metadata that no table can be read by; *said* is why."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class TableColumn:
    """A column: its name, its titles by language, and what holds for its cells."""

    name: str
    titles: Mapping[str, list[str]]
    virtual: bool = False
    suppressed: bool = False
    named: bool = False
    about: str | None = None
    property: str | None = None
    value: str | None = None
    datatype: Datatype = field(default_factory=Datatype)
    default: str = ""
    language: str = "und"
    null: tuple[str, ...] = ("",)
    ordered: bool = False
    required: bool = False
    separator: str | None = None


def column_of(held: Mapping[str, Any]) -> TableColumn:
    """Return a column without a name, with what *held* says of it and what it inherits."""
    null = held.get("null", "")
    return TableColumn(
        "",
        {},
        about=held.get("aboutUrl"),
        property=held.get("propertyUrl"),
        value=held.get("valueUrl"),
        datatype=held.get("datatype", Datatype()),
        default=held.get("default", ""),
        language=held.get("lang", "und"),
        null=tuple(null) if isinstance(null, list) else (null,),
        ordered=held.get("ordered") is True,
        required=held.get("required") is True,
        separator=held.get("separator"),
    )


@dataclass(frozen=True)
class TableDescription:
    """A table that metadata describes. *said* are common properties and notes, as they stand."""

    url: str
    columns: tuple[TableColumn, ...] = ()
    dialect: Dialect = field(default_factory=Dialect)
    id: str | None = None
    suppressed: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)
    primary: tuple[str, ...] = ()
    row_titles: tuple[str, ...] = ()
    schema: str | None = None
    inherited: Mapping[str, Any] = field(default_factory=dict)
    foreign: tuple[Any, ...] = ()
    described: bool = False


@dataclass(frozen=True)
class TableGroup:
    """All tables of a document, and what is said of them together."""

    tables: tuple[TableDescription, ...]
    id: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


def read(content: bytes, location: str, load: Load, warn: Warn) -> TableGroup:
    """Return the tables that the document *content* at *location* describes. Raises Forbidden."""
    document = parsed(content)
    reader = _Document(location, load, warn)
    reader.context(document)
    if "tables" in document or document.get("@type") == "TableGroup":
        return reader.group(document)
    return TableGroup((reader.table(document, {}),))


def parsed(content: bytes) -> dict[str, Any]:
    """Return a JSON object. Raises Forbidden."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise Forbidden(message("this is not JSON: %(said)s.", said=str(error))) from error
    if not isinstance(document, dict):
        raise Forbidden(message("a description of a table or of tables was expected."))
    return document


class _Document:
    """One document being read, with base and language of its context."""

    def __init__(self, location: str, load: Load, warn: Warn) -> None:
        self.base, self._load, self._warn = location, load, warn
        self.language = "und"

    def context(self, document: Mapping[str, Any]) -> None:
        """Take base and language from the @context. Raises Forbidden for another one."""
        context = document.get("@context")
        parts = context if isinstance(context, list) else [context]
        local: Any = parts[1] if len(parts) == 2 else {}
        right = parts and parts[0] == CONTEXT and len(parts) < 3 and isinstance(local, dict)
        if not right or set(local) - {"@base", "@language"}:
            raise Forbidden(
                message(
                    "the @context must be %(context)s, with nothing else than @base and @language.",
                    context=CONTEXT,
                )
            )
        if isinstance(base := local.get("@base"), str):
            self.base = urljoin(self.base, base)
        language = local.get("@language")
        if is_language(language):
            self.language = language
        elif language is not None:
            self._passed_over("@language", "Context", message("a language tag (BCP 47)"))

    def group(self, document: dict[str, Any]) -> TableGroup:
        """Return a group of tables."""
        known = self._known(document, "TableGroup")
        described = self._array(known, "tables", "TableGroup")
        tables = [item for item in described if isinstance(item, dict)]
        if not tables:
            raise Forbidden(message("there are no tables in this group of tables."))
        read = tuple(self.table(item, known) for item in tables)
        _check_references(read)
        return TableGroup(read, known.get("@id"), self._said(document, known))

    def table(self, document: dict[str, Any], group: Mapping[str, Any]) -> TableDescription:
        """Return a table, with what holds for it from its *group*."""
        known = self._known(document, "Table")
        url = known.get("url")
        if not isinstance(url, str):
            raise Forbidden(message("a table has no url."))
        schema_given = known.get("tableSchema", group.get("tableSchema"))
        schema, reader = self._object(schema_given, "Schema")
        dialect, _ = self._object(known.get("dialect", group.get("dialect")), "Dialect")
        inherited = {**_inherited(group), **_inherited(known), **_inherited(schema)}
        columns = reader._columns(schema, inherited)
        names = {column.name for column in columns if column.named}
        foreign = tuple(reader._foreign(schema, names))
        return TableDescription(
            urljoin(self.base, url),
            columns,
            self._dialect(dialect),
            known.get("@id"),
            self._flag(known, "suppressOutput", "Table"),
            self._said(document, known),
            reader._references(schema, "primaryKey", names),
            reader._references(schema, "rowTitles", names),
            schema.get("@id"),
            inherited,
            foreign,
            "columns" in schema,
        )

    def _known(self, document: dict[str, Any], kind: str) -> dict[str, Any]:
        """Return the properties of a description that may stand in it, as they shall be taken."""
        found: dict[str, Any] = {}
        for name, value in document.items():
            if name in ("@context", "@id", "@type"):
                self._keyword(name, value, kind, found)
            elif name in _KEYS[kind]:
                if self._fits(name, value, kind):
                    found[name] = self._datatype(value) if name == "datatype" else value
                elif name in _EMPTY:
                    found[name] = _EMPTY[name]
            elif ":" in name and kind != "Dialect" and common_properties.is_common(name):
                common_properties.check(value, Forbidden)
            elif name.startswith("@"):
                raise Forbidden(message('"%(name)s" may not stand here.', name=name))
            else:
                self._passed_over(name, kind, message("a property of the specification"))
        return found

    def _keyword(self, name: str, value: Any, kind: str, found: dict[str, Any]) -> None:
        if name == "@type" and value != kind:
            raise Forbidden(
                message('the @type is not "%(kind)s", which it must be here.', kind=kind)
            )
        if name == "@context" and kind in ("Column", "Datatype"):
            raise Forbidden(message('"%(name)s" may not stand here.', name=name))
        if name != "@id":
            return
        if not isinstance(value, str):
            self._passed_over(name, kind, message("an IRI"))
            found["@id"] = self.base
        elif value.startswith("_:"):
            raise Forbidden(message("an @id may be no blank node."))
        else:
            found["@id"] = urljoin(self.base, value)
            if kind == "Datatype" and found["@id"] in BUILT_IN.values():
                raise Forbidden(message("a datatype of one's own cannot have the @id of another."))

    def _fits(self, name: str, value: Any, kind: str) -> bool:
        """Say whether *value* may be taken for the property *name*; else it is passed over."""
        expected = _expected(name, value, kind)
        if expected is not None:
            self._passed_over(name, kind, expected)
        if name in ("notes", "transformations") and isinstance(value, list):
            for item in value:
                if name == "notes":
                    common_properties.check(item, Forbidden)
                elif isinstance(item, dict):
                    self._template(item)
                else:
                    self._passed_over(name, kind, message("an array of objects"))
        return expected is None

    def _template(self, item: dict[str, Any]) -> None:
        known = self._known(item, "Template")
        for name in ("url", "scriptFormat", "targetFormat"):
            if not isinstance(known.get(name), str):
                raise Forbidden(message("a transformation has no %(name)s.", name=name))

    def _passed_over(self, name: str, kind: str, expected: Message) -> None:
        self._warn(
            message(
                "%(name)s of a %(kind)s is left out: %(expected)s was expected.",
                name=name,
                kind=kind,
                expected=expected,
            )
        )

    def _array(self, known: Mapping[str, Any], name: str, kind: str) -> list[Any]:
        value = known.get(name)
        if isinstance(value, list):
            for item in value:
                if not isinstance(item, dict):
                    self._passed_over(name, kind, message("an array of objects"))
            return value
        return []

    def _flag(self, known: Mapping[str, Any], name: str, kind: str) -> bool:
        return known.get(name) is True

    def _object(self, value: Any, kind: str) -> tuple[dict[str, Any], _Document]:
        """Return an object property, which may stand in a file of its own, and who reads it."""
        if isinstance(value, str):
            url = urljoin(self.base, value)
            document = parsed(self._load(url))
            reader = _Document(url, self._load, self._warn)
            if "@context" in document:
                reader.context(document)
            known = reader._known({k: v for k, v in document.items() if k != "@context"}, kind)
            return {"@id": url, **known}, reader
        if isinstance(value, dict):
            if "@context" in value:
                raise Forbidden(message('"%(name)s" may not stand here.', name="@context"))
            return self._known(value, kind), self
        return {}, self

    def _said(self, document: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        """Return common properties and notes, in full (6, Normalization)."""
        said = {
            name: common_properties.normal(value, self.base, self.language)
            for name, value in document.items()
            if ":" in name and common_properties.is_common(name)
        }
        if known.get("notes"):
            said["csvw:note"] = common_properties.normal(known["notes"], self.base, self.language)
        return said

    def _dialect(self, known: Mapping[str, Any]) -> Dialect:
        given = {name: value for name, value in known.items() if name in NAMES}
        if "trim" in given:
            given["trim"] = str(given["trim"]).lower()
        if isinstance(given.get("lineTerminators"), str):
            given["lineTerminators"] = (given["lineTerminators"],)
        if "lineTerminators" in given:
            given["lineTerminators"] = tuple(given["lineTerminators"])
        told = Dialect(commentPrefix="#") if known else Dialect()
        return replace(told, **given)

    def _columns(
        self, schema: dict[str, Any], inherited: dict[str, Any]
    ) -> tuple[TableColumn, ...]:
        described = self._array(schema, "columns", "Schema")
        columns = []
        for number, item in enumerate((i for i in described if isinstance(i, dict)), start=1):
            known = self._known(item, "Column")
            columns.append(self._column(known, {**inherited, **_inherited(known)}, number))
        names = [column.name for column in columns]
        if double := next((name for name in names if names.count(name) > 1), None):
            raise Forbidden(message('two columns have the name "%(name)s".', name=double))
        virtual = [column.virtual for column in columns]
        if virtual != sorted(virtual):
            raise Forbidden(message("a virtual column stands before one that is in the file."))
        return tuple(columns)

    def _column(self, known: dict[str, Any], held: dict[str, Any], number: int) -> TableColumn:
        titles = self._titles(known.get("titles"))
        name = known.get("name")
        if name is not None and (name.startswith("_") or not _VARIABLE.fullmatch(name)):
            self._passed_over("name", "Column", message("letters, digits and _, not first"))
            name = None
        named = name is not None
        if name is None:
            own = titles.get(self.language) or titles.get("und") or []
            name = name_of(own[0]) if own else f"_col.{number}"
        return replace(
            column_of(held),
            name=name,
            titles=titles,
            virtual=self._flag(known, "virtual", "Column"),
            suppressed=self._flag(known, "suppressOutput", "Column"),
            named=named,
        )

    def _titles(self, value: Any) -> dict[str, list[str]]:
        given = value if isinstance(value, dict) else {self.language: value}
        found: dict[str, list[str]] = {}
        for language, texts in given.items():
            if language != "und" and not is_language(language):
                self._passed_over("titles", "Column", message("a language tag (BCP 47)"))
                continue
            parts = texts if isinstance(texts, list) else [texts]
            if any(not isinstance(part, str) for part in parts if part is not None):
                self._passed_over("titles", "Column", message("a text"))
            if kept := [part for part in parts if isinstance(part, str)]:
                found[language] = kept
        return found

    def _references(self, schema: Mapping[str, Any], name: str, names: set[str]) -> tuple[str, ...]:
        value = schema.get(name)
        if value is None:
            return ()
        parts = value if isinstance(value, list) else [value]
        if not parts or any(not isinstance(p, str) or p not in names for p in parts):
            self._passed_over(name, "Schema", message("names of columns"))
            return ()
        return tuple(parts)

    def _foreign(self, schema: Mapping[str, Any], names: set[str]) -> list[Any]:
        found = []
        for key in self._array(schema, "foreignKeys", "Schema"):
            if not isinstance(key, dict):
                continue
            if extra := set(key) - {"columnReference", "reference"}:
                raise Forbidden(_no_foreign_key(min(extra)))
            reference = key.get("reference")
            if not isinstance(reference, dict):
                raise Forbidden(_no_foreign_key("reference"))
            if extra := set(reference) - {"resource", "schemaReference", "columnReference"}:
                raise Forbidden(_no_foreign_key(min(extra)))
            own = self._references(key, "columnReference", names)
            if not own or "columnReference" not in reference:
                raise Forbidden(_no_foreign_key("columnReference"))
            theirs = reference["columnReference"]
            if ("resource" in reference) == ("schemaReference" in reference):
                raise Forbidden(_no_foreign_key("resource"))
            found.append(
                (
                    own,
                    urljoin(self.base, str(reference.get("resource", ""))),
                    urljoin(self.base, str(reference.get("schemaReference", ""))),
                    theirs if isinstance(theirs, list) else [theirs],
                    "resource" in reference,
                )
            )
        return found

    def _datatype(self, value: Any) -> Datatype:
        """Return a datatype. Raises Forbidden for limits that contradict each other."""
        if isinstance(value, str):
            if value not in BUILT_IN:
                self._passed_over("datatype", "Column", message("a datatype of CSVW"))
                return Datatype()
            return Datatype(value, BUILT_IN[value])
        known = self._known(value, "Datatype")
        base = known.get("base", "string")
        if base not in BUILT_IN:
            self._passed_over("base", "Datatype", message("a datatype of CSVW"))
            base = "string"
        limits = _limits(known, base)
        made = Datatype(base, known.get("@id", BUILT_IN[base]), limits=limits)
        return self._formatted(made, known.get("format"))

    def _formatted(self, made: Datatype, given: Any) -> Datatype:
        if given is None:
            return made
        if isinstance(given, dict) and made.base not in datatypes.NUMBERS:
            self._passed_over("format", "Datatype", message("a format of this datatype"))
            return made
        if isinstance(given, dict):
            parts = {k: v for k, v in given.items() if isinstance(v, str)}
            if len(parts) < len(given) or set(parts) - {"pattern", "groupChar", "decimalChar"}:
                self._passed_over("format", "Datatype", message("a pattern of numbers"))
            made = replace(
                made,
                pattern=parts.get("pattern"),
                group=parts.get("groupChar"),
                decimal=parts.get("decimalChar", "."),
                formatted=True,
            )
        else:
            made = replace(made, pattern=given, formatted=True)
        if not datatypes.parser(made)[1]:
            self._passed_over("format", "Datatype", message("a format of this datatype"))
            made = replace(made, pattern=None, formatted=made.group is not None)
        return made


def _no_foreign_key(name: str) -> Message:
    return message("%(name)s is missing in a foreign key, or may not stand there.", name=name)


def _inherited(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in INHERITED if name in known}


def name_of(title: str) -> str:
    """Return the name of a column that has but a *title*: encoded as a variable may be."""
    plain = re.compile(r"[A-Za-z0-9_.]")
    return "".join(
        sign
        if plain.fullmatch(sign) and (place or sign not in "_.")
        else "".join(f"%{byte:02X}" for byte in sign.encode())
        for place, sign in enumerate(title)
    )


def _check_references(tables: tuple[TableDescription, ...]) -> None:
    """Raise Forbidden for a foreign key to a table or column that is not there."""
    for table in tables:
        for _, resource, schema, names, by_table in table.foreign:
            there = [t for t in tables if (t.url == resource if by_table else t.schema == schema)]
            if len(there) != 1:
                raise Forbidden(
                    message("a foreign key leads to %(to)s, which is no table here.",
                            to=resource if by_table else schema)
                )  # fmt: skip
            known = {column.name for column in there[0].columns if column.named}
            if not names or any(name not in known for name in names):
                raise Forbidden(_no_foreign_key("columnReference"))


_TEXT = message("a text")
_TRUTH = message("true or false")
_COUNT = message("a whole number from 0 up")
_CHOICES = {
    "tableDirection": ("rtl", "ltr", "auto"),
    "textDirection": ("rtl", "ltr", "auto", "inherit"),
    "source": ("json", "rdf", None),
    "trim": (True, False, "true", "false", "start", "end"),
}
_LENGTHS = ("length", "minLength", "maxLength")


def _expected(name: str, value: Any, kind: str) -> Message | None:
    """Return what was expected for the property *name*, None where *value* is that."""
    if name in _CHOICES:
        right = any(value is choice or value == choice for choice in _CHOICES[name])
        right = right and (isinstance(value, bool) or not isinstance(value, int | float))
        listed = [str(choice) for choice in _CHOICES[name] if choice is not None]
        return None if right else message("one of %(names)s", names=listed)
    if name in ("tables", "columns", "notes", "transformations", "foreignKeys"):
        return None if isinstance(value, list) else message("an array of objects")
    if name in ("tableSchema", "dialect"):
        return None if isinstance(value, str | dict) else message("an object or its address")
    if name == "datatype":
        return None if isinstance(value, str | dict) else message("a datatype of CSVW")
    if name == "titles":
        return None if isinstance(value, str | list | dict) else _TEXT
    if name in ("primaryKey", "rowTitles"):
        return None if isinstance(value, str | list) else message("names of columns")
    if name in ("suppressOutput", "virtual", "ordered", "required", "doubleQuote", "header",
                "skipBlankRows", "skipInitialSpace"):  # fmt: skip
        return None if isinstance(value, bool) else _TRUTH
    if name in ("headerRowCount", "skipColumns", "skipRows", *_LENGTHS):
        right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return None if right else _COUNT
    return _expected_text(name, value, kind)


def _expected_text(name: str, value: Any, kind: str) -> Message | None:
    if name == "encoding":
        right = isinstance(value, str) and is_encoding(value)
        return None if right else message("an encoding that is known")
    if name in ("null", "lineTerminators"):
        parts = value if isinstance(value, list) else [value]
        return None if all(isinstance(part, str) for part in parts) else _TEXT
    if name in ("commentPrefix", "quoteChar", "delimiter"):
        right = isinstance(value, str) and len(value) == 1
        return None if right or (value is None and name != "delimiter") else message("one sign")
    if name == "separator":
        return None if value is None or isinstance(value, str) else _TEXT
    if name == "lang":
        right = is_language(value)
        return None if right else message("a language tag (BCP 47)")
    if name == "format":
        return None if isinstance(value, str | dict) else message("a format of this datatype")
    if name.startswith(("minim", "maxim", "minI", "maxI", "minE", "maxE")):
        right = isinstance(value, str | int | float) and not isinstance(value, bool)
        return None if right else message("a number or a text")
    return None if isinstance(value, str) else _TEXT


def _limits(known: Mapping[str, Any], base: str) -> dict[str, Any]:
    """Return the limits of a datatype (5.11.2). Raises Forbidden where none can be kept."""
    limits = {name: known[name] for name in _LENGTHS if name in known}
    for name, other in (("minimum", "minInclusive"), ("maximum", "maxInclusive")):
        if name in known and other in known and known[name] != known[other]:
            raise _contradiction(name, other)
        if name in known or other in known:
            limits[other] = known.get(other, known.get(name))
    for name in ("minExclusive", "maxExclusive"):
        if name in known:
            limits[name] = known[name]
    textual = base in datatypes.STRINGS | datatypes.BINARY
    for name in limits:
        if (name in _LENGTHS) != textual or (
            name not in _LENGTHS and base not in datatypes.ORDERED
        ):
            raise Forbidden(message("%(name)s is no limit for %(base)s.", name=name, base=base))
    for small, large in (("minLength", "length"), ("length", "maxLength"), _LENGTHS[1:]):
        if small in limits and large in limits and limits[small] > limits[large]:
            raise _contradiction(small, large)
    _check_range(limits, base)
    return limits


def _check_range(limits: Mapping[str, Any], base: str) -> None:
    for name, other in (("minInclusive", "minExclusive"), ("maxInclusive", "maxExclusive")):
        if name in limits and other in limits:
            raise _contradiction(name, other)
    for low in ("minInclusive", "minExclusive"):
        for high in ("maxInclusive", "maxExclusive"):
            if low not in limits or high not in limits:
                continue
            least = datatypes.comparable(str(limits[low]), base)
            most = datatypes.comparable(str(limits[high]), base)
            touching = low[3:] == high[3:]
            if least is None or most is None:
                continue
            if most < least or (most == least and not touching):
                raise _contradiction(low, high)


def _contradiction(name: str, other: str) -> Forbidden:
    return Forbidden(
        message("%(name)s and %(other)s contradict each other.", name=name, other=other)
    )
