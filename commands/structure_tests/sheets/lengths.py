"""How long a signature list may be."""

MOST_LINES = 5_000
FOR_LEADS = 30
"""Lines; whoever brings more has a lead bring them, who has to look through most of them anyway."""
