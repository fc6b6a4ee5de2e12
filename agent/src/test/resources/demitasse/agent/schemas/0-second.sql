-- A file as the program of 2026-11-28 (commit 8d2c278) made it, before there were versions.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
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

INSERT INTO sessions VALUES ('s', 1763900000000, 1763900005000, 1);
INSERT INTO messages VALUES (1763900000000, 's', 'customer', 'Where is my parcel? I am at [EMAIL]', 1763900000000);
INSERT INTO messages VALUES (1763900000001, 's', 'assistant', 'It arrives within 3 days.', 1763900000001);
INSERT INTO handoffs VALUES ('h1', 's', 'WAITING', 'asked', 1, 'wants a person', '', 1763900002000, 1763900002000);
INSERT INTO feedback VALUES (1, 's', 1, 'thanks', 1763900003000);
INSERT INTO message_sources VALUES (1763900000001, 'Delivery times');
INSERT INTO preferences VALUES ('s', 'name', 'Ada');
