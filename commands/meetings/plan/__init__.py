"""Planning meetings and series: said back, confirmed, moved, cancelled."""
