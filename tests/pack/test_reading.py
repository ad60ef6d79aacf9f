"""What is said of a file that cannot be read: file, line, column, reason and remedy."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from renkei.errors import SettingError, SourceError
from renkei.language.messages import LANGUAGES, translate
from renkei.pack.reading import source_files, sources

HEAD = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
RDF = """\
<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:skos="http://www.w3.org/2004/02/skos/core#">
"""

UNREADABLE = [
    pytest.param(
        "near.ttl",
        HEAD + '<https://example.org/a>\n    sks:prefLabel "a" .\n',
        ':4:5: the prefix "sks:" is not declared. Did you mean "skos:"?',
        ":4:5: 接頭辞「sks:」が宣言されていません。「skos:」の書き間違いではありませんか。",
        id="undeclared prefix, one like it",
    ),
    pytest.param(
        "far.trig",
        HEAD + '<https://example.org/g> {\n  <https://example.org/a> zzz:b "日本"@ja\n}\n',
        ':4:27: the prefix "zzz:" is not declared. Add @prefix zzz: <…> . at the top of the file.',
        ":4:27: 接頭辞「zzz:」が宣言されていません。"
        "ファイルの先頭に @prefix zzz: <…> . を加えてください。",
        id="undeclared prefix, none like it",
    ),
    pytest.param(
        "prefix.nt",
        'skos:a <https://example.org/p> "b" .\n',
        ":1:1: reading stopped here: The subject of a triple must be an IRI or a blank node. "
        "See whether a sign is missing or left over on this line or the one before.",
        ":1:1: ここで読めなくなりました(書き方が決まりに合いません)。"
        "この行と直前の行に、抜けた記号や余分な記号がないか確かめてください。",
        id="a prefix where there are none",
    ),
    pytest.param(
        "quote.ttl",
        HEAD + '<https://example.org/a>\n    skos:prefLabel "a ;\n    dct:title "b" .\n',
        ':4:24: a quotation mark (") is missing. '
        'Close the text with ". A text with line breaks stands between """.',
        ':4:24: 引用符(")が閉じられていません。'
        '文字列の終わりに " を付けてください。改行を含む文字列は """ で囲みます。',
        id="missing quote",
    ),
    pytest.param(
        "quote.nq",
        '<https://example.org/a> <https://example.org/p> "b <https://example.org/g> .\n',
        ':1:49: a quotation mark (") is missing. '
        'Close the text with ". A text with line breaks stands between """.',
        ':1:49: 引用符(")が閉じられていません。'
        '文字列の終わりに " を付けてください。改行を含む文字列は """ で囲みます。',
        id="missing quote to the end of the file",
    ),
    pytest.param(
        "iri.ttl",
        HEAD + '<https://example.org/a b>\n    dct:title "a" .\n',
        ":3:1: this IRI has a character that no IRI may have. "
        "Remove spaces and quotation marks; after % stand two hexadecimal digits.",
        ":3:1: IRI(< > の中)に使えない文字があります。"
        "空白や引用符を取り除いてください。% の後には十六進数を二桁書きます。",
        id="bad IRI",
    ),
    pytest.param(
        "open-iri.ttl",
        HEAD + '<https://example.org/a\n    dct:title "a" .\n',
        ":3:1: this IRI has no end. Close it with >.",
        ":3:1: IRI の終わりの > がありません。IRI の最後に > を付けてください。",
        id="IRI without an end",
    ),
    pytest.param(
        "dot.ttl",
        HEAD + '<https://example.org/a> dct:title "a"\n\n# b\n<https://example.org/b>\n',
        ":6:1: the statement before this one has no end. "
        'End line 3 with "." or, where more follows, with ";" or ",".',
        ":6:1: この前の記述が終わっていません。"
        "3行目の終わりに「.」(続くなら「;」か「,」)を付けてください。",
        id="missing dot",
    ),
    pytest.param(
        "dot.nt",
        '<https://example.org/a> <https://example.org/p> "b"\n'
        '<https://example.org/a> <https://example.org/p> "c" .\n',
        ":2:1: the statement before this one has no end. "
        'End line 1 with "." or, where more follows, with ";" or ",".',
        ":2:1: この前の記述が終わっていません。"
        "1行目の終わりに「.」(続くなら「;」か「,」)を付けてください。",
        id="missing dot between lines",
    ),
    pytest.param(
        "open.trig",
        HEAD + '<https://example.org/g> {\n  <https://example.org/a> dct:title "a" .\n',
        ':5:1: the file ends within a statement. Look for a missing ".", "}", ")" or "]".',
        ":5:1: 記述の途中でファイルが終わっています。"
        "最後の「.」と、開いた括弧を閉じる「}」「)」「]」を確かめてください。",
        id="open brace",
    ),
    pytest.param(
        "tag.ttl",
        HEAD + '<https://example.org/a>\n    dct:title "a"@ja_JP .\n',
        ":4:21: the language tag is not right. "
        "Write letters, digits and hyphens, as in ja, en or ja-hrkt.",
        ":4:21: 言語タグ(@ja など)が正しくありません。"
        "ja、en、ja-hrkt のように、英数字とハイフンで書いてください。",
        id="bad language tag",
    ),
    pytest.param(
        "tag.nq",
        '<https://example.org/a> <https://example.org/p> "b"@toolongatag .\n',
        ":1:53: the language tag is not right. "
        "Write letters, digits and hyphens, as in ja, en or ja-hrkt.",
        ":1:53: 言語タグ(@ja など)が正しくありません。"
        "ja、en、ja-hrkt のように、英数字とハイフンで書いてください。",
        id="language tag too long",
    ),
    pytest.param(
        "comma.jsonld",
        '{\n  "@id": "https://example.org/a",\n  "https://example.org/p": 1\n  "b": 2\n}\n',
        ":4:3: reading stopped here: Object values must be followed by a comma to add a new "
        "value or a curly bracket to end the object. "
        "See to the commas, quotation marks and brackets on this line and the one before.",
        ":4:3: ここで読めなくなりました(値の後に「,」か、閉じる括弧がありません)。"
        "直前の行のコンマ、引用符、括弧を確かめてください。",
        id="JSON without a comma",
    ),
    pytest.param(
        "iri.jsonld",
        '{\n  "@id": "https://example.org/a b",\n  "https://example.org/p": 1\n}\n',
        ":2:11: this IRI has a character that no IRI may have. "
        "Remove spaces and quotation marks; after % stand two hexadecimal digits.",
        ":2:11: IRI(< > の中)に使えない文字があります。"
        "空白や引用符を取り除いてください。% の後には十六進数を二桁書きます。",
        id="bad IRI, which JSON-LD leaves out in silence",
    ),
    pytest.param(
        "tag.jsonld",
        '{"@id": "https://example.org/a",\n'
        ' "https://example.org/p": {"@value": "a", "@language": "ja_JP"}}\n',
        ":2:57: the language tag is not right. "
        "Write letters, digits and hyphens, as in ja, en or ja-hrkt.",
        ":2:57: 言語タグ(@ja など)が正しくありません。"
        "ja、en、ja-hrkt のように、英数字とハイフンで書いてください。",
        id="bad language tag, which JSON-LD leaves out in silence",
    ),
    pytest.param(
        "context.jsonld",
        '{\n  "@context": ["https://example.org/context.jsonld"],\n'
        '  "@id": "https://example.org/a", "p": 1\n}\n',
        ":2:16: the JSON-LD context https://example.org/context.jsonld stands elsewhere, "
        "and nothing is fetched. Save it as data/contexts/example.org/context.jsonld, or "
        "write its terms into the @context of this file.",
        ":2:16: よそにある JSON-LD コンテキスト https://example.org/context.jsonld を"
        "参照しています。外には取りに行きません。"
        "data/contexts/example.org/context.jsonld として保存するか、"
        "その語をこのファイルの @context に書いてください。",
        id="remote context",
    ),
    pytest.param(
        "import.jsonld",
        '{"@context": {"@version": 1.1,\n  "@import": "https://example.org/c"}, "p": 1}\n',
        ":2:14: the JSON-LD context https://example.org/c stands elsewhere, "
        "and nothing is fetched. Save it as data/contexts/example.org/c.jsonld, or write its terms "
        "into the @context of this file.",
        ":2:14: よそにある JSON-LD コンテキスト https://example.org/c を参照しています。"
        "外には取りに行きません。data/contexts/example.org/c.jsonld として保存するか、"
        "その語をこのファイルの @context に書いてください。",
        id="imported context",
    ),
    pytest.param(
        "tags.rdf",
        RDF + '  <rdf:Description rdf:about="https://example.org/a">\n'
        "    <skos:prefLabel>a</skos:altLabel>\n  </rdf:Description>\n</rdf:RDF>\n",
        ":5:24: reading stopped here: mismatched tag. "
        "See that every element is closed by its own end tag.",
        ":5:24: ここで読めなくなりました(終了タグが開始タグと合いません)。"
        "要素の開始タグと終了タグの対応を確かめてください。",
        id="end tag of another element",
    ),
    pytest.param(
        "prefix.rdf",
        RDF + '  <rdf:Description rdf:about="https://example.org/a">\n'
        "    <skso:prefLabel>a</skso:prefLabel>\n  </rdf:Description>\n</rdf:RDF>\n",
        ':5:5: the prefix "skso:" is not declared. Did you mean "skos:"?',
        ":5:5: 接頭辞「skso:」が宣言されていません。「skos:」の書き間違いではありませんか。",
        id="undeclared prefix in RDF/XML",
    ),
    pytest.param(
        "cut.rdf",
        RDF + '  <rdf:Description rdf:about="https://example.org/a">\n'
        "    <skos:prefLabel>a</skos:prefLabel>\n",
        ":6:1: reading stopped here: no element found. "
        "See that every element is closed by its own end tag.",
        ":6:1: ここで読めなくなりました(要素が閉じられないまま、ファイルが終わっています)。"
        "要素の開始タグと終了タグの対応を確かめてください。",
        id="cut RDF/XML, which the parser takes for whole",
    ),
    pytest.param(
        "iri.rdf",
        RDF + '  <rdf:Description rdf:about="https://example.org/a b">\n'
        "    <skos:prefLabel>a</skos:prefLabel>\n  </rdf:Description>\n</rdf:RDF>\n",
        ":4:31: this IRI has a character that no IRI may have. "
        "Remove spaces and quotation marks; after % stand two hexadecimal digits.",
        ":4:31: IRI(< > の中)に使えない文字があります。"
        "空白や引用符を取り除いてください。% の後には十六進数を二桁書きます。",
        id="bad IRI in RDF/XML",
    ),
    pytest.param(
        "tag.rdf",
        RDF + '  <rdf:Description rdf:about="https://example.org/a">\n'
        '    <skos:prefLabel xml:lang="ja_JP">a</skos:prefLabel>\n'
        "  </rdf:Description>\n</rdf:RDF>\n",
        ":5:31: the language tag is not right. "
        "Write letters, digits and hyphens, as in ja, en or ja-hrkt.",
        ":5:31: 言語タグ(@ja など)が正しくありません。"
        "ja、en、ja-hrkt のように、英数字とハイフンで書いてください。",
        id="bad language tag in RDF/XML",
    ),
]


