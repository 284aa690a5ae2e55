// zlib: reading gzip-compressed traces.
#pragma once
#include <zlib.h>

/// zlib's inflateInit2 is a macro, invisible to Swift. `windowBits` 15 + 32 detects gzip and zlib headers.
static inline int orrery_inflate_init(z_stream *s, int windowBits) { return inflateInit2(s, windowBits); }

/// deflateInit2 likewise. `windowBits` 15 + 16 writes a gzip header without name and time.
static inline int orrery_deflate_init(z_stream *s, int level, int windowBits) {
    return deflateInit2(s, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}
