"""What Alembic runs: the migrations on the connection that digest.store.migrate hands over."""

from alembic import context

from digest.store.tables import metadata

connection = context.config.attributes["connection"]
# Batch mode: SQLite cannot alter a table in place.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
