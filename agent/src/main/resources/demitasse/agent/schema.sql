PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA busy_timeout = 5000;
PRAGMA temp_store = MEMORY;

CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_of_session ON messages(session, id);

CREATE TABLE IF NOT EXISTS handoffs (
    id TEXT PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'PERSON', 'RESOLVED')),
    reason TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    summary TEXT NOT NULL,
    claimed_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_open_handoff ON handoffs(session) WHERE state <> 'RESOLVED';

CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    helpful INTEGER NOT NULL,
    comment TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS feedback_of_session ON feedback(session);
CREATE INDEX IF NOT EXISTS sessions_by_age ON sessions(updated_at);
CREATE INDEX IF NOT EXISTS messages_by_age ON messages(at);

-- Which documents an answer rests on, for the summary of older turns.
CREATE TABLE IF NOT EXISTS message_sources (
    message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    title TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sources_of_message ON message_sources(message);

-- What a customer wished for: a name to be called by, a language. The one place where a name is kept.
CREATE TABLE IF NOT EXISTS preferences (
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('name', 'language')),
    value TEXT NOT NULL,
    PRIMARY KEY (session, kind)
);

-- When the clock was last looked at, and until when it is not trusted to tell ages. One row at most.
CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen INTEGER NOT NULL,
    held_until INTEGER NOT NULL
);
