"""Lines about talks as people say them: words without signs and quotes, in whatever order."""
