"""What the READMEs promise is what the code has."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from renkei import cli, config

ROOT = Path(__file__).parents[2]


def tracked(pattern: str = "*") -> list[Path]:
    """The files of the project: what git knows, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no clone")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.match(pattern)]


def targets() -> set[str]:
    """The targets of the Makefile that a person calls: those `make help` lists."""
    return set(re.findall(r"(?m)^([a-z-]+):.*##", (ROOT / "Makefile").read_text()))


def test_make_targets_in_the_readme_exist_and_all_are_named() -> None:
    named = _made((ROOT / "README.md").read_text("utf-8"))

    assert named - targets() == set()
    assert targets() - named - {"help"} == set()


def test_make_targets_in_the_documents_exist() -> None:
    for path in tracked("*.md"):
        assert _made(path.read_text("utf-8")) - targets() == set(), path


def _made(text: str) -> set[str]:
    """The targets that *text* tells a reader to make: in code, not in a sentence."""
    code = re.findall(r"(?ms)^```.*?^```", text) + re.findall(r"`[^`\n]+`", text)
    return set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code)))


def test_every_variable_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs/operating.md").read_text("utf-8")

    assert set(re.findall(r"RENKEI_[A-Z_]+", text)) == set(config.environment_names())


def test_commands_and_options_in_the_documents_exist() -> None:
    assert isinstance(cli.main, click.Group)
    known = {
        name: {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o[0] == "-"}
        | {"--help", "-h"}
        for name, command in cli.main.commands.items()
    }
    for path in tracked("*.md"):
        for line in _commands(path.read_text("utf-8")):
            words = line.split()
            if words[1].startswith("-"):
                continue
            assert words[1] in known, f"{path}: {line}"
            options = {w.split("=")[0] for w in words[2:] if re.match(r"--[a-z]", w)}
            assert options - known[words[1]] == set(), f"{path}: {line}"


def _commands(text: str) -> list[str]:
    inline = re.findall(r"`(renkei [a-z-][^`\n]*)`", text)
    blocks = re.findall(r"(?ms)^```.*?^```", text)
    return inline + re.findall(r"(?m)^\s*\$?\s*(?:\S*/)?(renkei [a-z-].*)$", "\n".join(blocks))


def test_every_command_and_every_option_of_serving_is_documented() -> None:
    text = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/operating.md"))
    serve = cli.main.commands["serve"]  # type: ignore[attr-defined]

    assert [n for n in cli.main.commands if f"renkei {n}" not in text] == []  # type: ignore[attr-defined]
    assert [o for p in serve.params for o in p.opts if o.startswith("--") and o not in text] == []


def test_every_folder_says_what_lives_in_it() -> None:
    """A few lines; folders of templates, queries and the like belong to the one above."""
    folders = {path.parent for path in tracked() if path.suffix in (".py", ".ttl", ".trig", ".md")}
    folders -= {ROOT, ROOT / ".ci", ROOT / "tests/conformance/w3c"}  # the last: see the one above
    missing = {
        folder.relative_to(ROOT).as_posix()
        for folder in folders
        if not (folder / "README.md").is_file() and not _part_of_a_publication(folder)
    }

    assert missing == set()


def _part_of_a_publication(folder: Path) -> bool:
    return "miniature" in folder.parts and folder.name != "miniature"


def test_a_readme_of_a_folder_is_short() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in tracked("README.md")
        if path.parent != ROOT
    }

    assert {name: lines for name, lines in long.items() if lines > 60} == {}


def test_links_between_documents_lead_somewhere() -> None:
    for path in tracked("*.md"):
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8")):
            if "://" not in link and not link.startswith("mailto:"):
                assert (path.parent / link).exists(), f"{path}: {link}"


def test_no_file_speaks_of_one_machine() -> None:
    pattern = re.compile(r"/(?:home|Users|root)/\w|index-url=|" + re.escape(f"{ROOT}/"))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == []


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("name", ["", "build", "test"])
def test_a_lock_file_pins_what_the_project_asks_for_with_hashes_and_no_addresses(
    name: str,
) -> None:
    """Extras stand in the lock: pip's hash mode takes a package without its extra for another."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = list(written["dependency-groups"][name] if name else written["project"]["dependencies"])
    if name == "test":
        asked += written["project"]["dependencies"]
    text = (ROOT / f"requirements{name and '-'}{name}.lock").read_text()
    blocks = re.findall(r"(?m)^([a-zA-Z0-9._\[\]-]+==[^\s\\;]+)[^\n]*((?:\n    .*)*)", text)
    pinned = {wanted.lower() for wanted, _ in blocks}

    assert {_normal(a) for a in asked} - {_normal(p) for p in pinned} == set()
    assert [wanted for wanted, rest in blocks if "--hash=sha256:" not in rest] == []
    assert "://" not in text


def _normal(wanted: str) -> str:
    name, version = re.sub(r"\[.*?\]", "", wanted).split("==")
    return re.sub(r"[-_.]+", "-", name).lower() + "==" + version


def test_the_version_is_said_once() -> None:
    from renkei import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_no_function_of_the_program_is_longer_than_sixty_lines() -> None:
    """What is longer has a part that deserves a name."""
    long = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in (ROOT / "server" / "renkei").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= 60
    }

    assert long == set()


def test_no_text_holds_the_marks_of_a_merge() -> None:
    """Where a merge was not finished, Python may read on: inside a docstring."""
    marked = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix in (".py", ".md", ".html", ".ttl", ".trig", ".rq", ".toml", ".css", ".po")
        and re.search(r"^(?:<{7} |>{7} )", path.read_text("utf-8"), re.MULTILINE)
    ]

    assert marked == []
