/* Sites outside wrappers. Programs lock through lock_guard, a Mutex class, GLib …; the place that means something is their caller. It is
 * among the inlined callers of the site; else, where a stack was taken (waits, releases that somebody waited for), in the stack. */
#include "builder.h"
#include <string.h>

static const char usual_wrappers[] =
    "^(std|__gnu_cxx|boost|absl|folly|tbb)::"
    "|^(__gthread|_?_?pthread|sem|mtx|cnd|thrd)_|^call_once$"
    "|^g_(mutex|rec_mutex|rw_lock|static_\\w+|cond|private|once|async_queue|thread_join)(_|$)"
    "|^uv_(mutex|rwlock|sem|cond|barrier|thread_join)|^apr_thread_|^SDL_\\w*(Mutex|Semaphore|Sem|Cond)|^PyThread_"
    "|(^|::)(?<class>\\w*([Mm]utex|[Ll]ock|[Gg]uard|[Ss]emaphore|CondVar|[Cc]ondition)\\w*)::"
    "(~?\\k<class>|(Try|try_?|Reader|Writer|Read|Write|Shared|shared_?|timed_?)?[Ll]ock\\w*|[Uu]n[Ll]ock\\w*|([Aa]cquire|[Rr]elease|[Ww]"
    "ait|[Ss]ignal|[Nn]otify)\\w*"
    "|[Pp]ost)$";

/* Copies a C++ function's name without its result, template arguments and parameters: "std::lock_guard::lock_guard". */
static char *bare_name(const char *function) {
  GString *name = g_string_new(NULL);
  guint depth = 0;
  for (const char *at = function; *at; at++) {
    gboolean is_operator = g_str_has_prefix(at, "operator") && depth == 0;
    if (is_operator) {
      gsize length = strcspn(at, "(");
      g_string_append_len(name, at, MAX(length, strlen("operator")));
      break;
    }
    if (g_str_has_prefix(at, "(anonymous namespace)") || g_str_has_prefix(at, "{lambda(")) {
      gsize length = *at == '(' ? strlen("(anonymous namespace)") : strcspn(at, "}") + 1;
      if (depth == 0) g_string_append(name, *at == '(' ? "anonymous" : "lambda");
      at += MIN(length, strlen(at)) - 1;
    } else if (*at == '<')
      depth++;
    else if (*at == '>')
      depth -= depth > 0;
    else if (depth > 0)
      continue;
    else if (*at == '(')
      break;
    else if (*at == ' ')
      g_string_truncate(name, 0);
    else
      g_string_append_c(name, *at);
  }
  return g_string_free(name, FALSE);
}

/* A header of the system or of the compiler: std::mutex::lock says nothing about the program. */
static gboolean is_system_header(const char *file) {
  return file && (g_str_has_prefix(file, "/usr/include/") || g_str_has_prefix(file, "/usr/lib/") || strstr(file, "/include/c++/"));
}

gboolean hd_is_wrapper(HdBuilder *builder, const char *function, const char *file) {
  if (is_system_header(file)) return TRUE;
  if (!function) return FALSE;
  gpointer known = g_hash_table_lookup(builder->wrapper_verdicts, function);
  if (known) return GPOINTER_TO_INT(known) > 0;
  if (!builder->usual_wrappers) builder->usual_wrappers = g_regex_new(usual_wrappers, G_REGEX_OPTIMIZE, 0, NULL);
  g_autofree char *name = bare_name(function);
  gboolean is_wrapper = g_regex_match(builder->usual_wrappers, name, 0, NULL) ||
                        (builder->log->wrapper && g_regex_match(builder->log->wrapper, name, 0, NULL));
  g_hash_table_insert(builder->wrapper_verdicts, (gpointer)function, GINT_TO_POINTER(is_wrapper ? 1 : -1));
  return is_wrapper;
}

/* The first frame of a stack outside wrappers; NULL when there is none. */
static const HdFrame *first_outside(HdBuilder *builder, const HdStack *stack) {
  for (guint32 i = stack->first; i < stack->first + stack->count; i++)
    if (!hd_is_wrapper(builder, builder->frames.items[i].function, builder->frames.items[i].file)) return &builder->frames.items[i];
  return NULL;
}

/* The site's operation, at a frame's place. One for each place: many stacks lead through it. */
static guint32 site_at_frame(HdBuilder *builder, guint32 site, const HdFrame *frame) {
  g_autofree char *key =
      g_strdup_printf("%u %u %" G_GINT64_MODIFIER "x %s", site, frame->module, frame->offset, frame->function ? frame->function : "");
  guint32 index = GPOINTER_TO_UINT(g_hash_table_lookup(builder->outer_sites, key)) - 1;
  if (index != HD_NONE) return index;
  index = builder->sites.count;
  HdSite copy = builder->sites.items[site];
  copy.module = frame->module;
  copy.offset = frame->offset;
  copy.function = frame->function;
  copy.callers = NULL;
  copy.file = frame->file;
  copy.line = frame->line;
  *hd_vector_add(&builder->sites) = copy;
  g_hash_table_insert(builder->outer_sites, g_steal_pointer(&key), GUINT_TO_POINTER(index + 1));
  return index;
}

guint32 hd_site_outside(HdBuilder *builder, guint32 site, guint32 stack) {
  if (site >= builder->sites.count || stack >= builder->stacks.count) return site;
  if (!hd_is_wrapper(builder, builder->sites.items[site].function, builder->sites.items[site].file)) return site;
  const HdFrame *frame = first_outside(builder, &builder->stacks.items[stack]);
  return frame ? site_at_frame(builder, site, frame) : site;
}

void hd_unwrap_holds(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->holds.count; i++) {
    HdHold *hold = &builder->holds.items[i];
    if (hold->wait != HD_NONE) hold->acquire_site = hd_site_outside(builder, hold->acquire_site, builder->waits.items[hold->wait].stack);
  }
}
