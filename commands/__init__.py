"""The middle floor: the commands that organizers type. No Matrix, no SQL text.

From top to bottom: ``all`` (the list of commands), the jobs, ``shared`` (what several jobs say and ask
alike), ``time``, ``names`` and ``zones``, ``framework`` (how any command is read and run), ``roles``. A job
may import another one, never in a circle; ``authority`` is imported by most and imports none.
"""
