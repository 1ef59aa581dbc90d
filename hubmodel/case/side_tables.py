"""Side tables: rows beside the model's inputs, each with its source and grade; all bad rows are reported at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    SkipValidation,
    ValidationError,
    model_validator,
)

from hubmodel.case.documents import documented, source_titles
from hubmodel.case.reading import read_csv
from hubmodel.case.rows import first_message
from hubmodel.errors import HubmodelError, InputError, Message, RuleError, UnknownName

OptionalNumber = Annotated[FiniteFloat | None, BeforeValidator(lambda cell: None if cell == "" else cell)]


class Record(BaseModel):
    """One row: its content stands in columns of its own, its provenance in these."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    source: str
    locator: str
    grade: Literal["documented", "published", "estimate", "assumption"]
    note: str
    where: SkipValidation[str] = Field(default="", repr=False)  # a message stays a message

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the columns of the file: its own, then those of every record; fields with a default are no columns."""
        needed = [name for name, field in cls.model_fields.items() if field.is_required()]
        return tuple(sorted(needed, key=lambda name: name in Record.model_fields))

    @model_validator(mode="after")
    def _says_where_it_comes_from(self) -> Self:
        if self.grade != "assumption" and not self.source:
            raise RuleError("is graded {grade} without a source; name it, or grade it assumption", grade=self.grade)
        if self.grade == "assumption" and not self.note:
            raise RuleError("is an assumption without a note; say why this value")
        return self


Kind = TypeVar("Kind", bound=Record)


def read_records(path: Path, kind: type[Kind], folder: Path | None = None) -> tuple[Kind, ...]:
    """Return the rows of a file; none where there is no file.

    Parameters
    ----------
    path, kind
        the file, and the class of its rows.
    folder
        the case that the file belongs to: its own sources are known too, and each row graded documented names a fact
        of its documented.csv, which has the quote.

    Raises
    ------
    InputError
        with one line for each bad row, all at once.
    """
    records, problems, sources = [], [], source_titles(folder)
    file = f"{path.parent.name}/{path.name}"
    for line, cells in read_csv(path, kind.columns()) if path.exists() else []:
        place = Message("{file} line {line}", file=file, line=line)
        try:
            record = kind(**cells, where=place)
            _check_source(record, sources, folder)
            records.append(record)
        except ValidationError as error:
            problems.append(Message("{place}: {problem}", place=place, problem=first_message(error, kind)))
        except HubmodelError as error:
            problems.append(Message("{place}: {problem}", place=place, problem=error.message))
    if problems:
        raise InputError(Message.joined(problems, "{first}\n{rest}"))
    return tuple(records)


def _check_source(record: Record, sources: dict[str, dict[str, str]], folder: Path | None) -> None:
    if record.source and record.source not in sources:
        raise UnknownName.of("source", record.source, sources)
    if folder and record.grade == "documented":
        facts = {name: fact for name, fact in documented(folder).items() if fact["document"] == record.source}
        if record.locator not in facts:
            kind = Message("documented fact from {source}", source=record.source)
            raise UnknownName.of(kind, record.locator, facts)
