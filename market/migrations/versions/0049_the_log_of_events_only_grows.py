"""The log of events only grows: the database refuses to change or delete a row of it."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log of events only grows'); END",
    "CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log of events only grows'); END",
    # INSERT OR REPLACE deletes what it replaces without asking the trigger above.
    "CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS"
    " (SELECT 1 FROM events WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the log of events only grows'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION events_only_grow() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the log of events only grows' USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events"
    " FOR EACH ROW EXECUTE FUNCTION events_only_grow()",
    "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events"
    " FOR EACH STATEMENT EXECUTE FUNCTION events_only_grow()",
)
BACK = {
    "sqlite": (
        "DROP TRIGGER events_no_update",
        "DROP TRIGGER events_no_delete",
        "DROP TRIGGER events_no_replace",
    ),
    "postgresql": (
        "DROP TRIGGER events_no_change ON events",
        "DROP TRIGGER events_no_truncate ON events",
        "DROP FUNCTION events_only_grow()",
    ),
}


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK[op.get_bind().dialect.name]:
        op.execute(statement)
