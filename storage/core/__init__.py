"""The encrypted database: driver, connection, transactions, migrations, records."""
