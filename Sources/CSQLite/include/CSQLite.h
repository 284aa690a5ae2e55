// SQLite's C API, for the bulk writer and the readers of Results.
#pragma once
#include <sqlite3.h>
#include <stdint.h>

/// SQLITE_STATIC and SQLITE_TRANSIENT are casts in C and invisible to Swift; these bind with them.
static inline int orrery_bind_text_static(sqlite3_stmt *s, int i, const char *p, int n) {
    return sqlite3_bind_text(s, i, p, n, SQLITE_STATIC);
}
static inline int orrery_bind_text_copy(sqlite3_stmt *s, int i, const char *p, int n) {
    return sqlite3_bind_text(s, i, p, n, SQLITE_TRANSIENT);
}
