"""Imports: a list of employees from a spreadsheet becomes contacts, and can be taken back."""
