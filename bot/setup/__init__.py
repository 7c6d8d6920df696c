"""How a bot comes into the world: what an operator is asked, config.toml, the first login, keys and identity."""
