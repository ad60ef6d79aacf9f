"""What packing says to a person, in Japanese and English.

One table; `speak` chooses the language for the whole run. Values are put in by name.
"""

from __future__ import annotations

from contextvars import ContextVar

LANGUAGES = ("ja", "en")
_language: ContextVar[str] = ContextVar("language", default="en")

_TABLE: dict[str, dict[str, str]] = {
    "not-utf8": {"ja": "UTF-8 ではない文字があります。", "en": "this is not UTF-8."},
    "save-utf8": {
        "ja": "文字コード UTF-8 で保存し直してください。",
        "en": "Save the file again with the encoding UTF-8.",
    },
    "prefix": {
        "ja": "接頭辞「{prefix}:」が宣言されていません。",
        "en": 'the prefix "{prefix}:" is not declared.',
    },
    "prefix-near": {
        "ja": "「{near}:」の書き間違いではありませんか。",
        "en": 'Did you mean "{near}:"?',
    },
    "prefix-declare": {
        "ja": "ファイルの先頭に @prefix {prefix}: <…> . を加えてください。",
        "en": "Add @prefix {prefix}: <…> . at the top of the file.",
    },
    "prefix-declare-xml": {
        "ja": 'rdf:RDF の開始タグに xmlns:{prefix}="…" を加えてください。',
        "en": 'Add xmlns:{prefix}="…" to the start tag rdf:RDF.',
    },
    "prefix-none": {
        "ja": "この形式では接頭辞を使えません。IRI を < > で囲んで書いてください。",
        "en": "This format knows no prefixes: write the IRI in full, between < and >.",
    },
    "string-end": {
        "ja": '引用符(")が閉じられていません。',
        "en": 'a quotation mark (") is missing.',
    },
    "string-end-remedy": {
        "ja": '文字列の終わりに " を付けてください。改行を含む文字列は """ で囲みます。',
        "en": 'Close the text with ". A text with line breaks stands between """.',
    },
    "iri": {
        "ja": "IRI(< > の中)に使えない文字があります。",
        "en": "this IRI has a character that no IRI may have.",
    },
    "iri-remedy": {
        "ja": "空白や引用符を取り除いてください。% の後には十六進数を二桁書きます。",
        "en": "Remove spaces and quotation marks; after % stand two hexadecimal digits.",
    },
    "iri-end": {
        "ja": "IRI の終わりの > がありません。",
        "en": "this IRI has no end.",
    },
    "iri-end-remedy": {
        "ja": "IRI の最後に > を付けてください。",
        "en": "Close it with >.",
    },
    "iri-relative": {
        "ja": "IRI が https:// などから始まっていません。",
        "en": "this IRI does not start with https:// or the like.",
    },
    "iri-relative-remedy": {
        "ja": "IRI を初めから書くか、data/catalogue.ttl に void:uriSpace を書いてください。",
        "en": "Write it in full, or give data/catalogue.ttl a void:uriSpace.",
    },
    "language-tag": {
        "ja": "言語タグ(@ja など)が正しくありません。",
        "en": "the language tag is not right.",
    },
    "language-tag-remedy": {
        "ja": "ja、en、ja-hrkt のように、英数字とハイフンで書いてください。",
        "en": "Write letters, digits and hyphens, as in ja, en or ja-hrkt.",
    },
    "dot": {
        "ja": "この前の記述が終わっていません。",
        "en": "the statement before this one has no end.",
    },
    "dot-remedy": {
        "ja": "{line}行目の終わりに「.」(続くなら「;」か「,」)を付けてください。",
        "en": 'End line {line} with "." or, where more follows, with ";" or ",".',
    },
    "end": {
        "ja": "記述の途中でファイルが終わっています。",
        "en": "the file ends within a statement.",
    },
    "end-remedy": {
        "ja": "最後の「.」と、開いた括弧を閉じる「}}」「)」「]」を確かめてください。",
        "en": 'Look for a missing ".", "}}", ")" or "]".',
    },
    "context": {
        "ja": "よそにある JSON-LD コンテキスト {address} を参照しています。",
        "en": "the JSON-LD context {address} stands elsewhere, and nothing is fetched.",
    },
    "context-remedy": {
        "ja": "外には取りに行きません。語の定義をこのファイルの @context に書いてください。",
        "en": "Write its terms into the @context of this file.",
    },
    "json": {
        "ja": "JSON として読めません({message})。",
        "en": "this is not JSON: {message}.",
    },
    "triple-term": {
        "ja": "記述についての記述(<< >>、RDF 1.2)は扱えません。",
        "en": "statements about statements (<< >>, RDF 1.2) are not read here.",
    },
    "triple-term-remedy": {
        "ja": "名前付きグラフに分けて、グラフについて書いてください。",
        "en": "Put the statement into a named graph and speak of the graph.",
    },
    "syntax": {
        "ja": "ここで読めなくなりました({message})。",
        "en": "reading stopped here: {message}.",
    },
    "syntax-remedy": {
        "ja": "この行と直前の行に、抜けた記号や余分な記号がないか確かめてください。",
        "en": "See whether a sign is missing or left over on this line or the one before.",
    },
    "syntax-json": {
        "ja": "直前の行のコンマ、引用符、括弧を確かめてください。",
        "en": "See to the commas, quotation marks and brackets on this line and the one before.",
    },
    "syntax-xml": {
        "ja": "要素の開始タグと終了タグの対応を確かめてください。",
        "en": "See that every element is closed by its own end tag.",
    },
    "wide": {
        "ja": "全角の「{sign}」が使われています。",
        "en": 'the sign "{sign}" is a full-width one.',
    },
    "wide-remedy": {
        "ja": '半角の「{half}」に直してください。全角の文字は、引用符(")で囲んだ中にだけ書けます。',
        "en": 'Write "{half}"; full-width characters may stand between quotation marks only.',
    },
    "wide-space": {
        "ja": "全角の空白が入っています。",
        "en": "there is a full-width (or no-break) space here.",
    },
    "wide-space-remedy": {
        "ja": '半角の空白に直してください。全角の文字は、引用符(")で囲んだ中にだけ書けます。',
        "en": "Write a plain space; full-width characters may stand between quotation marks only.",
    },
    "bare-date": {
        "ja": '日付「{text}」が引用符(")で囲まれていません。',
        "en": 'the date "{text}" stands without quotation marks.',
    },
    "typed": {
        "ja": '"{iso}"^^xsd:date のように書いてください。',
        "en": 'Write it as "{iso}"^^xsd:date.',
    },
    "mark": {
        "ja": '引用符(")のすぐ後に「{token}」は書けません。',
        "en": '"{token}" may not follow a quotation mark.',
    },
    "mark-remedy": {
        "ja": '型は "2021-06-25"^^xsd:date のように、言語は "市役所"@ja のように書きます。',
        "en": 'A type takes ^^, as in "2021-06-25"^^xsd:date, a language @, as in "town hall"@en.',
    },
    "bare-text": {
        "ja": '文字「{text}」が引用符(")で囲まれていません。',
        "en": 'the text "{text}" stands without quotation marks.',
    },
    "bare-text-remedy": {
        "ja": '"{text}"@ja のように書いてください。',
        "en": 'Write it as "{text}"@ja.',
    },
    "unit": {
        "ja": "数値に「{token}」が付いています。",
        "en": '"{token}" stands at the end of a number.',
    },
    "unit-remedy": {
        "ja": "単位は付けず、半角の数字だけを書いてください。",
        "en": "Write the digits alone, without a unit.",
    },
    "joint": {
        "ja": "「{token}」の前で記述が終わっていません。",
        "en": 'the statement before "{token}" has no end.',
    },
    "joint-remedy": {
        "ja": "値を並べるなら「,」、次の項目に移るなら「;」、終えるなら「.」を前に入れてください。",
        "en": 'Put "," before a further value, ";" before a further property, or "." at the end.',
    },
    "new-subject": {
        "ja": "前の記述が終わらないうちに、新しい記述が始まっています。",
        "en": "a new subject begins before the statement above has ended.",
    },
    "new-subject-remedy": {
        "ja": "{line}行目の終わりの「;」か「,」を「.」に直してください。",
        "en": 'End line {line} with "." instead of ";" or ",".',
    },
    "no-value": {
        "ja": "ここに「{token}」は書けません。値が抜けているか、前の行が「.」で終わっています。",
        "en": '"{token}" may not stand here: a value is missing, or the line before ends with ".".',
    },
    "no-value-remedy": {
        "ja": "値を書き足すか、同じものの記述が続くなら前の行の終わりを「;」に直してください。",
        "en": 'Add the value; where more is said of the same thing, end the line before with ";".',
    },
    "close": {
        "ja": "「{token}」が一つ多いか、その前の記述が途中です。",
        "en": '"{token}" closes nothing, or the statement before it is not complete.',
    },
    "close-remedy": {
        "ja": "余分なら消してください。記述が途中なら、抜けた値を書き足してください。",
        "en": "Remove it, or complete the statement before it.",
    },
    "open": {
        "ja": "ここに「{token}」は書けません。前のグラフが閉じられていないようです。",
        "en": '"{token}" may not stand here: the graph before does not seem to be closed.',
    },
    "open-remedy": {
        "ja": "前のグラフの終わりに「}}」があるか確かめてください。",
        "en": 'See that the graph before ends with "}}".',
    },
    "unfit": {
        "ja": "「{token}」は、ここには書けません。",
        "en": '"{token}" may not stand here.',
    },
    "unfit-remedy": {
        "ja": "綴りと、前の行の終わりの記号(「;」「,」「.」)を確かめてください。",
        "en": 'See to its spelling, and to the sign that ends the line before (";", "," or ".").',
    },
    "meant-date": {
        "ja": '「{text}」は、日付としては "{iso}" と書きます。',
        "en": 'As a date, "{text}" is written "{iso}".',
    },
    "meant-iri": {
        "ja": "「{near}」の書き間違いではありませんか。",
        "en": 'Did you mean "{near}"?',
    },
    "keyword-instead": {
        "ja": "「{text}」のように書けます。",
        "en": '"{text}" would do.',
    },
    "keyword-composed": {
        "ja": "濁点などが前の字から離れています。同じ言葉を入力し直してください。",
        "en": "A mark stands apart from its letter; type the same word anew (Unicode form NFC).",
    },
    "no-data": {
        "ja": "ここには data/ フォルダがありません。",
        "en": "there is no folder data/ here.",
    },
    "no-data-remedy": {
        "ja": "公開データのフォルダを指定するか、renkei init で新しく作ってください。",
        "en": "Name a publication, or make one with `renkei init`.",
    },
    "a-partnership": {"ja": "連携中枢都市圏", "en": "A partnership"},
    "laid-out": {
        "ja": "ひな形を作りました。data/ の見本を書き換え、`renkei check {folder}` で点検してから、"
        "`renkei serve {folder}` で開いてください。",
        "en": "Laid out. Put your facts in place of the samples in data/, see what "
        "`renkei check {folder}` says, then open it with `renkei serve {folder}`.",
    },
    "taken": {"ja": "ここには既に公開データがあります。", "en": "this is already there."},
    "taken-remedy": {"ja": "空のフォルダを指定してください。", "en": "Name an empty folder."},
    "bad-root": {
        "ja": "基底 IRI「{root}」が使えません。",
        "en": 'the root IRI "{root}" cannot be used.',
    },
    "bad-root-remedy": {
        "ja": "https://example.org/name/ のように、/ で終わる絶対 IRI を書いてください。",
        "en": "Write an absolute IRI that ends in a slash, such as https://example.org/name/.",
    },
    "rule-syntax": {
        "ja": "規則 {rule}: 問い合わせを読めません({message})。",
        "en": "{rule}: this query cannot be read: {message}.",
    },
    "rule-syntax-remedy": {"ja": "問い合わせを直してください。", "en": "Correct the query."},
    "rule-kind": {
        "ja": "規則 {rule}: CONSTRUCT の問い合わせではありません。",
        "en": "{rule}: this is not a CONSTRUCT query.",
    },
    "rule-kind-remedy": {
        "ja": "加える記述を CONSTRUCT {{ … }} WHERE {{ … }} の形で書いてください。",
        "en": "Write CONSTRUCT {{ … }} WHERE {{ … }}: a rule constructs the statements it adds.",
    },
    "rule-blank": {
        "ja": "規則 {rule}: 空白ノードを作っています。",
        "en": "{rule}: it makes blank nodes.",
    },
    "rule-blank-remedy": {
        "ja": "IRI(CONCAT(…)) で IRI を付けてください。",
        "en": "Mint an IRI with IRI(CONCAT(…)) instead.",
    },
    "rule-chance": {
        "ja": "規則 {rule}: {word} は使えません。同じ資料から同じ結果が出なくなるためです。",
        "en": "{rule}: {word} may not be used: the same files would give another result next time.",
    },
    "rule-chance-remedy": {
        "ja": "資料に書かれていることだけから導いてください。",
        "en": "Derive from what the files state, and from nothing else.",
    },
    "rule-endless": {
        "ja": "規則を {rounds} 回適用しても終わらず、記述が {count} 件増えました。",
        "en": "After {rounds} rounds the rules still add statements, {count} so far.",
    },
    "rule-endless-remedy": {
        "ja": "回ごとに新しい IRI を作る規則があります。最後に加わった記述: {last}",
        "en": "A rule makes a new IRI in each round. Added last: {last}",
    },
    "left-aside": {
        "ja": "読まなかったファイル: {files}。読めるのは {suffixes} です。",
        "en": "Not read: {files}. What is read ends in {suffixes}.",
    },
    "no-rdf-xml": {
        "ja": "RDF/XML のダンプは作りません。RDF/XML では書けない記述があります: {statement}",
        "en": "No RDF/XML dump is made: RDF/XML has no way to write {statement}",
    },
    "unwritten": {
        "ja": "リリースを書き出せません({reason})。いまのリリースはそのままです。",
        "en": "The release cannot be written: {reason}. The present release stays as it is.",
    },
    "unwritten-remedy": {
        "ja": "{folder} の空き容量と書き込みの権限を確かめてから、もう一度実行してください。",
        "en": "See to free space and permissions in {folder}, then run it again.",
    },
    "assumed-root": {
        "ja": "data/catalogue.ttl に void:uriSpace がないため、基底 IRI を {root} とします。",
        "en": "No void:uriSpace in data/catalogue.ttl: the root IRI is taken to be {root}",
    },
    "assumed-title": {
        "ja": "data/catalogue.ttl に題名がないため、題名を「{title}」とします。",
        "en": 'No title in data/catalogue.ttl: the title is taken to be "{title}".',
    },
    "violation": {"ja": "違反", "en": "violation"},
    "warning": {"ja": "注意", "en": "warning"},
    "info": {"ja": "参考", "en": "hint"},
    "elsewhere": {
        "ja": "規則から導いた記述、又は書かれていない記述",
        "en": "derived by a rule, or not written anywhere",
    },
    "value": {"ja": "値", "en": "value"},
    "line": {"ja": "{line}行目", "en": "line {line}"},
    "also": {"ja": "同じ項目がここにもあります", "en": "the same is stated in"},
    "by-rule": {
        "ja": "規則 {rule} が導いた記述です。元になった事実を直すと消えます。",
        "en": "Derived by {rule}: correct the fact it was made from, and it is gone.",
    },
    "conforms": {
        "ja": "問題は見つかりませんでした({shapes} 件の規則で点検)。",
        "en": "Nothing was found amiss ({shapes} rules).",
    },
    "refused": {
        "ja": "違反が {count} 件あります。直すまでリリースは作られません。"
        "いまのリリースはそのままです。",
        "en": "Violations: {count}. No release is made until they are mended; "
        "the present release stays as it is.",
    },
    "found": {
        "ja": "違反 {violations} 件、注意 {warnings} 件、参考 {infos} 件。",
        "en": "Violations: {violations}, warnings: {warnings}, hints: {infos}.",
    },
    "step-read": {"ja": "読み込み", "en": "read"},
    "step-derive": {"ja": "規則の適用", "en": "derive"},
    "step-check": {"ja": "点検", "en": "check"},
    "step-describe": {"ja": "目録の作成", "en": "describe"},
    "step-write": {"ja": "書き出し", "en": "write"},
    "packed": {"ja": "リリース {id} を作りました。", "en": "Release {id} is packed."},
    "unchanged": {
        "ja": "変更はありません。リリース {id} のままです。",
        "en": "Nothing has changed: release {id} stays.",
    },
    "summary-statements": {"ja": "記述", "en": "statements"},
    "summary-derived": {"ja": "うち規則から導いたもの", "en": "of these derived"},
    "summary-graphs": {"ja": "グラフ", "en": "graphs"},
    "summary-findings": {"ja": "点検結果", "en": "findings"},
    "summary-folder": {"ja": "場所", "en": "folder"},
    "summary-seconds": {"ja": "所要時間", "en": "seconds"},
}


def speak(language: str) -> None:
    """Choose the language of everything said from here on: `ja` or `en`."""
    _language.set(language if language in LANGUAGES else "en")


def speaking() -> str:
    """Return the language chosen."""
    return _language.get()


def say(key: str, **facts: object) -> str:
    """Return the words for *key* in the chosen language."""
    return _TABLE[key][_language.get()].format(**facts)
