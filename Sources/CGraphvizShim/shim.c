#include "CGraphvizShim.h"

#include <dlfcn.h>
#include <graphviz/graphviz_version.h>
#include <graphviz/gvc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// MARK: messages

// Graphviz reports in pieces through a callback without a context pointer, hence the file-level buffer.
static char *messages = NULL;
static size_t messages_length = 0;

static int collect(char *piece) {
    size_t added = strlen(piece);
    char *longer = realloc(messages, messages_length + added + 1);
    if (longer == NULL) return 0;
    memcpy(longer + messages_length, piece, added + 1);
    messages = longer;
    messages_length += added;
    return 0;
}

static char *take_messages(void) {
    char *taken = messages;
    while (messages_length > 0 && (taken[messages_length - 1] == '\n' || taken[messages_length - 1] == ' '))
        taken[--messages_length] = '\0';
    messages = NULL;
    messages_length = 0;
    return taken;
}

// MARK: plugins

enum { MAX_PLUGINS = 3 };

// The plugins are named here and loaded from the folder beside libgvc, because Graphviz itself finds them only through a
// configuration file that some installations lack. For SVG only its own two are used: text is then measured by built-in
// tables, and the picture does not depend on the fonts of the machine. Pictures in pixels and PDF need pango.
static const char *const plugin_names[MAX_PLUGINS] = {"core", "dot_layout", "pango"};

static void *plugin_library(const char *folder, const char *name) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/libgvplugin_%s.so.%d", folder, name, GVPLUGIN_VERSION);
    if (length < 0 || length >= (int)sizeof path) return NULL;
    // Libraries below pango cannot be unloaded safely, so plugins stay (RTLD_NODELETE).
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) return NULL;
    char symbol[64];
    snprintf(symbol, sizeof symbol, "gvplugin_%s_LTX_library", name);
    void *library = dlsym(handle, symbol);
    dlclose(handle);
    return library;
}

// The folder of the plugins, or NULL. Found once, because Graphviz's own search cuts the path that dladdr gives afterwards.
static const char *plugin_folder(void) {
    static char folder[4096];
    if (folder[0] != '\0') return folder;
    Dl_info library;
    if (dladdr((void *)gvContextPlugins, &library) == 0 || library.dli_fname == NULL) return NULL;
    const char *slash = strrchr(library.dli_fname, '/');
    if (slash == NULL) return NULL;
    snprintf(folder, sizeof folder, "%.*s/graphviz", (int)(slash - library.dli_fname), library.dli_fname);
    return folder;
}

// A context with the plugins that a format needs; falls back on Graphviz's own search where they are not found.
static GVC_t *new_context(const char *format) {
    const char *folder = plugin_folder();
    if (folder == NULL) return gvContext();

    int text = strcmp(format, "svg") == 0 || strcmp(format, "dot") == 0;
    int wanted = text ? 2 : MAX_PLUGINS;
    // The context keeps a pointer to the list, so it must outlive this call.
    static char symbols[MAX_PLUGINS][64];
    static lt_symlist_t builtins[MAX_PLUGINS + 1];
    memset(builtins, 0, sizeof builtins);
    for (int i = 0; i < wanted; i++) {
        void *library = plugin_library(folder, plugin_names[i]);
        if (library == NULL) return gvContext();
        snprintf(symbols[i], sizeof symbols[i], "gvplugin_%s_LTX_library", plugin_names[i]);
        builtins[i].name = symbols[i];
        builtins[i].address = library;
    }
    return gvContextPlugins(builtins, 0);
}

// MARK: rendering

static int render(GVC_t *context, Agraph_t *graph, const char *format, orrery_graphviz_result *result) {
    if (gvLayout(context, graph, "dot") != 0) return 1;
    char *data = NULL;
    size_t length = 0;
    // A pointer to size_t since Graphviz 12, to unsigned int before; as `void *` it suits both on little-endian machines.
    void *length_pointer = &length;
    int status = gvRenderData(context, graph, format, &data, length_pointer);
    if (status == 0 && data != NULL) {
        result->bytes = malloc(length + 1);
        if (result->bytes != NULL) {
            memcpy(result->bytes, data, length);
            result->length = length;
        }
    }
    if (data != NULL) gvFreeRenderData(data);
    gvFreeLayout(context, graph);
    return result->bytes == NULL;
}

int orrery_graphviz_render(const char *dot, const char *format, orrery_graphviz_result *result) {
    memset(result, 0, sizeof *result);
    agreseterrors();
    agusererrf previous_handler = agseterrf(collect);
    agerrlevel_t previous_level = agseterr(AGWARN);

    int status = 1;
    Agraph_t *graph = agmemread(dot);
    if (graph != NULL) {
        GVC_t *context = new_context(format);
        if (context != NULL) {
            status = render(context, graph, format, result);
            agclose(graph);
            gvFreeContext(context);
        } else {
            agclose(graph);
        }
    }
    // A picture drawn in spite of an error (a label that could not be read) is not the picture asked for.
    if (agerrors() >= AGERR) status = 1;
    agseterr(previous_level);
    agseterrf(previous_handler);
    result->message = take_messages();
    return status;
}

void orrery_graphviz_free(orrery_graphviz_result *result) {
    free(result->bytes);
    free(result->message);
    memset(result, 0, sizeof *result);
}
