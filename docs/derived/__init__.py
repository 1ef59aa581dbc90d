"""Pages of the reference that are derived from the declarations: lines, inputs, tables, key figures, terms, sources."""

from pathlib import Path

from derived import figures, glossary, inputs, lines, sources
from derived.declared import Declared


def pages(glossary_file: Path) -> dict[str, str]:
    """Return every derived page as MyST Markdown, by its path in the reference."""
    declared = Declared()
    terms = glossary.read_terms(glossary_file, declared)
    return {
        **lines.pages(declared),
        **inputs.pages(declared),
        **figures.pages(declared, terms),
        **glossary.pages(terms),
        **sources.pages(),
    }


def write(folder: Path, glossary_file: Path) -> None:
    """Write the derived pages into a folder; what has not changed is left alone, what is no page goes."""
    made = {folder / name: text for name, text in pages(glossary_file).items()}
    for path in set(folder.rglob("*.md")) - made.keys():
        path.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
