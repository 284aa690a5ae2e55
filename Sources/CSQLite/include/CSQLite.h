// SQLite's C API, for the bulk writer and the readers of Results.
#pragma once
#include <sqlite3.h>

/// SQLITE_TRANSIENT is a cast in C and invisible to Swift: SQLite copies the text at once.
static inline int orrery_bind_text_copy(sqlite3_stmt *statement, int position, const char *text, int bytes) {
    return sqlite3_bind_text(statement, position, text, bytes, SQLITE_TRANSIENT);
}
