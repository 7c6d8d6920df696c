"""Parts that several jobs share: people and figures in words, members, look-ups, small groups.

It knows no job. What one job needs of another one alone stands with that other one.
"""
