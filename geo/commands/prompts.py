"""Questions to a person on the terminal, about what a table does not tell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from geo.formats.input_file import ReadOptions
    from geo.importing.questions import Question


def ask_sheet(file: Path, opening: ReadOptions) -> str:
    """Ask which sheet of a workbook is read, where several are to be seen."""
    from geo.formats.sheets import sheets
    from geo.importing.questions import Question

    shown = [sheet for sheet in sheets(file) if not sheet.is_hidden and sheet.records]
    if opening.layer or len(shown) < 2:  # noqa: PLR2004 - else there is no choice
        return ""
    largest = max(shown, key=lambda sheet: sheet.records)
    return ask(
        Question(
            "sheet",
            f"{file.name} has several sheets. Which one is the table?",
            tuple(sheet.name for sheet in shown),
            largest.name,
            tuple(f"{sheet.name}: {sheet.records} rows" for sheet in shown),
        )
    )


def ask(question: Question) -> str:
    """Ask a person on the terminal; an empty line takes the proposal."""
    from geo.importing.report import CHOICE_WORDS

    click.echo(f"\n{question.prompt}", err=True)
    for example in question.examples:
        click.echo(f"    {example}", err=True)
    if not question.choices:
        written: str = click.prompt(
            "Answer",
            default=question.proposal,
            show_default=bool(question.proposal),
            err=True,
        )
        return written.strip()
    choices = [*question.choices]
    for number, choice in enumerate(choices, 1):
        mark = "  (proposed)" if choice == question.proposal else ""
        shown = CHOICE_WORDS.get(choice, choice)
        click.echo(f"  {number}. {shown}{mark}", err=True)
    click.echo("  0. none of them", err=True)
    usual = choices.index(question.proposal) + 1 if question.proposal in choices else 0
    number = click.prompt(
        "Number", default=usual, type=click.IntRange(0, len(choices)), err=True
    )
    return choices[number - 1] if number else ""
