/* The lines of a script. */
#include "scenario-private.h"
#include <string.h>

/* What a thread does to an object, at once or by waiting. */
static const struct {
  const char *verb;
  enum hd_operation operation;
  gboolean waits;
} operations[] = {{"cwait", HD_OPERATION_CONDITION_WAIT, TRUE},
                  {"notify", HD_OPERATION_CONDITION_NOTIFY, FALSE},
                  {"notifyall", HD_OPERATION_CONDITION_NOTIFY_ALL, FALSE},
                  {"swait", HD_OPERATION_SEMAPHORE_ACQUIRE, TRUE},
                  {"take", HD_OPERATION_SEMAPHORE_ACQUIRE, FALSE},
                  {"post", HD_OPERATION_SEMAPHORE_POST, FALSE},
                  {"overpost", HD_OPERATION_SEMAPHORE_POST, FALSE},
                  {"bwait", HD_OPERATION_BARRIER_WAIT, TRUE},
                  {"ewait", HD_OPERATION_EVENT_WAIT, TRUE},
                  {"set", HD_OPERATION_EVENT_SET, FALSE},
                  {"pread", HD_OPERATION_PIPE_READ, TRUE},
                  {"pwrite", HD_OPERATION_PIPE_WRITE, TRUE},
                  {"put", HD_OPERATION_QUEUE_PUT, FALSE},
                  {"putwait", HD_OPERATION_QUEUE_PUT, TRUE},
                  {"get", HD_OPERATION_QUEUE_GET, FALSE},
                  {"getwait", HD_OPERATION_QUEUE_GET, TRUE},
                  {"taskdone", HD_OPERATION_QUEUE_TASK_DONE, FALSE},
                  {"joinwait", HD_OPERATION_QUEUE_JOIN, TRUE},
                  {"shutdown", HD_OPERATION_QUEUE_SHUTDOWN, FALSE},
                  {"send", HD_OPERATION_PIPE_SEND, FALSE},
                  {"sendwait", HD_OPERATION_PIPE_SEND, TRUE},
                  {"receive", HD_OPERATION_PIPE_RECEIVE, FALSE},
                  {"receivewait", HD_OPERATION_PIPE_RECEIVE, TRUE},
                  {"close", HD_OPERATION_PIPE_CLOSE, FALSE},
                  {"idle", HD_OPERATION_JOB_BEGIN, TRUE},
                  {"fwait", HD_OPERATION_FUTURE_WAIT, TRUE},
                  {"fwaitany", HD_OPERATION_FUTURE_WAIT_ANY, TRUE},
                  {"sread", HD_OPERATION_SHARED_READ, FALSE},
                  {"swrite", HD_OPERATION_SHARED_WRITE, FALSE},
                  {"supdate", HD_OPERATION_SHARED_UPDATE, FALSE}};

static guint32 name_find(GHashTable *names, const char *name) { return GPOINTER_TO_UINT(g_hash_table_lookup(names, name)) - 1; }

static guint32 site_of(Scenario *scenario, enum hd_operation operation, const char *function) {
  g_autofree char *key = g_strdup_printf("%d %s", (int)operation, function ? function : "");
  guint32 found = name_find(scenario->site_names, key);
  if (found != HD_NONE) return found;
  HdSite site = {
      .number = scenario->sites->len + 1, .operation = operation, .module = HD_NONE, .line = scenario->sites->len + 1, .file = "test.c"};
  site.function = function ? g_string_chunk_insert(scenario->strings, function) : NULL;
  g_array_append_val(scenario->sites, site);
  g_hash_table_insert(scenario->site_names, g_strdup(key), GUINT_TO_POINTER(scenario->sites->len));
  return scenario->sites->len - 1;
}

static guint32 add_actor(Scenario *scenario, HdActorKind kind, const char *name, guint32 parent, guint32 creator, gint64 start_ns) {
  HdActor actor = {.kind = kind,
                   .name = g_string_chunk_insert(scenario->strings, name),
                   .parent = parent,
                   .creator = creator,
                   .start_ns = start_ns,
                   .end_ns = -1,
                   .routine_site = HD_NONE,
                   .create_site = HD_NONE,
                   .emitter = scenario->actors->len + 1};
  actor.thread_id = 100 + scenario->actors->len;
  actor.process_id = kind == HD_ACTOR_PROCESS ? actor.thread_id : g_array_index(scenario->actors, HdActor, parent).process_id;
  g_array_append_val(scenario->actors, actor);
  if (kind == HD_ACTOR_THREAD) g_hash_table_insert(scenario->actor_names, g_strdup(name), GUINT_TO_POINTER(scenario->actors->len));
  return scenario->actors->len - 1;
}

