"""The command line: the only room that reads a terminal, prints, and turns errors into words and exit codes.

`table` names every command, `group` builds only the one that was asked for, `shell` is the way in and out. Each file of
`commands` reads its options, calls one use case and says what came of it; what a command does stands in `usecases`.
Spec: docs/decisions/0001-cli.md; the reference page docs/reference/cli.md is generated from the same table.
"""
