/* Functions, lines and variables of the addresses in a log: out of ELF and DWARF files, or of the recording's file "symbols". */
#pragma once
#include "log.h"

/* An executable or library of the log, with what is asked about it. */
typedef struct {
  guint32 number;
  char *path;
  GBytes *build_id; /* empty: unknown */
  guint64 base, begin, end;
  GHashTable *addresses; /* guint64* offset -> is it a return address (GINT_TO_POINTER) */
  GArray *objects;       /* of guint64: offsets of synchronization objects in it; sorted */
} HdSymbolModule;

/* Fills the log's symbols and variables from the recording's file "symbols", or resolves them now when there is none. */
void hd_symbols_read(HdLog *log);

/* The modules of a log (of HdSymbolModule). */
GPtrArray *hd_symbols_collect(const HdLog *log);

typedef enum { HD_RESOLVED, HD_RESOLVE_MISSING, HD_RESOLVE_CHANGED } HdResolveResult;
/* Keeps the files open that it has read: every process tells its own modules, but they are of few files. One thread at a time. */
typedef struct HdResolver HdResolver;
/* directory: where relative paths begin, may be NULL. */
HdResolver *hd_resolver_new(const char *directory);
void hd_resolver_free(HdResolver *resolver);
/* Resolves one module's addresses and objects out of its file or its separate debug file, into symbols (as HdLog's) and variables. */
HdResolveResult hd_symbols_resolve(HdResolver *resolver, const HdSymbolModule *module, GHashTable *symbols, GArray *variables);
