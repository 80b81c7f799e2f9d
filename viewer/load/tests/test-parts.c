/* The parts: tokens and types of metadata, plans against other layouts, slots, recording.json. */
#include "golden.h"
#include "metadata.h"
#include "plan.h"
#include "recording-info.h"
#include "slots.h"
#include <string.h>

static void test_lexer(void) {
  HdLexer lexer;
  const char *text = "a := \"b\\\"c\"; /* no */ 0x10 ... // end\n <";
  hd_lexer_init(&lexer, text, strlen(text));
  g_assert_true(hd_lexer_take_word(&lexer, "a"));
  g_assert_true(hd_lexer_is_sign(&lexer, ':') && lexer.token.assigns);
  hd_lexer_advance(&lexer);
  g_assert_cmpint(lexer.token.kind, ==, HD_TOKEN_STRING);
  g_assert_cmpuint(lexer.token.length, ==, 4);
  hd_lexer_advance(&lexer);
  g_assert_true(hd_lexer_take_sign(&lexer, ';'));
  g_assert_cmpuint(lexer.token.number, ==, 16);
  hd_lexer_advance(&lexer);
  g_assert_true(lexer.token.dots);
  hd_lexer_advance(&lexer);
  g_assert_true(hd_lexer_take_sign(&lexer, '<'));
  g_assert_cmpint(lexer.token.kind, ==, HD_TOKEN_END);
  hd_lexer_init(&lexer, "\"open", 5);
  g_assert_cmpint(lexer.token.kind, ==, HD_TOKEN_BAD);
}

static const char other_layout[] = "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
                                   "event {\n name = \"heddle:acquired\"; id = 3; stream_id = 0;\n fields := struct {\n"
                                   " uint64_t _new_number;\n"
                                   " string _new_text;\n"
                                   " integer { size = 32; align = 8; signed = 0; } _emitter;\n"
                                   " integer { size = 32; align = 8; signed = 0; } _sequence;\n"
                                   " uint64_t _at_ns;\n"
                                   " integer { size = 16; align = 8; signed = 0; } _site;\n"
                                   " };\n};\n";

/* A trace of another schema version: new fields are skipped, missing ones are zero, narrower ones widened. */
static void test_other_layout(void) {
  g_autofree char *text = g_strconcat(other_layout, "event { name = \"broken", NULL);
  HdMetadata *metadata = hd_metadata_parse(text, strlen(text));
  g_assert_cmpuint(metadata->events->len, ==, 1);
  g_assert_cmpuint(metadata->skipped_count, ==, 1);
  HdPlan plan;
  hd_plan_compile(&plan, &g_array_index(metadata->events, HdEventClass, 0), NULL);
  g_assert_true(plan.planned);
  g_assert_cmpint(plan.event, ==, -1); /* emitter, sequence and at_ns stand behind a text: not at a fixed place */
  hd_plan_clear(&plan);
  hd_metadata_free(metadata);

  g_autofree char *fixed = g_strdup(other_layout);
  memcpy(strstr(fixed, "string"), "      ", 6);
  memcpy(strstr(fixed, "_new_text;"), "          ", 10);
  metadata = hd_metadata_parse(fixed, strlen(fixed));
  g_assert_cmpuint(metadata->events->len, ==, 1);
  hd_plan_compile(&plan, &g_array_index(metadata->events, HdEventClass, 0), NULL);
  g_assert_cmpint(plan.event, ==, HD_EVENT_ACQUIRED);
  g_assert_cmpuint(plan.common_offset, ==, 8);
  guint8 bytes[26] = {0};
  guint32 emitter = 7, sequence = 9;
  guint64 at_ns = 1234567;
  guint16 site = 65535;
  memcpy(bytes + 8, &emitter, 4);
  memcpy(bytes + 12, &sequence, 4);
  memcpy(bytes + 16, &at_ns, 8);
  memcpy(bytes + 24, &site, 2);
  guint32 elements = 0;
  g_assert_true(hd_plan_measure(&plan, bytes, bytes + sizeof bytes, &elements) == bytes + sizeof bytes);
  g_assert_null(hd_plan_measure(&plan, bytes, bytes + sizeof bytes - 1, &elements));
  HdEvent event;
  memset(&event, 0xff, sizeof event);
  hd_plan_read(&plan, bytes, &event);
  g_assert_cmpuint(event.acquired.emitter, ==, 7);
  g_assert_cmpuint(event.acquired.sequence, ==, 9);
  g_assert_cmpuint(event.acquired.at_ns, ==, at_ns);
  g_assert_cmpuint(event.acquired.site, ==, 65535);
  g_assert_cmpuint(event.acquired.object, ==, 0);
  hd_plan_clear(&plan);
  hd_metadata_free(metadata);
}