static guint32 actor_of(Scenario *scenario, const char *name) {
  guint32 found = name_find(scenario->actor_names, name);
  return found != HD_NONE ? found : add_actor(scenario, HD_ACTOR_THREAD, name, scenario->program, HD_NONE, 0);
}

static HdActor *actor_at(Scenario *scenario, guint32 actor) { return &g_array_index(scenario->actors, HdActor, actor); }

static guint32 object_of(Scenario *scenario, const char *name, enum hd_object_kind kind, guint32 actor) {
  guint32 found = name_find(scenario->object_names, name);
  if (found != HD_NONE) return found;
  HdObject object = {.kind = kind,
                     .name = g_string_chunk_insert(scenario->strings, name),
                     .named = TRUE,
                     .birth_seen = TRUE,
                     .exclusive_owner = TRUE,
                     .initial_value = -1,
                     .create_site = HD_NONE,
                     .start_ns = scenario->now_ns};
  object.process = actor == HD_NONE ? scenario->program : actor_at(scenario, actor)->parent;
  g_array_append_val(scenario->objects, object);
  g_hash_table_insert(scenario->object_names, g_strdup(name), GUINT_TO_POINTER(scenario->objects->len));
  return scenario->objects->len - 1;
}

Scenario *scenario_new(void) {
  Scenario *scenario = g_new0(Scenario, 1);
  scenario->actors = g_array_new(FALSE, FALSE, sizeof(HdActor));
  scenario->objects = g_array_new(FALSE, FALSE, sizeof(HdObject));
  scenario->waits = g_array_new(FALSE, FALSE, sizeof(HdWait));
  scenario->holds = g_array_new(FALSE, FALSE, sizeof(HdHold));
  scenario->marks = g_array_new(FALSE, FALSE, sizeof(HdMark));
  scenario->links = g_array_new(FALSE, FALSE, sizeof(HdLink));
  scenario->sites = g_array_new(FALSE, FALSE, sizeof(HdSite));
  scenario->jobs = g_array_new(FALSE, FALSE, sizeof(HdJob));
  scenario->job_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  scenario->actor_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  scenario->object_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  scenario->site_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  scenario->strings = g_string_chunk_new(4096);
  scenario->unit_ns = 1000 * 1000;
  scenario->interrupt_ns = -1;
  scenario->program = add_actor(scenario, HD_ACTOR_PROCESS, "prog", HD_NONE, HD_NONE, 0);
  return scenario;
}

/* One parsed line. */
typedef struct {
  Scenario *scenario;
  char **words;
  guint32 actor;
  const char *verb, *what, *function;
  gboolean try, timed, read, again;
} Line;

static gboolean has_word(const Line *line, const char *word) { return g_strv_contains((const char *const *)line->words + 3, word); }

static gint64 number_word(const Line *line, const char *prefix, gint64 otherwise) {
  for (char **word = line->words + 3; *word; word++)
    if (g_str_has_prefix(*word, prefix)) return g_ascii_strtoll(*word + strlen(prefix), NULL, 10);
  return otherwise;
}

static enum hd_operation lock_operation(const Line *line, const HdObject *object) {
  if (line->again) return HD_OPERATION_CONDITION_REACQUIRE;
  int base = object->kind == HD_KIND_RWLOCK  ? (line->read ? HD_OPERATION_RWLOCK_READ : HD_OPERATION_RWLOCK_WRITE)
             : object->kind == HD_KIND_RLOCK ? HD_OPERATION_RLOCK_ACQUIRE
                                             : HD_OPERATION_LOCK_ACQUIRE;
  return (enum hd_operation)(base + (line->try ? 1 : line->timed ? 2 : 0));
}

static void begin_wait(const Line *line, guint32 object, enum hd_operation operation, guint32 target, guint32 partner) {
  HdWait wait = {.actor = line->actor,
                 .object = object,
                 .partner = partner,
                 .target = target,
                 .site = site_of(line->scenario, operation, line->function),
                 .stack = HD_NONE,
                 .owner = HD_NONE,
                 .waker = HD_NONE,
                 .waker_site = HD_NONE,
                 .begin_ns = line->scenario->now_ns,
                 .end_ns = -1,
                 .state = hd_operations[operation].state,
                 .flags = hd_operations[operation].flags | (line->timed ? HD_OPERATION_FLAG_TIMED : 0),
                 .open = TRUE};
  wait.descriptor = (gint32)number_word(line, "fd=", 5);
  g_array_append_val(line->scenario->waits, wait);
}

