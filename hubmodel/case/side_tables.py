"""Rows that stand beside the model's inputs, each with its source and grade; every bad one is reported at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from hubmodel.case.reading import documented, read_csv, source_titles
from hubmodel.case.rows import first_message
from hubmodel.errors import HubmodelError, InputError, UnknownName

OptionalNumber = Annotated[FiniteFloat | None, BeforeValidator(lambda cell: None if cell == "" else cell)]


class Record(BaseModel):
    """One row: what it says stands in columns of its own, where that comes from in these."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    source: str
    locator: str
    grade: Literal["documented", "published", "estimate", "assumption"]
    note: str
    where: str = Field(default="", repr=False)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the columns of the file: its own, then those of every record; what has a default is no column."""
        needed = [name for name, field in cls.model_fields.items() if field.is_required()]
        return tuple(sorted(needed, key=lambda name: name in Record.model_fields))

    @model_validator(mode="after")
    def _says_where_it_comes_from(self) -> Self:
        if self.grade != "assumption" and not self.source:
            raise ValueError(f"is graded {self.grade} without a source; name it, or grade it assumption")
        if self.grade == "assumption" and not self.note:
            raise ValueError("is an assumption without a note; say why this value")
        return self


Kind = TypeVar("Kind", bound=Record)


def read_records(path: Path, kind: type[Kind], folder: Path | None = None) -> tuple[Kind, ...]:
    """Return the rows of a file; none where there is no file.

    Parameters
    ----------
    path, kind
        the file, and what its rows are.
    folder
        the case that the file belongs to: its own sources are known too, and what is graded documented names a fact
        of its documented.csv, which has the quote.

    Raises
    ------
    InputError
        with one line for each bad row, all at once.
    """
    found, problems, sources = [], [], source_titles(folder)
    place = f"{path.parent.name}/{path.name}"
    for line, cells in read_csv(path, kind.columns()) if path.exists() else []:
        where = f"{place} line {line}"
        try:
            one = kind(**cells, where=where)
            _check_source(one, sources, folder)
            found.append(one)
        except ValidationError as error:
            problems.append(f"{where}: {first_message(error, kind)}")
        except HubmodelError as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise InputError("\n".join(problems))
    return tuple(found)


def _check_source(one: Record, sources: dict[str, dict[str, str]], folder: Path | None) -> None:
    if one.source and one.source not in sources:
        raise UnknownName.of("source", one.source, sources)
    if folder and one.grade == "documented":
        facts = {name: fact for name, fact in documented(folder).items() if fact["document"] == one.source}
        if one.locator not in facts:
            raise UnknownName.of(f"documented fact from {one.source}", one.locator, facts)
