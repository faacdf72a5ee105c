"""One file per command: its options, one call of a use case, and how the outcome is said.

A module is imported when its command is called, and only then, so what it imports is what that command pays for.
Annotations are evaluated by Typer: no `from __future__ import annotations` here.
"""
