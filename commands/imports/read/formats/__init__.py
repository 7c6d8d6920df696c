"""Files that are no plain table: workbooks, web pages that call themselves one, cards, JSON."""
