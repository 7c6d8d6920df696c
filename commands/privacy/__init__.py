"""Personal data: showing, exporting and forgetting what is kept about people."""
