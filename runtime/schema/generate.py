#!/usr/bin/env python3
"""Makes from events.toml what the places of Heddle share.

usage: generate.py SCHEMA KIND OUTPUT
KIND: header     schema.h: constants, enumerations, operations, structures of events and of the control file
      tables     schema.c: names of enumerators, the operations' table, the events' fields for the decoder
      tracepoint heddle-tracepoint.h: the LTTng-UST provider's events
      provider   provider-events.c: one function an event
      provider_header  provider-table.h: the table of them
      reference  REFERENCE.md
"""
import sys
import tomllib

C_TYPES = dict(u8="uint8_t", u16="uint16_t", u32="uint32_t", u64="uint64_t", i32="int32_t", i64="int64_t")
SEQUENCES = dict(words="uint64_t", bytes="uint8_t")
COMMON = [["emitter", "u32"], ["sequence", "u32"], ["at_ns", "u64"]]
ROLES = ["mark", "acquire", "release", "take", "enable", "wait", "call", "await"]
FLAGS = {"try": 1, "timed": 2, "read": 4, "all": 8, "item": 16}
NOTICE = "Generated from runtime/schema/events.toml; do not edit."


def macro(name):
    return name.upper().replace("-", "_")


def prefix(enum):
    return enum.get("prefix", enum["name"])


def enum_of(schema, field):
    """The enumeration that a field's description names ('enum NAME'), or None."""
    words = field[2].split() if len(field) > 2 else []
    if words[:1] == ["enum"]:
        return words[1].rstrip(",;")
    return None


def header(schema):
    out = [f"/* {NOTICE} */", "#ifndef HEDDLE_SCHEMA_H", "#define HEDDLE_SCHEMA_H", "#include <stddef.h>", "#include <stdint.h>", "",
           f"#define HD_SCHEMA_VERSION {schema['version']}u"]
    for name, value, doc in schema["constant"][0]["values"]:
        out.append(f"#define HD_{macro(name)} {value} /* {doc} */")
    for enum in schema["enum"]:
        out += ["", f"enum hd_{enum['name']} {{"]
        out += [f"  HD_{macro(prefix(enum))}_{macro(name)}, /* {doc} */" for name, doc in enum["values"]]
        out += [f"  HD_{macro(prefix(enum))}_COUNT", "};", f"extern const char *const hd_{enum['name']}_names[];"]
    out += ["", "enum hd_role {"] + [f"  HD_ROLE_{macro(role)}," for role in ROLES] + ["};", ""]
    out += [f"#define HD_OPERATION_FLAG_{macro(flag)} {bit}u" for flag, bit in FLAGS.items()]
    out += ["", "enum hd_operation {"]
    out += [f"  HD_OPERATION_{macro(row[0])}," for row in schema["operation"][0]["values"]]
    out += ["  HD_OPERATION_COUNT", "};", "",
            "/* What an operation is; hd_operations is indexed by enum hd_operation. */",
            "struct hd_operation_info {", "  const char *name;", "  uint8_t role;        /* enum hd_role */",
            "  uint8_t object_kind; /* enum hd_object_kind */", "  uint8_t state;       /* enum hd_state of a thread that waits in it */",
            "  uint8_t flags;       /* HD_OPERATION_FLAG_... */", "};",
            "extern const struct hd_operation_info hd_operations[HD_OPERATION_COUNT];"]
    out += ["", "enum hd_event_id {"] + [f"  HD_EVENT_{macro(event['name'])}," for event in schema["event"]] + ["  HD_EVENT_COUNT", "};"]
    for event in schema["event"]:
        out += ["", f"/* {event['doc']} Stamped {event['side']}. */", f"struct hd_event_{event['name']} {{"]
        for field in COMMON + event["fields"]:
            name, kind = field[0], field[1]
            doc = f" /* {field[2]} */" if len(field) > 2 else ""
            if kind == "text":
                out.append(f"  const char *{name};{doc}")
            elif kind in SEQUENCES:
                out += [f"  const {SEQUENCES[kind]} *{name};{doc}", f"  uint32_t {name}_count;"]
            else:
                out.append(f"  {C_TYPES[kind]} {name};{doc}")
        out.append("};")
    out += ["", "enum hd_field_type { " + ", ".join(f"HD_FIELD_{macro(kind)}" for kind in [*C_TYPES, "text", *SEQUENCES]) + " };", "",
            "struct hd_field_info {", "  const char *name;", "  uint8_t type;         /* enum hd_field_type */",
            "  uint16_t offset;      /* in the event's structure */", "};",
            "struct hd_event_info {", "  const char *name;", "  const struct hd_field_info *fields; /* in the order of the trace */",
            "  uint16_t field_count;", "  uint16_t struct_bytes;", "};",
            "extern const struct hd_event_info hd_events[HD_EVENT_COUNT];"]
    for structure in schema["structure"]:
        out += ["", f"/* {structure['doc']} */", f"struct hd_{structure['name']} {{"]
        for name, kind, count, doc in structure["fields"]:
            c_type = C_TYPES.get(kind, f"struct hd_{kind}")
            out.append(f"  {c_type} {name}{f'[{count}]' if count > 1 else ''}; /* {doc} */")
        out.append("};")
    out += ["_Static_assert(sizeof(struct hd_control_header) == HD_CONTROL_HEADER_BYTES, \"layout\");",
            "_Static_assert(sizeof(struct hd_slot) <= HD_SLOT_BYTES, \"layout\");", "", "#endif"]
    return out


