"""What the documentation site has that its Markdown has not: mkdocs calls these functions (`hooks` in mkdocs.yml).

The pages are written to be read in the repository. So that they are right on the site too,

- PERFORMANCE.md and its like, which lie at the repository's root, become pages;
- rustdoc's pages are put beside them, into rust-api/;
- links between them and docs/ are made the site's own;
- a link to a source file becomes its name, for the site does not have it; with `extra.sources` in mkdocs.yml (the
  address of the repository's files) it leads there;
- the comments that tests read, and what rustdoc alone reads, are left out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).parents[1]
AT_ROOT = {
    name: f"{name.lower().removesuffix('.md')}.md"
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "DESIGN.md", "PERFORMANCE.md", "RELIABILITY.md", "SECURITY.md")
}
RUSTDOC = REPOSITORY / "target/doc"
PAGES = AT_ROOT | {"README.md": "index.md"}

FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>[^\n]*)\n(?P<code>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"^<!-- test: .*? -->\n+", re.DOTALL | re.MULTILINE)
TARGET = re.compile(r"(?P<before>\]\(|^\[[^\]\n]+\]: )(?P<path>[^\s)#:]+)(?P<anchor>#[^\s)]*)?", re.MULTILINE)
SOURCE = re.compile(r'<a href="source:(?P<path>[^"]*)">(?P<text>.*?)</a>', re.DOTALL)


@event_priority(100)  # before the check of links, which must know them
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages that lie at the repository's root, and what rustdoc made."""
    for name, page in AT_ROOT.items():
        files.append(File.generated(config, page, abs_src_path=str(REPOSITORY / name)))
    for path in RUSTDOC.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".md":
            page = f"rust-api/{path.relative_to(RUSTDOC).as_posix()}"
            files.append(File.generated(config, page, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page as the site needs it."""
    origin = Path(page.file.abs_src_path or "").relative_to(REPOSITORY)
    written: list[str] = []
    end = 0
    for block in FENCE.finditer(markdown):
        written += [_prose(markdown[end : block.start()], origin, page, files), _code(block)]
        end = block.end()
    return "".join([*written, _prose(markdown[end:], origin, page, files)])


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links to source files, as far as they lead somewhere."""
    address = str(dict[str, object](config.extra).get("sources") or "")

    def shown(link: re.Match[str]) -> str:
        path, text = link["path"], link["text"]
        if address:
            return f'<a href="{address.rstrip("/")}/{path}">{text}</a>'
        return f'<span class="source" title="{path}">{text}</span>'

    return SOURCE.sub(shown, html)


def _code(block: re.Match[str]) -> str:
    """A block without what only rustdoc reads: `no_run` and its like, and hidden lines."""
    language, code = block["language"], block["code"]
    if language.startswith("rust"):
        language = "rust"
        code = re.sub(r"^# .*\n|^#\n", "", code, flags=re.MULTILINE)
    return f"{block['fence']}{language}\n{code}{block['fence']}"


def _prose(markdown: str, origin: Path, page: Page, files: Files) -> str:
    """What is between the blocks."""

    def here(link: re.Match[str]) -> str:
        path = os.path.normpath(origin.parent / link["path"])
        anchor = link["anchor"] or ""
        of_docs = str(PurePosixPath(path).relative_to("docs")) if path.startswith("docs/") else ""
        target = PAGES.get(path) or (of_docs if files.get_file_from_path(of_docs) else "")
        if target:
            return f"{link['before']}{os.path.relpath(target, Path(page.file.src_uri).parent)}{anchor}"
        if (REPOSITORY / path).exists() and not path.startswith("docs/"):
            return f"{link['before']}source:{path}"
        return link[0]

    return TARGET.sub(here, COMMENT.sub("", markdown))
