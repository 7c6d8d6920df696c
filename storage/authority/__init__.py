"""Authority of members: roles with their age, quotas, look-ups and previews."""
