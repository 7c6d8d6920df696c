"""News: words of one committee that another's room reads when a lead there says ok."""
