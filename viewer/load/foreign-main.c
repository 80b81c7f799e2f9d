/* heddle-foreign FOLDER: reads the CTF traces below a folder through Babeltrace 2 and writes their events, in order of time, as
 * foreign-stream.h says. A process of its own, because Babeltrace loops for ever on some damaged traces and ends the process on
 * others: whoever runs it sets a time limit. */
#include "foreign-stream.h"
#include <babeltrace2/babeltrace.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define FOLDER_DEPTH_MAX 8
#define MEMORY_MAX_BYTES (G_GUINT64_CONSTANT(8) << 30)

static void put(const void *bytes, size_t length) {
  if (fwrite(bytes, 1, length, stdout) != length) _exit(1); /* nobody listens any more */
}
static void put_byte(char byte) { put(&byte, 1); }
static void put_number(guint32 number) { put(&number, sizeof number); }
static void put_word(guint64 word) { put(&word, sizeof word); }
static void put_text(const char *text) {
  put_number(strlen(text));
  put(text, strlen(text));
}

static guint64 integer_value(const bt_field *field, gboolean *is_signed) {
  *is_signed = bt_field_class_type_is(bt_field_get_class_type(field), BT_FIELD_CLASS_TYPE_SIGNED_INTEGER);
  return *is_signed ? (guint64)bt_field_integer_signed_get_value(field) : bt_field_integer_unsigned_get_value(field);
}

static gboolean is_integer(const bt_field *field) {
  return bt_field_class_type_is(bt_field_get_class_type(field), BT_FIELD_CLASS_TYPE_INTEGER);
}
static gboolean is_array(const bt_field *field) {
  return bt_field_class_type_is(bt_field_get_class_type(field), BT_FIELD_CLASS_TYPE_ARRAY);
}

static void put_value(const bt_field *field) {
  gboolean is_signed;
  if (is_integer(field)) {
    guint64 value = integer_value(field, &is_signed);
    put_byte(is_signed ? HD_FOREIGN_SIGNED : HD_FOREIGN_UNSIGNED);
    put_word(value);
  } else if (bt_field_get_class_type(field) == BT_FIELD_CLASS_TYPE_STRING) {
    put_byte(HD_FOREIGN_TEXT);
    /* Babeltrace 2.0 uses fields again, and leaves the last content in one that is empty now. */
    put_text(bt_field_string_get_length(field) ? bt_field_string_get_value(field) : "");
  } else if (is_array(field) &&
             (bt_field_array_get_length(field) == 0 || is_integer(bt_field_array_borrow_element_field_by_index_const(field, 0)))) {
    guint64 count = bt_field_array_get_length(field);
    put_byte(HD_FOREIGN_WORDS);
    put_number(count);
    for (guint64 i = 0; i < count; i++) put_word(integer_value(bt_field_array_borrow_element_field_by_index_const(field, i), &is_signed));
  } else {
    put_byte(HD_FOREIGN_NOTHING);
  }
}

typedef struct {
  GHashTable *classes; /* of event classes seen: number + 1 */
  gboolean clock_told;
} Writer;

/* The structures that an event has, contexts first; those it does not have are NULL. */
static void borrow_structures(const bt_event *event, const bt_field *structures[3]) {
  structures[0] = bt_event_borrow_common_context_field_const(event);
  structures[1] = bt_event_borrow_specific_context_field_const(event);
  structures[2] = bt_event_borrow_payload_field_const(event);
}

