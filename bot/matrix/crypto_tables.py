"""The tables of nio's store, as nio 0.25 lays them out: a file of either can be opened by the other."""

from typing import Final

VERSION: Final = 2
"""Of the layout, in the table ``storeversion``."""

CREATE: Final = (
    (
        'CREATE TABLE IF NOT EXISTS "storeversion" ("id" INTEGER NOT NULL PRIMARY KEY, "version" '
        "INTEGER NOT NULL)"
    ),
    (
        'CREATE TABLE IF NOT EXISTS "accounts" ("id" INTEGER NOT NULL PRIMARY KEY, "account" BLOB '
        'NOT NULL, "user_id" TEXT NOT NULL, "device_id" TEXT NOT NULL, "shared" INTEGER NOT NULL, '
        "UNIQUE(user_id,device_id))"
    ),
    (
        'CREATE TABLE IF NOT EXISTS "devicekeys" ("id" INTEGER NOT NULL PRIMARY KEY, "device_id" '
        'TEXT NOT NULL, "user_id" TEXT NOT NULL, "display_name" TEXT NOT NULL, "deleted" INTEGER '
        'NOT NULL, "account_id" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "accounts" '
        '("id") ON DELETE CASCADE, UNIQUE(account_id,user_id,device_id))'
    ),
    'CREATE INDEX IF NOT EXISTS "devicekeys_account_id" ON "devicekeys" ("account_id")',
    (
        'CREATE TABLE IF NOT EXISTS "devicetruststate" ("device_id" INTEGER NOT NULL PRIMARY KEY, '
        '"state" INTEGER NOT NULL, FOREIGN KEY ("device_id") REFERENCES "devicekeys" ("id"))'
    ),
    (
        'CREATE TABLE IF NOT EXISTS "encryptedrooms" ("id" INTEGER NOT NULL PRIMARY KEY, "room_id" '
        'TEXT NOT NULL, "account_id" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES '
        '"accounts" ("id") ON DELETE CASCADE, UNIQUE(room_id,account_id))'
    ),
    'CREATE INDEX IF NOT EXISTS "encryptedrooms_account_id" ON "encryptedrooms" ("account_id")',
    (
        'CREATE TABLE IF NOT EXISTS "megolminboundsessions" ("session_id" TEXT NOT NULL PRIMARY '
        'KEY, "sender_key" TEXT NOT NULL, "account_id" INTEGER NOT NULL, "fp_key" TEXT NOT NULL, '
        '"room_id" TEXT NOT NULL, "session" BLOB NOT NULL, FOREIGN KEY ("account_id") REFERENCES '
        '"accounts" ("id") ON DELETE CASCADE)'
    ),
    (
        'CREATE INDEX IF NOT EXISTS "megolminboundsessions_account_id" ON "megolminboundsessions" '
        '("account_id")'
    ),
    (
        'CREATE TABLE IF NOT EXISTS "forwardedchains" ("id" INTEGER NOT NULL PRIMARY KEY, '
        '"sender_key" TEXT NOT NULL, "session_id" TEXT NOT NULL, FOREIGN KEY ("session_id") '
        'REFERENCES "megolminboundsessions" ("session_id") ON DELETE CASCADE, '
        "UNIQUE(sender_key,session_id))"
    ),
    ('CREATE INDEX IF NOT EXISTS "forwardedchains_session_id" ON "forwardedchains" ("session_id")'),
    (
        'CREATE TABLE IF NOT EXISTS "keys" ("id" INTEGER NOT NULL PRIMARY KEY, "key_type" TEXT NOT '
        'NULL, "key" TEXT NOT NULL, "device_id" INTEGER NOT NULL, FOREIGN KEY ("device_id") '
        'REFERENCES "devicekeys" ("id"), UNIQUE(device_id,key_type))'
    ),
    'CREATE INDEX IF NOT EXISTS "keys_device_id" ON "keys" ("device_id")',
    (
        'CREATE TABLE IF NOT EXISTS "olmsessions" ("session_id" TEXT NOT NULL PRIMARY KEY, '
        '"creation_time" TEXT NOT NULL, "last_usage_date" TEXT NOT NULL, "sender_key" TEXT NOT '
        'NULL, "account_id" INTEGER NOT NULL, "session" BLOB NOT NULL, FOREIGN KEY ("account_id") '
        'REFERENCES "accounts" ("id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX IF NOT EXISTS "olmsessions_account_id" ON "olmsessions" ("account_id")',
    (
        'CREATE TABLE IF NOT EXISTS "outgoingkeyrequests" ("id" INTEGER NOT NULL PRIMARY KEY, '
        '"request_id" TEXT NOT NULL, "session_id" TEXT NOT NULL, "room_id" TEXT NOT NULL, '
        '"algorithm" TEXT NOT NULL, "account_id" INTEGER NOT NULL, FOREIGN KEY ("account_id") '
        'REFERENCES "accounts" ("id") ON DELETE CASCADE, UNIQUE(request_id,account_id))'
    ),
    (
        'CREATE INDEX IF NOT EXISTS "outgoingkeyrequests_account_id" ON "outgoingkeyrequests" '
        '("account_id")'
    ),
    (
        'CREATE TABLE IF NOT EXISTS "synctokens" ("id" INTEGER NOT NULL PRIMARY KEY, "token" TEXT '
        'NOT NULL, "account_id" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "accounts" '
        '("id") ON DELETE CASCADE, UNIQUE(account_id))'
    ),
    'CREATE INDEX IF NOT EXISTS "synctokens_account_id" ON "synctokens" ("account_id")',
)
