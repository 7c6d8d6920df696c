"""Matrix: whom to believe, and how not to lose or leak anything."""

from bot.matrix import event_schemas, nio_in_part

# Before anything of this folder imports nio.
nio_in_part.install()
event_schemas.install()
