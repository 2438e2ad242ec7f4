-- What the archive holds and how it came to hold it. The texts are in parts/*.parquet; those not yet in a
-- part are in staged. A transaction covers a page of results and the note that it was read, so that a
-- process killed at any instant leaves either both or neither.

-- A release that is withheld keeps a row without anything of what it says, so that counts come out right:
-- version 0, and as address a hash of 32 bytes, that of its uuid or else of its address (withheld.py).
CREATE TABLE releases (
    release_no INTEGER PRIMARY KEY,      -- the archive's own number, never published
    uuid TEXT UNIQUE,
    address BLOB,                        -- stands for the normal form of url
    title_day BLOB,                      -- stands for title and day
    published_date TEXT,                 -- Eastern day
    component TEXT,
    version INTEGER NOT NULL,            -- the current version
    content_sha256 BLOB NOT NULL,        -- of the current version
    rank_form INTEGER NOT NULL,          -- how complete the current version is
    rank_changed INTEGER NOT NULL,       -- when the service changed it, seconds since 1970
    seen_walk INTEGER,                   -- last walk through the service's list that met it; empty: none did
    withdrawn_at TEXT                    -- since when the service no longer has it
);
CREATE INDEX releases_by_address ON releases (address);
CREATE INDEX releases_by_title_day ON releases (title_day);
CREATE INDEX releases_by_day ON releases (published_date);

-- Every version of a release that was ever received.
CREATE TABLE versions (
    release_no INTEGER NOT NULL REFERENCES releases,
    version INTEGER NOT NULL,
    content_sha256 BLOB NOT NULL,
    PRIMARY KEY (release_no, version)
) WITHOUT ROWID;

-- What a transaction brought, until there is enough for a part.
CREATE TABLE staged (
    batch_no INTEGER PRIMARY KEY,
    n_rows INTEGER NOT NULL,
    batch BLOB NOT NULL                  -- Arrow IPC with the columns of a part
);

CREATE TABLE parts (
    part TEXT PRIMARY KEY,
    n_rows INTEGER NOT NULL,
    n_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL
);

-- What happened to a release besides new versions: withdrawn, restored.
CREATE TABLE events (
    release_no INTEGER NOT NULL REFERENCES releases,
    event TEXT NOT NULL,
    at TEXT NOT NULL,
    evidence TEXT NOT NULL
);

-- Records that could not be read, as received, with the reason.
CREATE TABLE quarantine (
    raw_sha256 BLOB PRIMARY KEY,
    raw BLOB NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    request TEXT NOT NULL,
    retrieved_at TEXT NOT NULL,
    seen_walk INTEGER
);

-- A walk through the service's list, page by page, and what it found out about the order.
CREATE TABLE walks (
    walk_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                  -- full, update, verify
    state TEXT NOT NULL,                 -- open, proved, unproved
    started_at TEXT NOT NULL,
    ended_at TEXT,
    first_count INTEGER,                 -- the service's own count when the walk began
    page_size INTEGER,
    list_order TEXT,                     -- oldest_first, newest_first, unknown
    as_asked INTEGER,                    -- whether it ran by creation, oldest first, as was asked
    newest INTEGER REFERENCES releases   -- the newest release when the walk began
);

CREATE TABLE pages (
    walk_id INTEGER NOT NULL REFERENCES walks,
    page INTEGER NOT NULL,
    n_listed INTEGER NOT NULL,           -- the service's count when this page was read
    n_results INTEGER NOT NULL,
    n_repeated INTEGER NOT NULL,         -- results that this walk had met before
    read_no INTEGER NOT NULL,            -- order of reading within the walk
    PRIMARY KEY (walk_id, page)
) WITHOUT ROWID;

-- The service's own count for each day, beside ours.
CREATE TABLE days (
    day TEXT PRIMARY KEY,
    n_listed INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    walk_id INTEGER NOT NULL REFERENCES walks
);

-- Releases of a day that the service listed and has not withdrawn, beside its own count.
CREATE VIEW compared_days AS
SELECT d.day, d.n_listed, count(r.release_no) AS n_retrieved, substr(d.as_of, 1, 10) AS as_of
FROM days AS d
LEFT JOIN releases AS r
    ON r.published_date = d.day AND r.seen_walk IS NOT NULL AND r.withdrawn_at IS NULL
GROUP BY d.day;
