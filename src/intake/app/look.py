"""The colours: few, calm, dark; each only beside a word or a sign that says the same.

`NO_COLOR` is Textual's to obey: it draws in black and white then, and nothing is lost by it.
"""

from textual.theme import Theme

THEME = Theme(
    name="intake",
    primary="#8fb3c9",
    secondary="#b9c4cc",
    accent="#d9b86c",
    warning="#d9b86c",
    error="#d98c7a",
    success="#9db894",
    foreground="#d6d9dc",
    background="#15191d",
    surface="#15191d",
    panel="#1f262c",
    dark=True,
)
