-- A file as the program of commit 0589f36 made it.
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('generation', 0);
CREATE TABLE documents (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content TEXT NOT NULL,
  source TEXT NOT NULL, title_vector BLOB);
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (document, ordinal));
CREATE TABLE sentences (
  key INTEGER PRIMARY KEY, chunk INTEGER NOT NULL REFERENCES chunks(key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (chunk, ordinal));
CREATE VIRTUAL TABLE terms USING fts5(title, body, tokenize = 'ascii');
INSERT INTO terms (terms, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE term_counts USING fts5vocab(terms, 'row');
CREATE TRIGGER chunk_terms AFTER DELETE ON chunks BEGIN
  DELETE FROM terms WHERE rowid = old.key; END;
DROP TRIGGER chunk_terms;
DROP TABLE term_counts;
DROP TABLE terms;
INSERT INTO documents VALUES (7, 'refund', 'Refund time', 'A refund takes 5 days.', 'policies', x'00000000');
INSERT INTO chunks VALUES (3, 7, 0, 'A refund takes 5 days.', x'00000000');
INSERT INTO sentences VALUES (1, 3, 0, 'A refund takes 5 days.', x'00000000');
PRAGMA user_version = 2;
