"""The full-screen application: a person, a laptop, and a knock on the door.

The only room that knows Textual. It shows what the use cases return and asks what they ask; it decides nothing, writes
no file and keeps nothing that could be read once it is hidden. docs/decisions/0016-application.md says why it is so.
"""
