"""Planning a meeting or a series: said back, confirmed, moved, cancelled."""
