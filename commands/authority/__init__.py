"""Second persons, previews and budgets, which the other jobs ask for in the middle of a command.

A job like the others in that its two commands stand here too, !confirm and !second; the others import
it, and it imports none of them. Who may do what at all is decided below, in :mod:`commands.roles`.
"""
