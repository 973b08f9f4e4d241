"""The index of the site: every help page is in it, and what it names is there. Links of documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bridge.catalog.rows import rows

ROOT = Path(__file__).parents[2]
PAGES = [page for page in (ROOT / "rpkg" / "man").glob("*.Rd") if not page.name.startswith("gen-")]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "vignettes").glob("*.Rmd")]


def indexed() -> tuple[set[str], set[str]]:
    """The topics and the concepts of the index."""
    index = yaml.safe_load((ROOT / "rpkg" / "_pkgdown.yml").read_text(encoding="utf-8"))["reference"]
    named = [line for section in index for line in section["contents"]]
    concepts = {found[1] for line in named if (found := re.fullmatch(r'has_concept\("(.*)"\)', line))}
    return {line for line in named if "(" not in line}, concepts


def field(page: Path, name: str) -> set[str]:
    return set(re.findall(rf"^\\{name}\{{(.*)\}}$", page.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_in_the_index(page: Path) -> None:
    topics, concepts = indexed()
    listed = field(page, "concept") & concepts or (field(page, "name") | field(page, "alias")) & topics
    assert listed or "internal" in field(page, "keyword")


def test_generated_functions_are_in_the_index_and_it_names_no_others() -> None:
    topics, concepts = indexed()
    aliases = set().union(*(field(page, "alias") | field(page, "name") for page in PAGES))
    assert {row.r_name for row in rows().values() if row.family != "k"} <= topics | aliases
    assert topics - aliases - {row.r_name for row in rows().values()} == {"tfbridge-k"}
    assert all(any(concept in field(page, "concept") for page in PAGES) for concept in concepts)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_to_files_resolve(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", document.read_text(encoding="utf-8"))
    files = [document.parent / link.partition("#")[0] for link in links]
    # Vignettes name one another as they are called when rendered.
    assert [file for file in files if not file.exists() and not file.with_suffix(".Rmd").exists()] == []
