/* Findings: made by the analyses, put into the order in which they are shown. */
#pragma once
#include "analysis.h"
#include "deadlock.h"

G_BEGIN_DECLS

/* An empty finding at the end of findings (of HdFinding). Valid until the next is added. Its texts are to be set by the caller. */
HdFinding *hd_finding_add(GArray *findings, HdFindingKind kind, HdGrade grade);
void hd_finding_add_actor(HdFinding *finding, guint32 actor);   /* once */
void hd_finding_add_object(HdFinding *finding, guint32 object); /* once; HD_NONE is left out */
/* Takes the text. */
void hd_finding_add_evidence(HdFinding *finding, gint64 at_ns, guint32 actor, guint32 site, guint32 wait, guint32 hold, char *text);
void hd_finding_clear(gpointer finding);
/* Unresolved hangs first, then by time lost, then predicted, potential, refuted; ties by time. */
void hd_findings_sort(GArray *findings);
gboolean hd_finding_kind_is_hang(HdFindingKind kind);

/* The share of the actors' lives together that a time is. */
double hd_life_share(const HdModel *model, const GArray *actors, gint64 lost_ns);

/* One for each hang. */
void hd_findings_add_hangs(const HdModel *model, const GArray *hangs, GArray *findings);
/* Its summary, advice and executor. among: as in sentences.h; rest: what the sentence ends with. */
void hd_tell_executor_starvation(const HdModel *model, const HdHang *hang, const GArray *among, const char *rest, HdFinding *finding);
/* Contended locks. hung: waits that stand in a hang, or follow one. */
void hd_findings_add_contention(const HdModel *model, const HdContention *contentions, guint contention_count, GHashTable *hung,
                                GArray *findings);
/* Waits of 100 ms or more that were overtaken ten times. */
void hd_findings_add_starvation(const HdModel *model, GHashTable *hung, GArray *findings);
/* Re-acquisitions that again and again wait behind one actor: one finding a lock. */
void hd_findings_add_convoys(const HdModel *model, GArray *findings);
/* Threads that an interpreter lock lets run only in turns. */
void hd_findings_add_gil_serialization(const HdModel *model, GArray *findings);
/* Steps of tasks and callbacks that made others wait for their loop: one finding a routine and loop. */
void hd_findings_add_blocked_loops(const HdModel *model, GArray *findings);
/* Tasks that never awaited anything. */
void hd_findings_add_never_yielded(const HdModel *model, GArray *findings);
/* Permits given back too often. */
void hd_findings_add_over_release(const HdModel *model, GArray *findings);
/* Updates of annotated variables that others overwrote: one finding a variable. */
void hd_findings_add_lost_updates(const HdModel *model, GArray *findings);
/* Robust locks that several processes share, whose holder was killed and that somebody got then. */
void hd_findings_add_owner_deaths(const HdModel *model, GArray *findings);

G_END_DECLS
