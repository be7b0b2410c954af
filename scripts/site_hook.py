"""Adds to the documentation site what its Markdown lacks. mkdocs calls these functions (`hooks` in mkdocs.yml).

The pages are written to be read in the repository. So that they are right on the site too,

- PERFORMANCE.md and its like, which lie at the repository's root, become pages;
- rustdoc's pages are put beside them, into rust-api/;
- source files that a page links to are put into source/, as text; a link to a folder becomes its name;
- the comments that tests read, and what rustdoc alone reads, are left out.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).parents[1]
RUSTDOC = REPOSITORY / "target/doc"
AT_ROOT = {
    name: f"{name.lower().removesuffix('.md')}.md"
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "DESIGN.md", "PERFORMANCE.md", "RELIABILITY.md", "SECURITY.md")
}
PAGES = AT_ROOT | {"README.md": "index.md"}

FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>[^\n]*)\n(?P<code>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"^<!-- test: .*? -->\n+", re.DOTALL | re.MULTILINE)
LOG = logging.getLogger("mkdocs.hooks.site")
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
# The class may come first, and has messages of its own.
MESSAGE = re.compile(
    r"<tr>(?P<cells>\s*<td>(?:<code>\w+Error</code></td>\s*<td>)?<code>(?P<message>[^<]+)</code>)(?=[^\n]*</td>)"
)
LEFT = re.compile(r"^.*(?:///|\]\[|\]\().*$", re.MULTILINE)
LINK = re.compile(
    r"(?P<before>\[(?P<text>[^\]]*)\]\(|^\[[^\]\n]+\]: )(?P<path>[^\s)#:]+)(?P<anchor>#[^\s)]*)?(?P<after>\)?)",
    re.MULTILINE,
)


def on_config(config: MkDocsConfig) -> None:
    """Shows the version beside the link to the repository."""
    version = re.search(r'^version = "(.*)"$', (REPOSITORY / "Cargo.toml").read_text(), re.MULTILINE)
    assert version is not None
    config.repo_name = f"{config.site_name} {version[1]}"


@event_priority(100)  # before the check of links, which must know them
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages that lie elsewhere: at the repository's root, in rustdoc's folder, among the sources."""
    for name, page in AT_ROOT.items():
        files.append(File.generated(config, page, abs_src_path=str(REPOSITORY / name)))
    for path in RUSTDOC.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".md":
            page = f"rust-api/{path.relative_to(RUSTDOC).as_posix()}"
            files.append(File.generated(config, page, abs_src_path=str(path)))
    for source in sorted({source for page in files.documentation_pages() for source in _sources(page)}):
        files.append(File.generated(config, _shown(source), abs_src_path=str(REPOSITORY / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page as the site needs it. Warns, and so ends the build, of a tab without an end: it would go on and on."""
    if page.file.src_uri in AT_ROOT.values():
        name = next(name for name, path in AT_ROOT.items() if path == page.file.src_uri)
        page.edit_url = f"{config.repo_url}/edit/main/{name}"
    lines = FENCE.sub("", markdown).splitlines()
    if sum(line.startswith("/// ") for line in lines) != lines.count("///"):
        LOG.warning("%s: a tab has no end, or an end has no tab", page.file.src_uri)
    written: list[str] = []
    end = 0
    for block in FENCE.finditer(markdown):
        written += [_prose(markdown[end : block.start()], page.file), _code(block)]
        end = block.end()
    return "".join([*written, _prose(markdown[end:], page.file)])


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Gives each message of Troubleshooting a link. Warns, and so ends the build, of a link or tab that stays."""
    for left in LEFT.findall(CODE.sub("", html)):
        LOG.warning("%s: %r was left as it is", page.file.src_uri, left)
    return MESSAGE.sub(_linked, html) if page.file.src_uri == "troubleshooting.md" else html


def _linked(row: re.Match[str]) -> str:
    """A row of a table of messages with an anchor, and with the link that a heading has."""
    anchor = "-".join(re.findall(r"\w+", row["message"].lower()))
    link = f'<a class="headerlink" href="#{anchor}" title="Permanent link">&para;</a>'
    return f'<tr id="{anchor}">{row["cells"]}{link}'


def _sources(page: File) -> Iterator[str]:
    """The source files that a page links to."""
    for link in LINK.finditer(FENCE.sub("", page.content_string)):
        path = _path(link, page)
        if path not in PAGES and not path.startswith("docs/") and (REPOSITORY / path).is_file():
            yield path


def _shown(source: str) -> str:
    """Returns a source file's path on the site. A browser shows `.txt`, and would download other types."""
    return f"source/{source}.txt"


def _path(link: re.Match[str], page: File) -> str:
    """Returns a link's target, relative to the repository's root."""
    folder = Path(page.abs_src_path or "").relative_to(REPOSITORY).parent
    return os.path.normpath(folder / link["path"])


def _code(block: re.Match[str]) -> str:
    """A block without what only rustdoc reads: `no_run` and its like, and hidden lines."""
    language, code = block["language"], block["code"]
    if language.startswith("rust,"):
        language = "rust"
    if language == "rust":
        code = re.sub(r"^# .*\n|^#\n", "", code, flags=re.MULTILINE)
    return f"{block['fence']}{language}\n{code}{block['fence']}"


def _prose(markdown: str, page: File) -> str:
    """Rewrites the text between the blocks."""

    def here(link: re.Match[str]) -> str:
        path = _path(link, page)
        if path in PAGES:
            target = PAGES[path]
        elif path.startswith("docs/"):
            target = path.removeprefix("docs/")
        elif (REPOSITORY / path).is_file():
            target = _shown(path)
        elif (REPOSITORY / path).is_dir() and link["text"]:
            return link["text"]
        else:
            return link[0]
        from_here = os.path.relpath(target, Path(page.src_uri).parent)
        return f"{link['before']}{from_here}{link['anchor'] or ''}{link['after']}"

    return LINK.sub(here, COMMENT.sub("", markdown))
