"""The one error that a person sees."""

from __future__ import annotations


class MedallionError(Exception):
    """What went wrong, in words a person can act on.

    Attributes:
        code: stable, upper-case, looked up by callers and by ``docs/``: ``TABLE_NOT_FOUND``.
        message: one sentence: what happened, with the name of the thing it happened to.
        hint: one sentence: what to do next. Empty where nothing can be done.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback, which would lead into this package."""
        return [f"{self.code}: {self.message}", *filter(None, [self.hint])]