static guint32 class_number(Writer *writer, const bt_event *event) {
  const bt_event_class *class = bt_event_borrow_class_const(event);
  guint32 number = GPOINTER_TO_UINT(g_hash_table_lookup(writer->classes, class));
  if (number) return number - 1;
  number = g_hash_table_size(writer->classes);
  g_hash_table_insert(writer->classes, (gpointer) class, GUINT_TO_POINTER(number + 1));
  const bt_field *structures[3];
  borrow_structures(event, structures);
  guint32 count = 0;
  for (guint i = 0; i < 3; i++)
    if (structures[i]) count += bt_field_class_structure_get_member_count(bt_field_borrow_class_const(structures[i]));
  put_byte(HD_FOREIGN_CLASS);
  put_number(number);
  put_text(bt_event_class_get_name(class) ? bt_event_class_get_name(class) : "");
  put_number(count);
  for (guint i = 0; i < 3; i++) {
    const bt_field_class *structure = structures[i] ? bt_field_borrow_class_const(structures[i]) : NULL;
    for (guint64 k = 0; structure && k < bt_field_class_structure_get_member_count(structure); k++)
      put_text(bt_field_class_structure_member_get_name(bt_field_class_structure_borrow_member_by_index_const(structure, k)));
  }
  return number;
}

static void put_event(Writer *writer, const bt_message *message) {
  const bt_event *event = bt_message_event_borrow_event_const(message);
  guint32 number = class_number(writer, event);
  guint64 stamp = 0;
  if (bt_stream_class_borrow_default_clock_class_const(bt_event_class_borrow_stream_class_const(bt_event_borrow_class_const(event)))) {
    const bt_clock_snapshot *clock = bt_message_event_borrow_default_clock_snapshot_const(message);
    gint64 since_epoch;
    stamp = bt_clock_snapshot_get_value(clock);
    if (!writer->clock_told &&
        bt_clock_snapshot_get_ns_from_origin(clock, &since_epoch) == BT_CLOCK_SNAPSHOT_GET_NS_FROM_ORIGIN_STATUS_OK) {
      put_byte(HD_FOREIGN_CLOCK);
      put_word((guint64)since_epoch - stamp);
    }
    writer->clock_told = TRUE;
  }
  put_byte(HD_FOREIGN_EVENT);
  put_number(number);
  put_word(stamp);
  const bt_field *structures[3];
  borrow_structures(event, structures);
  for (guint i = 0; i < 3; i++)
    for (guint64 k = 0; structures[i] && k < bt_field_class_structure_get_member_count(bt_field_borrow_class_const(structures[i])); k++)
      put_value(bt_field_structure_borrow_member_field_by_index_const(structures[i], k));
}

static bt_graph_simple_sink_component_consume_func_status consume(bt_message_iterator *iterator, void *user_data) {
  bt_message_array_const messages;
  uint64_t count;
  switch (bt_message_iterator_next(iterator, &messages, &count)) {
  case BT_MESSAGE_ITERATOR_NEXT_STATUS_OK:
    for (uint64_t i = 0; i < count; i++) {
      if (bt_message_get_type(messages[i]) == BT_MESSAGE_TYPE_EVENT) put_event(user_data, messages[i]);
      bt_message_put_ref(messages[i]);
    }
    return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_OK;
  case BT_MESSAGE_ITERATOR_NEXT_STATUS_END:
    return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_END;
  case BT_MESSAGE_ITERATOR_NEXT_STATUS_AGAIN:
    return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_AGAIN;
  case BT_MESSAGE_ITERATOR_NEXT_STATUS_MEMORY_ERROR:
    return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_MEMORY_ERROR;
  default:
    return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_ERROR;
  }
}

static void find_traces(const char *folder, guint depth, GPtrArray *found) {
  GDir *directory = depth <= FOLDER_DEPTH_MAX ? g_dir_open(folder, 0, NULL) : NULL;
  if (!directory) return;
  g_autofree char *metadata = g_build_filename(folder, "metadata", NULL);
  if (g_file_test(metadata, G_FILE_TEST_IS_REGULAR)) g_ptr_array_add(found, g_strdup(folder));
  for (const char *name; (name = g_dir_read_name(directory));) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (*name != '.' && g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
      find_traces(path, depth + 1, found);
  }
  g_dir_close(directory);
}

