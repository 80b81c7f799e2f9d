/* The streams of one CTF trace as packets: where each lies, which stream class it has, how far its content goes.
 *
 * The files are mapped as far as they reached when they were opened; those of a recording that is still going on are read instead
 * (a file that shrinks under a mapping would end the viewer). Damage is stepped over by searching the next packet header.
 */
#pragma once
#include "metadata.h"
#include "plan.h"

/* A part of a file that could not be read. */
typedef struct {
  const char *file; /* of HdStreamFile */
  guint64 begin, end;
} HdDamage;

typedef struct {
  char *name;
  const guint8 *bytes; /* NULL when empty */
  gsize length;
  gsize mapped_bytes;
  guint64 last_end_ns; /* end of its last packet, 0 without any */
} HdStreamFile;

/* How event headers of a stream class lie: a small number, or an escape and a large one. */
typedef struct {
  guint id_bits;              /* 0: cannot be read */
  guint32 compact_bytes;      /* the whole header with a small id */
  guint32 extended_id_offset; /* where the large id stands */
  guint32 extended_id_bytes;
  guint32 extended_bytes;
} HdEventHeader;

typedef struct {
  guint64 id;
  HdEventHeader header;
  const HdType *packet_context;
  GArray *plans; /* of guint32 by event id: index of the source's plans, G_MAXUINT32 none */
} HdStream;

typedef struct {
  const HdStreamFile *file;
  const HdStream *stream;
  const guint8 *begin, *end; /* its events */
  const guint8 *whole;       /* all of it, header and padding included */
  gsize whole_bytes;
  gboolean sound;           /* its sizes are right, and it is there to its end */
  guint64 begin_ns, end_ns; /* as its context says */
} HdPacket;

typedef struct {
  char *folder;
  HdMetadata *metadata;
  GArray *streams;  /* of HdStream */
  GPtrArray *files; /* of HdStreamFile */
  GArray *packets;  /* of HdPacket, in order of their begin */
  GArray *damage;   /* of HdDamage */
} HdTrace;

/* Opens the trace in a folder. plans: of HdPlan, shared by the traces of a recording; grows. copy: read the streams instead of mapping
 * them. ours: it is a recording's, so what damaged or missing metadata does not say is known. NULL: the folder cannot be read. */
HdTrace *hd_trace_open(const char *folder, GArray *plans, gboolean copy, gboolean ours);
void hd_trace_free(HdTrace *trace);
