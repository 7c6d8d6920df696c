"""Matrix: whom to believe, and how not to lose or leak anything."""

from bot.matrix import authorities, event_schemas, nio_in_part

# Before anything of this folder imports aiohttp or nio.
authorities.install()
nio_in_part.install()
event_schemas.install()