/* Metadata that lost the line between two events: two fields of one name. What is walked by must be what is read. */
static void test_field_twice(void) {
  static const char number[] = "integer { size = 32; align = 8; signed = 0; }", stamp[] = "integer { size = 64; align = 8; signed = 0; }";
  g_autofree char *text = g_strdup_printf("event {\n name = \"heddle:thread_end\"; id = 1; stream_id = 0;\n fields := struct {\n"
                                          " %s _emitter; %s _sequence; %s _at_ns;\n %s _emitter; %s _sequence; %s _at_ns;\n };\n};\n",
                                          number, number, stamp, number, number, stamp);
  HdMetadata *metadata = hd_metadata_parse(text, strlen(text));
  g_assert_cmpuint(metadata->events->len, ==, 1);
  HdPlan plan;
  hd_plan_compile(&plan, &g_array_index(metadata->events, HdEventClass, 0), NULL);
  g_assert_cmpint(plan.event, ==, HD_EVENT_THREAD_END);
  guint32 words[8] = {7, 9, 100, 0, 8, 10, 200, 0}, elements = 0;
  const guint8 *bytes = (const guint8 *)words;
  g_assert_true(hd_plan_measure(&plan, bytes, bytes + sizeof words, &elements) == bytes + sizeof words);
  HdEvent event;
  hd_plan_read(&plan, bytes, &event);
  g_assert_cmpmem(&event.common, 16, bytes + plan.common_offset, 16);
  g_assert_cmpuint(event.common.emitter, ==, 7);
  hd_plan_clear(&plan);
  hd_metadata_free(metadata);
}

static guint64 batch_word(guint64 object, guint32 site) { return object / 4 << HD_BATCH_SITE_BITS | site; }

/* A slot as a killed thread leaves it: pending operations, a hold that a pending one has just ended, an open hold, a wait. */
static void test_slot(void) {
  struct hd_slot slot = {.emitter = 5,
                         .process = 2,
                         .process_id = 100,
                         .thread_id = 101,
                         .last_sequence = 3,
                         .batch_count = 2,
                         .hold_count = 3,
                         .batch_base_ns = 10000};
  slot.batch[0] = batch_word(0x1000, 1);
  slot.batch[1] = (guint64)500 << 32 | 300; /* 10200 to 10500 */
  slot.batch[2] = batch_word(0x2000, 2);
  slot.batch[3] = (guint64)900 << 32;
  slot.holds[0] = (struct hd_slot_hold){.object = 0x1000, .acquired_ns = 10200, .site = 1, .depth = 1};
  slot.holds[1] = slot.holds[2] = (struct hd_slot_hold){.object = 0x3000, .acquired_ns = 9000, .site = 3, .depth = 1};
  slot.wait.active = 1;
  slot.wait.begin_ns = 11000;
  slot.wait.object = 0x4000;
  HdSource *source = hd_source_new();
  g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(HdEvent)), after = g_array_new(FALSE, FALSE, sizeof(HdEvent));
  hd_slot_events(&slot, source, NULL, 0, before, after);
  const HdEvent *events = (const HdEvent *)after->data;
  g_assert_cmpuint(after->len, ==, 3);
  g_assert_cmpint(events[0].id, ==, HD_EVENT_BATCH);
  g_assert_cmpuint(events[0].batch.operations_count, ==, 4);
  g_assert_cmpuint(events[0].batch.at_ns, ==, 10900);
  g_assert_cmpint(events[1].id, ==, HD_EVENT_ACQUIRED);
  g_assert_cmpuint(events[1].acquired.object, ==, 0x3000);
  g_assert_cmpint(events[2].id, ==, HD_EVENT_WAIT);
  g_assert_cmpuint(events[2].wait.at_ns, ==, HD_LOG_OPEN_NS);
  g_assert_cmpuint(before->len, ==, 1); /* its birth was lost */
  g_assert_cmpuint(((const HdEvent *)before->data)->thread_begin.thread_id, ==, 101);

  /* The batch was sent as number 3 and stands in the trace; so did the event of the wait, as number 4. */
  slot.batch_sequence = 3;
  slot.wait.sequence = 4;
  HdEvent batch = {.id = HD_EVENT_BATCH};
  batch.batch = (struct hd_event_batch){
      .emitter = 5, .sequence = 3, .at_ns = 10900, .base_ns = 10000, .operations = slot.batch, .operations_count = 4};
  HdEvent wait = {.id = HD_EVENT_WAIT};
  wait.wait = (struct hd_event_wait){.emitter = 5, .sequence = 4, .at_ns = 12000};
  HdRecord records[] = {{5, 3, hd_source_make(source, &batch)}, {5, 4, hd_source_make(source, &wait)}};
  slot.batch_count = 0; /* the hold that the sent batch ended must be dropped, too */
  g_array_set_size(after, 0);
  hd_slot_events(&slot, source, records, 2, before, after);
  g_assert_cmpuint(after->len, ==, 1);
  g_assert_cmpuint(g_array_index(after, HdEvent, 0).acquired.object, ==, 0x3000);
  hd_source_free(source);
}

