// zlib: reading gzip-compressed traces.
#pragma once
#include <zlib.h>

/// zlib's inflateInit2 is a macro, invisible to Swift. `windowBits` 15 + 32 detects gzip and zlib headers.
static inline int orrery_inflate_init(z_stream *s, int windowBits) { return inflateInit2(s, windowBits); }
