"""Who is responsible for whom, who is away, whose part has ended."""
