"""The wall chart: people by area with leader, rating and last talk; in counts for the room."""
