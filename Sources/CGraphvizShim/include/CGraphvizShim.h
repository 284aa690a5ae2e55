// A small bridge to Graphviz: DOT text in, picture bytes out.
//
// Graphviz keeps global state while it works (parser, fonts, error handler), so calls must not overlap: the Swift side holds a
// lock. Nothing that a call changes outlives it, except that the plugin libraries stay loaded.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a rendering gave: bytes on success, a message on failure. Free with orrery_graphviz_free.
typedef struct {
    /// The picture; NULL on failure.
    char *bytes;
    /// Length of the picture in bytes.
    size_t length;
    /// What Graphviz said (warnings too), or NULL when it said nothing.
    char *message;
} orrery_graphviz_result;

/// Lays out DOT text with `dot` and renders it in a format ("svg", "png", "pdf", "dot"). Returns 0 on success.
int orrery_graphviz_render(const char *dot, const char *format, orrery_graphviz_result *result);

/// Frees what orrery_graphviz_render filled in.
void orrery_graphviz_free(orrery_graphviz_result *result);

#ifdef __cplusplus
}
#endif
