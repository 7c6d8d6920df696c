"""The tools of each place read what lies in deploy/: `make deploy`, at night."""