def tables(schema):
    out = [f"/* {NOTICE} */", '#include "schema.h"']
    for enum in schema["enum"]:
        names = ", ".join(f'"{name}"' for name, _ in enum["values"])
        out += ["", f"const char *const hd_{enum['name']}_names[] = {{{names}}};"]
    states = [name for name, _ in next(e for e in schema["enum"] if e["name"] == "state")["values"]]
    kinds = [name for name, _ in next(e for e in schema["enum"] if e["name"] == "object_kind")["values"]]
    out += ["", "const struct hd_operation_info hd_operations[HD_OPERATION_COUNT] = {"]
    for name, role, kind, state, flags in schema["operation"][0]["values"]:
        if role not in ROLES or kind not in kinds or state not in states:
            sys.exit(f"operation {name}: unknown role, object kind or state")
        bits = sum(FLAGS[flag] for flag in flags.split())
        out.append(f'  {{"{name}", HD_ROLE_{macro(role)}, HD_KIND_{macro(kind)}, HD_STATE_{macro(state)}, {bits}}},')
    out.append("};")
    for event in schema["event"]:
        out += ["", f"static const struct hd_field_info {event['name']}_fields[] = {{"]
        for field in COMMON + event["fields"]:
            out.append(f'  {{"{field[0]}", HD_FIELD_{macro(field[1])}, offsetof(struct hd_event_{event["name"]}, {field[0]})}},')
        out.append("};")
    out += ["", "const struct hd_event_info hd_events[HD_EVENT_COUNT] = {"]
    for event in schema["event"]:
        count = len(COMMON) + len(event["fields"])
        out.append(f'  {{"{event["name"]}", {event["name"]}_fields, {count}, sizeof(struct hd_event_{event["name"]})}},')
    out.append("};")
    return out


def tracepoint(schema):
    out = [f"/* {NOTICE} */", "#undef LTTNG_UST_TRACEPOINT_PROVIDER", "#define LTTNG_UST_TRACEPOINT_PROVIDER heddle",
           "#undef LTTNG_UST_TRACEPOINT_INCLUDE", '#define LTTNG_UST_TRACEPOINT_INCLUDE "heddle-tracepoint.h"',
           "#if !defined(HEDDLE_TRACEPOINT_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)", "#define HEDDLE_TRACEPOINT_H",
           "#include <lttng/tracepoint.h>", '#include "schema.h"']
    used = {enum_of(schema, field) for event in schema["event"] for field in event["fields"]} - {None}
    enums = {enum["name"]: enum["values"] for enum in schema["enum"]}
    enums["operation"] = [[row[0], ""] for row in schema["operation"][0]["values"]]
    for name in sorted(used):
        out += ["", f"LTTNG_UST_TRACEPOINT_ENUM(heddle, {name}, LTTNG_UST_TP_ENUM_VALUES("]
        out += [f'  lttng_ust_field_enum_value("{value}", {number})' for number, (value, _) in enumerate(enums[name])]
        out.append("))")
    for event in schema["event"]:
        out += ["", f"LTTNG_UST_TRACEPOINT_EVENT(heddle, {event['name']}, LTTNG_UST_TP_ARGS(const struct hd_event_{event['name']} *, event), LTTNG_UST_TP_FIELDS("]
        for field in COMMON + event["fields"]:
            name, kind = field[0], field[1]
            enum = enum_of(schema, field)
            if enum:
                out.append(f"  lttng_ust_field_enum(heddle, {enum}, {C_TYPES[kind]}, {name}, event->{name})")
            elif kind == "text":
                out.append(f"  lttng_ust_field_string({name}, event->{name})")
            elif kind in SEQUENCES:
                out.append(f"  lttng_ust_field_sequence({SEQUENCES[kind]}, {name}, event->{name}, uint32_t, event->{name}_count)")
            else:
                out.append(f"  lttng_ust_field_integer({C_TYPES[kind]}, {name}, event->{name})")
        out.append("))")
    return out + ["", "#endif", "#include <lttng/tracepoint-event.h>"]


