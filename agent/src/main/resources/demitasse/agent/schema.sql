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

-- Who wishes for short answers. A table of its own: in files of earlier programs the one above allows no other kinds.
CREATE TABLE IF NOT EXISTS brief_answers (
    session TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE
);

-- The same documents by their ids, so that the customer can read on in them.
CREATE TABLE IF NOT EXISTS message_documents (
    message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_of_message ON message_documents(message);

-- Which message a like or dislike is about, and why (a word of a fixed list).
CREATE TABLE IF NOT EXISTS feedback_about (
    feedback INTEGER PRIMARY KEY REFERENCES feedback(id) ON DELETE CASCADE,
    message INTEGER REFERENCES messages(id) ON DELETE SET NULL,
    reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS feedback_of_message ON feedback_about(message);

-- Hand-offs that ended without being resolved by a person: given back to the assistant. Their state is RESOLVED too.
CREATE TABLE IF NOT EXISTS handoff_returns (
    handoff TEXT PRIMARY KEY REFERENCES handoffs(id) ON DELETE CASCADE
);

-- What people who answer have written once and for all.
CREATE TABLE IF NOT EXISTS canned_replies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    text TEXT NOT NULL
);

-- How the assistant fared with a customer's message. The text is the message's own and goes with it, and this row too.
CREATE TABLE IF NOT EXISTS turns (
    message INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    intent TEXT NOT NULL,
    language TEXT NOT NULL,
    disliked INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0
);

-- Counts by day (UTC) without a text or an id of anybody. They stay when a session is erased.
CREATE TABLE IF NOT EXISTS daily_counts (
    day TEXT NOT NULL,
    measure TEXT NOT NULL,
    label TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, measure, label)
) WITHOUT ROWID;

-- What is still to be done to the file, for the next process should this one end before.
CREATE TABLE IF NOT EXISTS upkeep (
    task TEXT PRIMARY KEY,
    due INTEGER NOT NULL
);

-- When the clock was last looked at, and until when it is not trusted to tell ages. One row at most.
CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen INTEGER NOT NULL,
    held_until INTEGER NOT NULL
);