@pytest.mark.parametrize("name, text, english, japanese", UNREADABLE)
def test_an_error_names_the_place_and_the_remedy(
    name: str, text: str, english: str, japanese: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")

    told = {}
    with pytest.raises(SourceError) as refused:
        sources.parse(path)
    for language in LANGUAGES:
        told[language] = refused.value.translated(language).removeprefix(str(path))

    assert told == {"en": english, "ja": japanese}


@pytest.mark.parametrize("suffix", source_files.SUFFIXES)
def test_a_file_in_another_encoding_is_told_by_its_first_foreign_character(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"sjis{suffix}"
    path.write_bytes("# 一\n".encode() + "  # 札".encode("shift_jis") + b"\n")

    told = {}
    with pytest.raises(SourceError) as refused:
        sources.parse(path)
    for language in LANGUAGES:
        told[language] = refused.value.translated(language).removeprefix(str(path))

    assert told == {
        "en": ":2:5: this is not UTF-8. Save the file again with the encoding UTF-8.",
        "ja": ":2:5: UTF-8 ではない文字があります。文字コード UTF-8 で保存し直してください。",
    }


ONE_STATEMENT = {
    ".ttl": '<https://example.org/a> <https://example.org/p> "b"@ja .',
    ".trig": '<https://example.org/a> <https://example.org/p> "b"@ja .',
    ".nt": '<https://example.org/a> <https://example.org/p> "b"@ja .',
    ".nq": '<https://example.org/a> <https://example.org/p> "b"@ja .',
    ".jsonld": '{"@id": "https://example.org/a", "https://example.org/p": '
    '{"@value": "b", "@language": "ja"}}',
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="https://example.org/"><rdf:Description rdf:about="https://example.org/a">'
    '<e:p xml:lang="ja">b</e:p></rdf:Description></rdf:RDF>',
}
ONE_STATEMENT |= {
    ".n3": ONE_STATEMENT[".ttl"],
    ".json": ONE_STATEMENT[".jsonld"],
    ".json-ld": ONE_STATEMENT[".jsonld"],
    ".xml": ONE_STATEMENT[".rdf"],
    ".owl": ONE_STATEMENT[".rdf"],
}


@pytest.mark.parametrize("suffix", source_files.SUFFIXES)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
def test_every_form_is_read_with_and_without_a_byte_order_mark(
    suffix: str, mark: str, tmp_path: Path
) -> None:
    path = tmp_path / f"one{suffix}"
    path.write_text(mark + ONE_STATEMENT[suffix], "utf-8")

    quads = sources.parse(path).quads

    assert quads == [
        ox.Quad(
            ox.NamedNode("https://example.org/a"),
            ox.NamedNode("https://example.org/p"),
            ox.Literal("b", language="ja"),
        )
    ]


def test_a_remote_context_is_never_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener stands at the address, and nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/context.jsonld"
        path = tmp_path / "remote.jsonld"
        path.write_text(f'{{"@context": "{address}", "@id": "https://example.org/a", "p": 1}}')

        with pytest.raises(SourceError, match="nothing is fetched"):
            sources.parse(path)

        with pytest.raises(TimeoutError):
            listener.accept()


ONE = "@prefix e: <https://example.org/> .\n\ne:g {\n    e:a\n        e:p {}\n        e:q 2 .\n}\n"
SLIPS = [
    ('"b"', "6:9", "この前の記述が終わっていません。", "5行目の終わりに"),
    ('"b"；', "5:16", "全角の「；」が使われています。", "半角の「;」に直してください。"),
    ("e:b；", "5:16", "全角の「；」が使われています。", "半角の「;」に直してください。"),
    ('"b" 。', "5:17", "全角の「。」が使われています。", "半角の「.」に直してください。"),
    ("e:b， e:c ;", "5:16", "全角の「，」が使われています。", "半角の「,」に直してください。"),
    ("“b” ;", "5:13", "全角の「“」が使われています。", '半角の「"」に直してください。'),
    ('"b”@ja ;', "5:15", "全角の「”」が使われています。", '半角の「"」に直してください。'),
    ("４２ ;", "5:13", "全角の「４２」が使われています。", "半角の「42」に直してください。"),
    ("　42 ;", "5:13", "全角の空白が入っています。", "半角の空白に直してください。"),
    ("（ 1 ） ;", "5:13", "全角の「（」が使われています。", "半角の「(」に直してください。"),
    ("2021-06-25 ;", "5:13", "日付「2021-06-25」が引用符", '"2021-06-25"^^xsd:date のように'),
    ("2021/6/25 ;", "5:13", "日付「2021/6/25」が引用符", '"2021-06-25"^^xsd:date のように'),
    ('"b"ja ;', "5:16", '引用符(")のすぐ後に「ja」は書けません。', '"市役所"@ja のように'),
    ('"b"^e:c ;', "5:16", '引用符(")のすぐ後に「^e:c」は', '"2021-06-25"^^xsd:date のように'),
    ("札幌市 ;", "5:13", "文字「札幌市」が引用符", '"札幌市"@ja のように'),
    ("42人 ;", "5:15", "数値に「人」が付いています。", "単位は付けず"),
    ("e:b e:c ;", "5:17", "「e:c」の前で記述が終わっていません。", "値を並べるなら「,」"),
    ('"b" "c" ;', "5:17", '「"c"」の前で記述が終わっていません。', "値を並べるなら「,」"),
    (";", "5:13", "ここに「;」は書けません。", "値を書き足すか"),
    ('"b" .\n    e:b a e:C ;\n    e:c a e:C .\n    #', "7:9", "前の記述が終わらない", "6行目"),
    ('"b" .\n}\n}\ne:h {\n    e:a e:p 1 ;', "7:1", "「}」が一つ多いか", "余分なら消して"),
    ('"b" .\ne:h {\n    e:a e:p 1 ;', "6:5", "ここに「{」は書けません。", "前のグラフの終わりに"),
    ("e:b ;\n        e:r s ;", "6:13", "「s」は、ここには書けません。", "綴りと、"),
]


@pytest.mark.parametrize("value, place, reason, remedy", SLIPS, ids=[s[0][:12] for s in SLIPS])
def test_a_slip_of_the_hand_is_told_in_japanese(
    value: str, place: str, reason: str, remedy: str, tmp_path: Path
) -> None:
    """Where it stands, what it is, what to do; no word of the parser's is left."""
    path = tmp_path / "slip.trig"
    path.write_text(ONE.replace("{}", value, 1), "utf-8")

    with pytest.raises(SourceError) as refused:
        sources.parse(path)

    told = refused.value
    japanese = [translate(text, "ja") for text in (told.reason, told.remedy)]
    assert f"{told.line}:{told.column}" == place
    assert japanese[0].startswith(reason)
    assert remedy in japanese[1]
    assert not re.search(r"[A-Za-z]{3,} [a-z]+ [a-z]+", "".join(japanese))


def test_the_line_is_shown_with_a_mark_under_the_slip(publish, renkei) -> None:
    folder = publish({"data/a.ttl": '@prefix e: <https://example.org/> .\ne:a e:p "札幌市"；\n'})

    told = renkei("check", "--lang", "ja", cwd=folder)

    assert (told.returncode, told.stdout, told.stderr) == (
        1,
        "",
        "data/a.ttl:2:14: 全角の「；」が使われています。半角の「;」に直してください。"
        '全角の文字は、引用符(")で囲んだ中にだけ書けます。\n'
        'e:a e:p "札幌市"；\n'
        "         　　　 ^\n",
    )


def test_the_file_is_named_from_where_the_reader_stands(publish, renkei) -> None:
    folder = publish({"data/harbours.ttl": "hrbr:a hrbr:b hrbr:c .\n"})

    told = renkei("check", cwd=folder)

    assert (told.returncode, told.stdout, told.stderr) == (
        1,
        "",
        'data/harbours.ttl:1:1: the prefix "hrbr:" is not declared. '
        "Add @prefix hrbr: <…> . at the top of the file.\n"
        "hrbr:a hrbr:b hrbr:c .\n"
        "^\n",
    )


def test_signs_of_markup_in_a_name_are_told_as_they_are(publish, renkei) -> None:
    folder = publish({"data/[bold]a[/red].ttl": "x:y x:y x:y .\n"})

    assert "data/[bold]a[/red].ttl:1:1: " in renkei("check", cwd=folder).stderr


def test_machines_are_told_of_an_unreadable_file_too(publish, renkei) -> None:
    folder = publish({"data/a.ttl": "x:y x:y x:y .\n"})

    github = renkei("check", "--format", "github", cwd=folder)
    json = renkei("check", "--format", "json", cwd=folder)

    assert github.stdout == (
        '::error file=data/a.ttl,line=1,col=1,title=renkei::the prefix "x:" is not declared. '
        "Add @prefix x: <…> . at the top of the file.\n"
    )
    assert '"conforms": false' in json.stdout
    assert '"line": 1' in json.stdout
    assert (github.returncode, json.returncode) == (1, 1)


def test_a_folder_without_data_is_refused_with_the_next_step(tmp_path: Path, renkei) -> None:
    english = renkei("check", tmp_path)
    japanese = renkei("check", tmp_path, "--lang", "ja")

    assert english.stderr.endswith(
        "there is no folder data/ here. Name a publication, or make one with `renkei init`.\n"
    )
    assert japanese.stderr.endswith(
        "ここには data/ フォルダがありません。"
        "公開データのフォルダを指定するか、renkei init で新しく作ってください。\n"
    )


@pytest.mark.parametrize("suffix", source_files.SUFFIXES)
@pytest.mark.parametrize("packed", source_files.COMPRESSED)
def test_a_compressed_file_is_read_like_any(suffix: str, packed: str, tmp_path: Path) -> None:
    """In Turtle a slip is shown with its line, too."""
    path = tmp_path / f"one{suffix}{packed}"
    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    compress[".zst"] = zstandard.ZstdCompressor().compress
    path.write_bytes(compress[packed](ONE_STATEMENT[suffix].encode()))

    assert len(sources.parse(path).quads) == 1
    if suffix == ".ttl":
        path.write_bytes(compress[packed](b"\nx:y x:y x:y ."))
        with pytest.raises(SourceError, match=':2:1: the prefix "x:" is not declared'):
            sources.parse(path)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(SourceError, match=rf"this is not a whole \{packed} file"):
        sources.parse(path)


def test_an_ontology_may_be_turtle(tmp_path: Path) -> None:
    path = tmp_path / "o.owl"
    path.write_text("# an ontology\n" + ONE_STATEMENT[".ttl"])

    assert len(sources.parse(path).quads) == 1


BEYOND = "this is Notation3 beyond Turtle (a rule, a formula, a variable or a path)."


@pytest.mark.parametrize(
    "text, place, reason",
    [
        pytest.param("@prefix : <#> .\n{ :a :b :c } => { :d :e :f } .", "2:1", BEYOND, id="a rule"),
        pytest.param("@prefix : <#> .\n:a :b\n{ :c :d :e } .", "3:1", BEYOND, id="a formula"),
        pytest.param("@prefix : <#> . :a :b ?x .", "1:23", BEYOND, id="a variable"),
        pytest.param("@prefix : <#> . :a!:b :c :d .", "1:19", BEYOND, id="a path"),
        pytest.param(
            "@prefix : <#> .\n:a :b : ; x:c :d .",
            "2:11",
            'the prefix "x:" is not declared.',
            id="a slip, in Turtle as well",
        ),
    ],
)
def test_notation3_is_read_as_far_as_it_is_turtle(
    text: str, place: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.n3"
    path.write_text(text)

    with pytest.raises(SourceError) as refused:
        sources.parse(path, "https://example.org/")

    told = refused.value
    assert (f"{told.line}:{told.column}", str(told.reason)) == (place, reason)


def test_files_that_are_not_read_are_named_with_the_reason(publish) -> None:
    """Notes, hidden files and leavings of an editor go without saying."""
    folder = publish(
        {
            "data/a.ttl": "<https://example.org/a> a <https://example.org/B> .",
            "data/B.TTL": "<https://example.org/b> a <https://example.org/B> .",
            "data/old.csv": "",
            "data/old.zip": "",
            "data/map.json": '{"type": "FeatureCollection"}',
            "data/page.xml": "<?xml version='1.0'?><!-- a --><!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
            "data/o.owl": '<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>',
            "data/README.md": "",
            "data/.hidden.ttl": "not turtle",
            "data/a.ttl~": "not turtle",
            "stray.ttl": "not turtle",
            "package.json": "{}",
        }
    )

    publication = sources.read(folder)

    assert [f.relative for f in publication.files] == ["data/B.TTL", "data/a.ttl"]
    assert publication.config.said[:6] == (
        "Not read: data/old.zip. What is read ends in .ttl .n3 .trig .nt .nq "
        ".jsonld .json-ld .json .rdf .xml .owl, or in one of these and .gz .bz2 .xz .zst.",
        "Not read: data/old.csv. No metadata describe these tables (CSV on the Web; the name is "
        "that of the table and -metadata.json).",
        "Not read: data/map.json; this JSON has no @context and no @id, so that it is no JSON-LD.",
        "Not read: data/o.owl; the root of this XML is Ontology, and not rdf:RDF.",
        "Not read: data/page.xml; the root of this XML is x, and not rdf:RDF.",
        "Not read: stray.ttl. Statements are read from the folders ontology/, data/, shapes/.",
    )


def test_a_release_of_nothing_is_refused_where_there_are_files(publish, renkei) -> None:
    """A folder with nothing in it may be packed: it is a beginning."""
    folder = publish({"data/a.csv": "a,b", "data/README.md": ""})

    told = renkei("pack", folder, "--root", "https://example.org/", "--title", "X")
    (folder / "data/a.csv").unlink()
    empty = renkei("pack", folder, "--root", "https://example.org/", "--title", "X")

    assert (told.returncode, empty.returncode) == (1, 0)
    assert told.stderr.startswith(
        f"Nothing is stated in {folder}, though there are files: no release is made of it. "
        "Not read: data/a.csv. "
    )


GRAPHS = [
    pytest.param(["data/list.ttl"], ["list"], id="a name"),
    pytest.param(["data/x/my list_2.nt.gz"], ["my-list-2"], id="signs between"),
    pytest.param(["data/一覧.ttl", "data/地図.ttl"], ["一覧", "地図"], id="in Japanese"),
    pytest.param(["data/か\u3099.ttl"], ["が"], id="in NFC"),
    pytest.param(["data/a.nt", "data/a.ttl"], ["a-nt", "a-ttl"], id="two formats"),
    pytest.param(["data/a.ttl", "data/a.ttl.gz"], ["data-a-ttl", "data-a-ttl-gz"], id="and packed"),
    pytest.param(["data/x/a.ttl", "data/y/a.ttl"], ["data-x-a", "data-y-a"], id="two folders"),
    pytest.param(["data/a.ttl", "ontology/a.ttl"], ["data-a", "ontology-a"], id="both halves"),
    pytest.param(["data/a b.ttl", "data/a-b.ttl", "data/c.ttl"], None, id="one slug"),
    pytest.param(
        ["data/derived.ttl", "data/shapes.ttl", "ontology/catalogue.ttl"],
        ["derived-ttl", "shapes-ttl", "catalogue-ttl"],
        id="names of the program's graphs",
    ),
    pytest.param(["data/!.ttl", "data/？.ttl"], None, id="no letter at all"),
    pytest.param(["data/a-ttl.ttl", "data/a.nt", "data/a.ttl"], None, id="a name that looks so"),
]


@pytest.mark.parametrize("names, graphs", GRAPHS)
def test_each_file_has_a_graph_of_its_own(names: list[str], graphs: list[str] | None) -> None:
    found = source_files.graphs_of(names)

    assert len(set(found.values())) == len(names)
    if graphs is not None:
        assert found == {n: f"graph/{g}" for n, g in zip(names, graphs, strict=True)}


FOREIGN = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix void: <http://rdfs.org/ns/void#> .
<https://mine.org/a> dct:title "mine" .
<https://mine.org/set> a void:Dataset ; dct:title "mine as well"@en ; dct:language "fr" .
<http://foreign.example/set> a void:Dataset ; dct:title "Foreign"@en ; dct:language "it" ;
    owl:versionInfo "9" ; void:uriSpace "http://foreign.example/resource/" .
"""
OWN = (
    FOREIGN.replace("foreign.example/", "foreign.example/x").replace("Foreign", "Other")
    + """
<https://mine.org/set> a void:Dataset ; dct:title "Mine"@en ; dct:language "de" ;
    owl:versionInfo "2" ; void:uriSpace "https://mine.org/" .
"""
)


@pytest.mark.parametrize(
    "catalogue, root, expected",
    [
        pytest.param(
            None, None, ("https://mine.org/", None, "mine as well", "0", ("en",)), id="no catalogue"
        ),
        pytest.param(
            OWN.replace('dct:title "mine as well"@en ; dct:language "fr"', "dct:type dct:x"),
            None,
            ("https://mine.org/", "https://mine.org/set", "Mine", "2", ("de",)),
            id="another set stands first in the catalogue",
        ),
        pytest.param(
            "<https://mine.org/set> a <http://www.w3.org/ns/dcat#Dataset> ; "
            '<http://purl.org/dc/terms/title> "Named" .',
            "https://mine.org/",
            ("https://mine.org/", "https://mine.org/set", "Named", "0", ("en",)),
            id="the only set of the catalogue, without a root",
        ),
    ],
)
def test_settings_are_read_from_the_catalogue_alone(
    publish, catalogue: str | None, root: str | None, expected: tuple[object, ...]
) -> None:
    """A file with a description of another's data set decides nothing."""
    files = {"data/catalogue.ttl": catalogue} if catalogue else {}

    config = sources.read(publish({"data/a.ttl": FOREIGN, **files}), root).config

    dataset = expected[1] or "https://mine.org/dataset/publication"
    assert (config.root, config.dataset, *config.title.values()) == (
        expected[0],
        dataset,
        expected[2],
    )
    assert (config.version, config.languages) == expected[3:]


@pytest.mark.parametrize(
    "text, place",
    [
        pytest.param('{"@context": {\n  "a": "b",\n}}', ":3:1: this is not JSON", id="no JSON"),
        pytest.param(
            '{"@context": "https://example.org/c"}', ":1:14: the JSON-LD context", id="remote"
        ),
    ],
)
def test_a_context_that_cannot_be_used_is_refused_before_anything_is_written(
    publish, text: str, place: str
) -> None:
    folder = publish({"data/a.ttl": "", "data/context.jsonld": text})

    with pytest.raises(SourceError) as refused:
        sources.read(folder)

    assert str(refused.value).startswith(f"{folder}/data/context.jsonld{place}")


def test_a_root_that_is_no_iri_is_refused(publish) -> None:
    folder = publish({"data/a.ttl": ""})

    with pytest.raises(SettingError) as refused:
        sources.read(folder, root="example")

    assert str(refused.value) == (
        "--root: an absolute IRI that ends in a slash or a # was expected."
    )


@pytest.mark.parametrize(
    "odd",
    [
        '<https://ex.org/x> <https://ex.org/v> "a"@ar--rtl .',
        f"<https://ex.org/x> <https://ex.org/v> {'9' * 5000} .",
    ],
    ids=("RDF 1.2", "5,000 digits"),
)
def test_a_finding_in_a_file_that_rdflib_cannot_read_has_the_file_alone(
    odd: str, publish, renkei
) -> None:
    """Whatever the engine reads can be packed; the line is lost, the finding is not."""
    slip = '<https://ex.org/x> <https://ex.org/v> "abc"^^<http://www.w3.org/2001/XMLSchema#byte> .'
    folder = publish({"data/main.ttl": f"{odd}\n{slip}\n"})

    found = renkei("check", folder)

    assert found.returncode == 0
    assert "main.ttl" in found.stdout


def test_a_context_named_by_its_address_is_read_from_the_publication(publish) -> None:
    """Also imported, relative to another, and in another context; it is no data itself."""
    folder = publish(
        {
            "data/a.jsonld": '{"@context": ["https://a.example/c/", {"q": "https://a.example/q"}],'
            ' "@id": "https://a.example/s", "p": "1", "q": "2", "n": {"p": "3"}}',
            "data/b.jsonld": '{"@context": {"@version": 1.1, '
            '"@import": "https://b.example/b.jsonld", "p": "https://b.example/p"}, '
            '"@id": "https://a.example/t", "p": "4", "o": "5"}',
            "data/contexts/a.example/c.jsonld": '{"@context": ["../d", '
            '{"n": {"@id": "https://a.example/n", "@context": "https://b.example/b.jsonld"}}]}',
            "data/contexts/a.example/d.json": '{"@context": {"p": "https://a.example/p"}}',
            "data/contexts/b.example/b.jsonld": '{"@context": '
            '{"p": "https://b.example/x", "o": "https://b.example/o"}}',
        }
    )

    publication = sources.read(folder, "https://a.example/")

    assert [f.relative for f in publication.files] == ["data/a.jsonld", "data/b.jsonld"]
    assert sorted(
        (q.predicate.value, q.object.value)
        for q in publication.quads
        if isinstance(q.object, ox.Literal)
    ) == [
        ("https://a.example/p", "1"),
        ("https://a.example/q", "2"),
        ("https://b.example/o", "5"),
        ("https://b.example/p", "4"),
        ("https://b.example/x", "3"),
    ]


@pytest.mark.parametrize("context", ["[]", "{", '{"@context": "https://a.example/c"}'])
def test_a_kept_context_that_is_none_is_named(context: str, publish) -> None:
    folder = publish(
        {
            "data/a.jsonld": '{"@context": "https://a.example/c", "p": 1}',
            "data/contexts/a.example/c.jsonld": context,
        }
    )

    with pytest.raises(SourceError) as refused:
        sources.read(folder)

    assert str(refused.value).startswith(
        f"{folder}/data/contexts/a.example/c.jsonld: this is no JSON-LD context for "
        "https://a.example/c: "
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("\r\n  a\r\n", "\n  a\n"),
        ("a\rb", "a\nb"),
        ("a&#13;b", "a\rb"),
        ("\n  <![CDATA[<b c=\"d\">&amp;</b>]]>\n  ", "\n  <b c=\"d\">&amp;</b>\n  "),
        ("<![CDATA[a]]><![CDATA[b]]> c", "ab c"),
        ("a<!-- <![CDATA[x]]> -->b", "ab"),
    ],
    ids=["line ends", "one alone", "by reference", "CDATA in spaces", "CDATA twice", "a remark"],
)  # fmt: skip
def test_a_text_in_xml_is_what_a_reader_of_xml_finds(
    tmp_path: Path, written: str, value: str
) -> None:
    """XML 1.0, sections 2.7 and 2.11; Jena reads the same."""
    path = tmp_path / "a.rdf"
    described = '<rdf:Description rdf:about="https://example.org/a">{}</rdf:Description>'
    element = f"<skos:note>{written}</skos:note>"
    path.write_bytes((RDF + described.format(element) + "</rdf:RDF>\n").encode())

    (quad,) = sources.parse(path).quads

    assert quad.object == ox.Literal(value)


@pytest.mark.parametrize(
    "text, root, said",
    [
        pytest.param(
            "<Observation/1> <https://real.org/v/of> <https://real.org/v/site> .\n"
            "<https://real.org/v/of> a <https://real.org/v/P> .",
            "https://real.org/v/",
            "There are relative IRIs in data/a.ttl: they are read as parts of https://real.org/v/",
            id="among others",
        ),
        pytest.param(
            "<Observation/1> a <#Observation> .",
            "https://example.org/publication/",
            "There are relative IRIs in data/a.ttl: they are read as parts of "
            "https://example.org/publication/",
            id="alone",
        ),
    ],
)
def test_relative_iris_without_a_root_lie_below_the_assumed_one(
    text: str, root: str, said: str, publish
) -> None:
    """RFC 3986, section 5.1: a base there must be, and which it is is told."""
    publication = sources.read(publish({"data/a.ttl": text}))

    subjects = {q.subject.value for q in publication.quads}
    assert f"{root}Observation/1" in subjects
    assert publication.config.root == root
    assert said in publication.config.said


XML = '<?xml version="1.0" encoding="{encoding}"?>\n<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:e:">'
XML += '<rdf:Description rdf:about="urn:a"><e:n>札幌市</e:n></rdf:Description></rdf:RDF>'
RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize("encoding", ["Shift_JIS", "EUC-JP", "UTF-16", "utf-8"])
def test_xml_is_read_in_the_encoding_that_it_declares(encoding: str, tmp_path: Path) -> None:
    """XML 1.0, section 4.3.3; but UTF-16, whose declaration is in UTF-16, is refused by name."""
    path = tmp_path / "a.rdf"
    path.write_bytes(XML.format(encoding=encoding, RDF=RDF_NS).encode(encoding))
    if encoding == "UTF-16":
        with pytest.raises(SourceError, match="this is not UTF-8"):
            sources.parse(path)
    else:
        assert [q.object.value for q in sources.parse(path).quads] == ["札幌市"]


def test_xml_that_is_not_what_it_declares_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    text = XML.format(encoding="Shift_JIS", RDF=RDF_NS).encode("shift_jis")
    path.write_bytes(text.replace("市".encode("shift_jis"), b"\xff"))

    with pytest.raises(SourceError) as refused:
        sources.parse(path)

    assert str(refused.value).endswith(
        ":2:125: this is not Shift_JIS. Save the file again with the encoding that it declares, or "
        "with UTF-8."
    )


def test_the_one_main_thing_lies_below_the_root_and_not_beside_it(publish) -> None:
    """https://e.org/abc is not below https://e.org/a/."""
    set_of = (
        "<{iri}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> 'x' ."
    )
    titles = [
        sources.read(
            publish({"data/a.ttl": set_of.format(iri=iri)}), "https://e.org/a/"
        ).config.title
        for iri in (
            "https://e.org/abc",
            "https://e.org/a",
            "https://e.org/a/d",
            "https://e.org/a#d",
        )
    ]

    assert titles == [{"und": "publication"}, {"und": "x"}, {"und": "x"}, {"und": "x"}]


def test_a_graph_named_by_a_blank_node_is_refused_with_its_place(publish) -> None:
    with pytest.raises(SourceError) as refused:
        sources.read(publish({"data/a.trig": "<urn:a> <urn:b> 1 .\n_:g { <urn:a> <urn:b> 2 }"}))

    assert str(refused.value).endswith(
        ":2:1: a graph here has a blank node for its name, and nobody could ask for it. "
        "Give the graph an IRI."
    )