def provider(schema):
    out = [f"/* {NOTICE} */", "#define LTTNG_UST_TRACEPOINT_CREATE_PROBES", "#define LTTNG_UST_TRACEPOINT_DEFINE", '#include "heddle-tracepoint.h"', '#include "provider.h"', ""]
    for event in schema["event"]:
        name = event["name"]
        out.append(f"static void send_{name}(const struct hd_event_{name} *event) {{ lttng_ust_tracepoint(heddle, {name}, event); }}")
    out += ["", "void hd_provider_fill_events(struct hd_provider *provider);", "void hd_provider_fill_events(struct hd_provider *provider) {"]
    out += [f"  provider->{event['name']} = send_{event['name']};" for event in schema["event"]]
    return out + ["}"]


def provider_header(schema):
    out = [f"/* {NOTICE}", " * The table through which emit sends events; the provider, opened only when recording, fills it. */",
           "#ifndef HEDDLE_PROVIDER_TABLE_H", "#define HEDDLE_PROVIDER_TABLE_H", '#include "schema.h"', "", "struct hd_provider {",
           "  void (*init_thread)(void); /* prepares the calling thread: its first event then cannot block (call before fork, too) */"]
    out += [f"  void (*{event['name']})(const struct hd_event_{event['name']} *event);" for event in schema["event"]]
    return out + ["};", "", "#endif"]


def reference(schema):
    out = ["# The event schema", "", f"{NOTICE} A test fails when this page is stale (`./dev build` prints how to renew it).", "", f"Version {schema['version']}.", "",
           "Every event carries:", ""]
    out += [f"- `{name}`: {doc}" for name, doc in schema["common"].items()]
    out += ["", "## Events", ""]
    for event in schema["event"]:
        out += [f"### {event['name']}", "", f"{event['doc']} Stamped **{event['side']}**.", "", "| field | type | meaning |", "|---|---|---|"]
        out += [f"| {name} | {kind} | {doc} |" for name, kind, doc in event["fields"]] + [""]
    out += ["## Operations", "", "| number | operation | role | object | state of a waiter | flags |", "|---|---|---|---|---|---|"]
    out += [f"| {number} | {' | '.join(row)} |" for number, row in enumerate(schema["operation"][0]["values"])]
    for enum in schema["enum"]:
        out += ["", f"## Enumeration {enum['name']}", "", "| number | name | meaning |", "|---|---|---|"]
        out += [f"| {number} | {name} | {doc} |" for number, (name, doc) in enumerate(enum["values"])]
    out += ["", "## Batch word", "", "An operation in a batch is two words. First: object << 18 | site; the object is an address / 4 (all synchronization",
            "objects are aligned so), or, with bit 45 set, a shared object's number. Second: (end − base_ns) << 32 | length_ns; a section ends",
            "at its release; an operation that is no section has its value there. What does not fit (a section longer than 4.29 s, a site number beyond",
            "18 bits, an unaligned object) is sent as an event of its own.", "", "## Constants", "", "| name | value | meaning |", "|---|---|---|"]
    out += [f"| {name} | `{value}` | {doc} |" for name, value, doc in schema["constant"][0]["values"]]
    out += ["", "## Control file", ""]
    for structure in schema["structure"]:
        out += [f"### {structure['name']}", "", structure["doc"], "", "| field | type | count | meaning |", "|---|---|---|---|"]
        out += [f"| {name} | {kind} | {count} | {doc} |" for name, kind, count, doc in structure["fields"]] + [""]
    return out


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        schema = tomllib.load(file)
    makers = dict(header=header, tables=tables, tracepoint=tracepoint, provider=provider, provider_header=provider_header, reference=reference)
    text = "\n".join(makers[sys.argv[2]](schema)).rstrip("\n") + "\n"
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        file.write(text)


main()