/* One source for each trace folder, all through a muxer. NULL, or in which step it failed. */
static const char *build(bt_graph *graph, const GPtrArray *folders, Writer *writer) {
  const bt_plugin *ctf = NULL, *utilities = NULL;
  if (bt_plugin_find("ctf", BT_FALSE, BT_TRUE, BT_TRUE, BT_TRUE, BT_TRUE, &ctf) != BT_PLUGIN_FIND_STATUS_OK ||
      bt_plugin_find("utils", BT_FALSE, BT_TRUE, BT_TRUE, BT_TRUE, BT_TRUE, &utilities) != BT_PLUGIN_FIND_STATUS_OK)
    return "Babeltrace's plug-ins were not found";
  const bt_component_class_source *source_class = bt_plugin_borrow_source_component_class_by_name_const(ctf, "fs");
  const bt_component_class_filter *muxer_class = bt_plugin_borrow_filter_component_class_by_name_const(utilities, "muxer");
  const bt_component_filter *muxer;
  const bt_component_sink *sink;
  if (!source_class || !muxer_class ||
      bt_graph_add_filter_component(graph, muxer_class, "muxer", NULL, BT_LOGGING_LEVEL_NONE, &muxer) != BT_GRAPH_ADD_COMPONENT_STATUS_OK ||
      bt_graph_add_simple_sink_component(graph, "sink", NULL, consume, NULL, writer, &sink) != BT_GRAPH_ADD_COMPONENT_STATUS_OK)
    return "Babeltrace's components could not be made";
  for (guint i = 0; i < folders->len; i++) {
    g_autofree char *name = g_strdup_printf("trace-%u", i);
    bt_value *parameters = bt_value_map_create(), *inputs;
    const bt_component_source *source;
    bt_value_map_insert_empty_array_entry(parameters, "inputs", &inputs);
    bt_value_array_append_string_element(inputs, folders->pdata[i]);
    if (bt_graph_add_source_component(graph, source_class, name, parameters, BT_LOGGING_LEVEL_NONE, &source) !=
        BT_GRAPH_ADD_COMPONENT_STATUS_OK)
      return "Babeltrace cannot read this trace";
    bt_value_put_ref(parameters);
    for (uint64_t k = 0; k < bt_component_source_get_output_port_count(source); k++) {
      const bt_port_input *input =
          bt_component_filter_borrow_input_port_by_index_const(muxer, bt_component_filter_get_input_port_count(muxer) - 1);
      if (bt_graph_connect_ports(graph, bt_component_source_borrow_output_port_by_index_const(source, k), input, NULL) !=
          BT_GRAPH_CONNECT_PORTS_STATUS_OK)
        return "Babeltrace cannot read this trace's streams";
    }
  }
  if (bt_graph_connect_ports(graph, bt_component_filter_borrow_output_port_by_index_const(muxer, 0),
                             bt_component_sink_borrow_input_port_by_index_const(sink, 0), NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
    return "Babeltrace cannot join this trace's streams";
  return NULL;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) {
    fputs("usage: heddle-foreign FOLDER\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef __SANITIZE_ADDRESS__ /* which reserves terabytes of addresses */
  setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_MAX_BYTES, MEMORY_MAX_BYTES});
#endif
  g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
  find_traces(arguments[1], 0, folders);
  Writer writer = {.classes = g_hash_table_new(NULL, NULL)};
  bt_graph *graph = bt_graph_create(0);
  const char *problem = folders->len ? build(graph, folders, &writer) : "no trace is there";
  bt_graph_run_status status = BT_GRAPH_RUN_STATUS_AGAIN;
  while (!problem && status == BT_GRAPH_RUN_STATUS_AGAIN) status = bt_graph_run(graph);
  if (!problem && status != BT_GRAPH_RUN_STATUS_OK) problem = "Babeltrace cannot read the rest of this trace";
  put_byte(problem ? HD_FOREIGN_ERROR : HD_FOREIGN_DONE);
  if (problem) put_text(problem);
  fflush(stdout);
  _exit(problem ? 1 : 0); /* taking Babeltrace's graph down after an error may abort */
}