static void write_bytes(const char *folder, const char *name, const void *bytes, gsize length) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_assert_true(g_file_set_contents(path, bytes, length, NULL));
}

/* Numbers beyond their capacities are cut; a file that ends early or is none is damage, no crash. */
static void test_control_file(void) {
  char *folder = scratch_new();
  g_autofree char *path = g_build_filename(folder, "control", NULL);
  HdSlots *slots = hd_slots_read(path);
  g_assert_false(slots->present);
  hd_slots_free(slots);
  gsize length = HD_CONTROL_HEADER_BYTES + 2 * HD_SLOT_BYTES;
  g_autofree guint8 *bytes = g_malloc0(length);
  struct hd_control_header *header = (struct hd_control_header *)bytes;
  *header = (struct hd_control_header){.magic = HD_CONTROL_MAGIC, .slots_peak = G_MAXUINT32, .next_emitter = 9, .started_ns = 77};
  struct hd_slot slot = {.emitter = 9, .hold_count = G_MAXUINT32, .batch_count = 4000, .batch_base_ns = 5, .wait = {.active = 7}};
  memcpy(bytes + HD_CONTROL_HEADER_BYTES, &slot, sizeof slot);
  slot.emitter = 10; /* never given out */
  memcpy(bytes + HD_CONTROL_HEADER_BYTES + HD_SLOT_BYTES, &slot, sizeof slot);
  write_bytes(folder, "control", bytes, length);
  slots = hd_slots_read(path);
  g_assert_true(slots->present && slots->damaged);
  g_assert_cmpuint(slots->slots->len, ==, 1);
  g_assert_cmpuint(g_array_index(slots->slots, struct hd_slot, 0).hold_count, ==, HD_SLOT_HOLD_CAPACITY);
  g_assert_cmpuint(g_array_index(slots->slots, struct hd_slot, 0).wait.active, ==, 0);
  hd_slots_free(slots);
  write_bytes(folder, "control", bytes, 100);
  slots = hd_slots_read(path);
  g_assert_true(!slots->present && slots->damaged);
  hd_slots_free(slots);
  scratch_remove(folder);
}

static void test_recording_info(void) {
  char *folder = scratch_new();
  g_autoptr(HdLogInfo) info = hd_log_info_new();
  g_assert_false(hd_recording_info_read(info, folder));
  const char *text =
      "{\"heddle\": 1, \"program\": 5, \"arguments\": [\"a\", 7, \"b\"], \"started_ns\": -4, \"process_id\": 99999999999, \"exit\": -9,"
      " \"recorder_process_id\": 1, \"outlived\": [12, \"x\"], \"notes\": [\"The disk was full.\"],"
      " \"settings\": {\"HEDDLE_SEED\": \"7\", \"HEDDLE_GIL\": 0}}";
  write_bytes(folder, "recording.json", text, strlen(text));
  g_assert_true(hd_recording_info_read(info, folder));
  g_assert_null(info->program);
  g_assert_cmpuint(g_strv_length(info->arguments), ==, 2);
  g_assert_cmpuint(info->started_ns, ==, 0);
  g_assert_cmpuint(info->process_id, ==, 0);
  g_assert_true(info->exit_known && info->exit == -9);
  g_assert_false(info->in_progress); /* process 1 is no recorder */
  g_assert_cmpuint(info->outlived->len, ==, 1);
  g_assert_cmpstr(info->seed, ==, "7");
  g_assert_null(info->gil); /* not a text */
  g_assert_cmpstr(info->notes->pdata[0], ==, "The disk was full.");
  write_bytes(folder, "recording.json", "{\"heddle\": 1, ", 14);
  g_autoptr(HdLogInfo) broken = hd_log_info_new();
  g_assert_true(hd_recording_info_read(broken, folder));
  g_assert_true(broken->damaged);
  scratch_remove(folder);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/load/lexer", test_lexer);
  g_test_add_func("/load/other-layout", test_other_layout);
  g_test_add_func("/load/field-twice", test_field_twice);
  g_test_add_func("/load/slot", test_slot);
  g_test_add_func("/load/control-file", test_control_file);
  g_test_add_func("/load/recording-info", test_recording_info);
  return g_test_run();
}