static guint32 end_wait(const Line *line, guint8 result) {
  for (guint i = line->scenario->waits->len; i-- > 0;) {
    HdWait *wait = &g_array_index(line->scenario->waits, HdWait, i);
    if (wait->actor != line->actor || !wait->open) continue;
    wait->open = FALSE;
    wait->end_ns = line->scenario->now_ns;
    wait->result = result;
    return i;
  }
  return HD_NONE;
}

static void begin_hold(const Line *line, guint32 object, guint32 actor, guint32 wait, gboolean inherited) {
  const HdObject *it = &g_array_index(line->scenario->objects, HdObject, object);
  HdHold hold = {.object = object,
                 .actor = actor,
                 .acquire_site = site_of(line->scenario, lock_operation(line, it), line->function),
                 .release_site = HD_NONE,
                 .release_stack = HD_NONE,
                 .releaser = HD_NONE,
                 .wait = wait,
                 .begin_ns = line->scenario->now_ns,
                 .end_ns = -1,
                 .depth = 1,
                 .shared = line->read,
                 .open = TRUE,
                 .inherited = inherited};
  if (wait != HD_NONE) hold.acquire_site = g_array_index(line->scenario->waits, HdWait, wait).site;
  for (guint i = 0; i < line->scenario->holds->len && it->kind == HD_KIND_RLOCK; i++) {
    const HdHold *outer = &g_array_index(line->scenario->holds, HdHold, i);
    if (outer->object == object && outer->actor == actor && outer->open) hold.depth++;
  }
  g_array_append_val(line->scenario->holds, hold);
}

static void end_hold(const Line *line, guint32 object) {
  HdHold *chosen = NULL;
  for (guint i = line->scenario->holds->len; i-- > 0;) {
    HdHold *hold = &g_array_index(line->scenario->holds, HdHold, i);
    if (hold->object != object || !hold->open || (chosen && hold->actor != line->actor)) continue;
    chosen = hold;
    if (hold->actor == line->actor) break;
  }
  if (!chosen) return;
  chosen->open = FALSE;
  chosen->end_ns = line->scenario->now_ns;
  chosen->releaser = line->actor;
  if (chosen->actor != line->actor) g_array_index(line->scenario->objects, HdObject, object).exclusive_owner = FALSE;
}

static void add_mark(const Line *line, guint32 object, enum hd_operation operation, gint32 error) {
  HdMark mark = {.object = object,
                 .actor = line->actor,
                 .site = site_of(line->scenario, operation, line->function),
                 .stack = HD_NONE,
                 .at_ns = line->scenario->now_ns,
                 .value = number_word(line, "v=", 0),
                 .error = error};
  g_array_append_val(line->scenario->marks, mark);
}

static void add_link(const Line *line, HdLinkKind kind, guint32 from, guint32 to, guint32 object, gint64 from_ns) {
  HdLink link = {kind, from, to, object, from_ns, line->scenario->now_ns};
  g_array_append_val(line->scenario->links, link);
}

static void end_actor(Scenario *scenario, guint32 actor, gboolean exit_known, int status) {
  HdActor *it = actor_at(scenario, actor);
  it->end_ns = scenario->now_ns;
  it->end_seen = TRUE;
  it->exit_known = exit_known;
  it->exit = status;
  for (guint32 i = 0; i < scenario->actors->len && it->kind == HD_ACTOR_PROCESS; i++) {
    HdActor *thread = actor_at(scenario, i);
    if (thread->kind == HD_ACTOR_THREAD && thread->parent == actor && thread->end_ns < 0) {
      thread->end_ns = scenario->now_ns;
      thread->end_seen = TRUE;
    }
  }
}

static gboolean life_verb(const Line *line) {
  Scenario *scenario = line->scenario;
  if (strcmp(line->verb, "create") == 0) {
    guint32 child =
        add_actor(scenario, HD_ACTOR_THREAD, line->what, actor_at(scenario, line->actor)->parent, line->actor, scenario->now_ns);
    add_link(line, HD_LINK_CREATE, line->actor, child, HD_NONE, scenario->now_ns);
  } else if (strcmp(line->verb, "fork") == 0) {
    guint32 process =
        add_actor(scenario, HD_ACTOR_PROCESS, line->what, actor_at(scenario, line->actor)->parent, line->actor, scenario->now_ns);
    guint32 child = add_actor(scenario, HD_ACTOR_THREAD, line->what, process, line->actor, scenario->now_ns);
    add_link(line, HD_LINK_FORK, line->actor, child, HD_NONE, scenario->now_ns);
  } else if (strcmp(line->verb, "end") == 0) {
    end_actor(scenario, line->actor, FALSE, 0);
  } else if (strcmp(line->verb, "exit") == 0) {
    end_actor(scenario, actor_at(scenario, line->actor)->parent, TRUE, 0);
  } else if (strcmp(line->verb, "killed") == 0) {
    end_actor(scenario, actor_at(scenario, line->actor)->parent, TRUE, -9);
  } else if (strcmp(line->verb, "lost") == 0) {
    actor_at(scenario, line->actor)->lost_count = 1;
    actor_at(scenario, line->actor)->lost_first_ns = actor_at(scenario, line->actor)->lost_last_ns = scenario->now_ns;
  } else if (strcmp(line->verb, "join") == 0) {
    begin_wait(line, HD_NONE, HD_OPERATION_THREAD_JOIN, actor_of(scenario, line->what), HD_NONE);
  } else if (strcmp(line->verb, "joined") == 0) {
    end_wait(line, HD_WAIT_RESULT_OK);
    guint32 from = actor_of(scenario, line->what);
    add_link(line, HD_LINK_JOIN, from, line->actor, HD_NONE, actor_at(scenario, from)->end_ns);
  } else if (strcmp(line->verb, "reap") == 0) {
    begin_wait(line, HD_NONE, HD_OPERATION_PROCESS_WAIT, actor_at(scenario, actor_of(scenario, line->what))->parent, HD_NONE);
  } else if (strcmp(line->verb, "reapany") == 0) {
    begin_wait(line, HD_NONE, HD_OPERATION_PROCESS_WAIT, HD_NONE, HD_NONE);
  } else if (strcmp(line->verb, "reaped") == 0) {
    end_wait(line, HD_WAIT_RESULT_OK);
    guint32 from = actor_of(scenario, line->what);
    add_link(line, HD_LINK_REAP, from, line->actor, HD_NONE, actor_at(scenario, from)->end_ns);
  } else if (strcmp(line->verb, "sleep") == 0 || strcmp(line->verb, "io") == 0) {
    begin_wait(line, HD_NONE, line->verb[0] == 's' ? HD_OPERATION_CALL_SLEEP : HD_OPERATION_CALL_ACCEPT, HD_NONE, HD_NONE);
  } else if (strcmp(line->verb, "awake") == 0 || strcmp(line->verb, "fail") == 0) {
    end_wait(line, line->verb[0] == 'a' ? HD_WAIT_RESULT_OK : HD_WAIT_RESULT_ERROR);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* submit E J; begin J; finish J */
static gboolean job_verb(const Line *line) {
  gboolean submits = strcmp(line->verb, "submit") == 0;
  guint32 executor = submits ? object_of(line->scenario, line->what, HD_KIND_EXECUTOR, line->actor) : HD_NONE;
  guint32 site = submits ? site_of(line->scenario, HD_OPERATION_JOB_SUBMIT, line->function) : HD_NONE;
  return scenario_job_verb(line->scenario, line->actor, line->verb, submits ? line->words[4] : line->what, executor, site);
}

static gboolean lock_verb(const Line *line) {
  static const char *const verbs[] = {"lock", "want", "got", "timeout", "died", "unlock", "inherits", NULL};
  if (!g_strv_contains(verbs, line->verb)) return FALSE;
  guint32 object = object_of(line->scenario, line->what, HD_KIND_LOCK, line->actor);
  if (strcmp(line->verb, "lock") == 0) {
    begin_hold(line, object, line->actor, HD_NONE, FALSE);
  } else if (strcmp(line->verb, "want") == 0) {
    begin_wait(line, object, lock_operation(line, &g_array_index(line->scenario->objects, HdObject, object)), HD_NONE, HD_NONE);
  } else if (strcmp(line->verb, "got") == 0 || strcmp(line->verb, "died") == 0) {
    guint32 wait = end_wait(line, line->verb[0] == 'g' ? HD_WAIT_RESULT_OK : HD_WAIT_RESULT_OWNER_DIED);
    begin_hold(line, object, line->actor, wait, FALSE);
    if (wait != HD_NONE)
      g_array_index(line->scenario->holds, HdHold, line->scenario->holds->len - 1).shared =
          g_array_index(line->scenario->waits, HdWait, wait).flags & HD_OPERATION_FLAG_READ ? 1 : 0;
  } else if (strcmp(line->verb, "timeout") == 0) {
    end_wait(line, HD_WAIT_RESULT_TIMEOUT);
  } else if (strcmp(line->verb, "inherits") == 0) {
    begin_hold(line, object, actor_of(line->scenario, line->words[4]), HD_NONE, TRUE);
  } else {
    end_hold(line, object);
  }
  return TRUE;
}

static void other_verb(const Line *line) {
  static const char *const ends[] = {"woken", "sgot", "bpass", "epass", "pdone", NULL};
  if (g_strv_contains(ends, line->verb)) {
    end_wait(line, HD_WAIT_RESULT_OK);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(operations); i++) {
    if (strcmp(operations[i].verb, line->verb) != 0) continue;
    const struct hd_operation_info *operation = &hd_operations[operations[i].operation];
    guint32 object = object_of(line->scenario, line->what, operation->object_kind, line->actor), partner = HD_NONE;
    if (strcmp(line->verb, "cwait") == 0) {
      partner = object_of(line->scenario, line->words[4], HD_KIND_LOCK, line->actor);
      end_hold(line, partner);
    }
    if (!operations[i].waits)
      add_mark(line, object, operations[i].operation, strcmp(line->verb, "overpost") == 0);
    else
      begin_wait(line, object, operations[i].operation, HD_NONE, partner);
    return;
  }
  g_error("unknown verb: %s", line->verb);
}

static void declare(const Line *line) {
  Scenario *scenario = line->scenario;
  if (strcmp(line->verb, "interrupt") == 0) scenario->interrupt_ns = scenario->now_ns;
  if (strcmp(line->verb, "object") != 0) return;
  guint32 kind = 0;
  while (kind < HD_KIND_COUNT && strcmp(hd_object_kind_names[kind], line->words[4]) != 0) kind++;
  g_assert_cmpuint(kind, <, HD_KIND_COUNT);
  guint32 index = object_of(scenario, line->what, (enum hd_object_kind)kind, HD_NONE);
  HdObject *object = &g_array_index(scenario->objects, HdObject, index);
  object->initial_value = number_word(line, "value=", -1);
  if (has_word(line, "shared")) object->process = HD_NONE;
  if (has_word(line, "robust")) object->flags |= 2;
  if (has_word(line, "unborn")) object->birth_seen = FALSE;
  if (has_word(line, "anonymous")) object->named = FALSE;
}

void scenario_line(Scenario *scenario, const char *text) {
  g_autofree char *stripped = g_strstrip(g_strdup(text));
  if (!*stripped || *stripped == '#') return;
  g_auto(GStrv) split = g_strsplit_set(stripped, " ", -1);
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  for (char **word = split; *word; word++)
    if (**word) g_ptr_array_add(words, *word);
  if (strcmp(g_ptr_array_index(words, 0), "unit") == 0) {
    scenario->unit_ns = 1;
    return;
  }
  do g_ptr_array_add(words, NULL); /* missing words read as NULL */
  while (words->len < 8);
  Line line = {.scenario = scenario, .words = (char **)words->pdata, .verb = words->pdata[2], .what = words->pdata[3]};
  scenario->now_ns = g_ascii_strtoll(words->pdata[0], NULL, 10) * scenario->unit_ns;
  for (char **word = line.words + 3; line.what && *word; word++)
    if (**word == '@') line.function = *word + 1;
  line.try = line.what && has_word(&line, "try");
  line.timed = line.what && has_word(&line, "timed");
  line.read = line.what && has_word(&line, "read");
  line.again = line.what && has_word(&line, "again");
  if (strcmp(words->pdata[1], "-") == 0) {
    declare(&line);
    return;
  }
  line.actor = actor_of(scenario, words->pdata[1]);
  if (!life_verb(&line) && !lock_verb(&line) && !job_verb(&line)) other_verb(&line);
}
